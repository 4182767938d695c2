import { Dice } from '@fleet/platform/random';
import type { Part, Sample } from '@fleet/telemetry_engine/play';
import { Day, onDuty, type Duty, type Stop } from './day';
import { Engine } from './engine';
import { Motion } from './motion';
import { Receiver, round } from './receiver';
import type { Router } from './router';

export interface VehicleTraits {
  seed: number;
  part: Part;
  body: 'car' | 'van' | 'truck';
  tank_l: number | null;
  odometer_km: number;
  /** Node of its yard. */
  yard: number;
  /** Seconds between reports. */
  interval_s: number;
  /** Every report comes at its interval, in motion or not. */
  steady: boolean;
}

/** What outlives the program: enough to go on without a jump. */
export interface VehicleMemory {
  node: number;
  odometer_km: number;
  hours: number;
  full: number;
  outputs: number;
}

type Doing = { kind: 'driving'; then: Stop } | { kind: 'standing'; untilS: number; why: Stop | 'off_duty' };

const relayBit = 1;
const parkedEveryS = 300;
const idleEveryS = 30;
/** After a machine has slept, the time between is not lived through. */
const longestCatchUpS = 12 * 3600;

/** A vehicle with its driver and tracker. The same traits, start and commands make the same samples, however often it is asked. */
export class Vehicle {
  readonly engine: Engine;
  readonly motion: Motion;
  /** Cuts that came while it was moving: on a street each would have been an accident. */
  hazards = 0;
  outputs: number;
  private readonly day: Day;
  private readonly receiver: Receiver;
  private readonly dice: Dice;
  private readonly duty: Duty;
  private readonly phaseS: number;
  private doing: Doing;
  private nowS: number;
  private news: string | undefined;
  private saidS = 0;

  constructor(
    private readonly router: Router,
    private readonly traits: VehicleTraits,
    startMs: number,
    memory?: VehicleMemory,
  ) {
    const { seed, part, body, tank_l, yard, interval_s } = traits;
    const dice = (this.dice = new Dice(seed));
    const { map } = router;
    this.nowS = Math.floor(startMs / 1000);
    this.duty = { always: traits.steady, share: 0.7, begins_s: (this.nowS % 86_400) + 86_400 - dice.between(0, 60_000), yard };
    if (part === 'parked') this.duty.share = 0;
    const node = memory?.node ?? (onDuty(this.duty, this.nowS) ? dice.between(0, map.nodes.length - 1) : yard);
    this.engine = new Engine({ body, tank_l }, dice, memory?.odometer_km ?? traits.odometer_km, memory?.hours ?? traits.odometer_km / 28, memory?.full ?? 0.3 + 0.6 * dice.next());
    this.motion = new Motion(map, dice, { pace: 0.82 + 0.16 * dice.next(), rough: dice.next() ** 2 }, node);
    this.receiver = new Receiver(map.city, dice, part === 'bad_gps');
    this.day = new Day(map, dice, this.duty, this.nowS);
    this.outputs = memory?.outputs ?? 0;
    this.phaseS = dice.between(0, Math.max(0, interval_s - 1));
    this.doing = { kind: 'standing', untilS: this.nowS + dice.between(0, 90), why: 'off_duty' };
  }

  get cut(): boolean {
    return (this.outputs & relayBit) !== 0;
  }

  get speedKmh(): number {
    return this.motion.speed_ms * 3.6;
  }

  get memory(): VehicleMemory {
    return { node: this.motion.node, odometer_km: this.engine.odometer_km, hours: this.engine.hours, full: this.engine.full, outputs: this.outputs };
  }

  /** The first whole second that is a multiple of the interval for this vehicle, at or after the given one. */
  dueAfter(atMs: number): number {
    const { interval_s } = this.traits;
    const s = Math.ceil(atMs / 1000);
    return (s + ((this.phaseS - (s % interval_s) + interval_s) % interval_s)) * 1000;
  }

  /** Sets an output. A relay that cuts a moving vehicle is obeyed, as a relay does, and counted. */
  setOutput(bit: number, on: boolean): void {
    const before = this.outputs;
    this.outputs = on ? this.outputs | (1 << bit) : this.outputs & ~(1 << bit);
    if (this.outputs === before) return;
    this.news = 'output';
    if (on && bit === 0 && this.speedKmh > 5) this.hazards += 1;
  }

  /** Lives on to that moment and answers what the tracker reported on the way. */
  advance(toMs: number): Sample[] {
    const toS = Math.floor(toMs / 1000);
    if (toS - this.nowS > longestCatchUpS) this.nowS = toS - 1;
    const samples: Sample[] = [];
    while (this.nowS < toS) {
      this.nowS += 1;
      this.second();
      if (this.reports()) samples.push(this.sample());
    }
    return samples;
  }

  private second(): void {
    const { engine, motion } = this;
    const ignition = engine.on;
    const before = motion.speed_ms;
    if (this.cut) engine.stop();
    const { metres, event } = motion.underWay ? motion.second(this.nowS, engine.on) : { metres: 0, event: undefined };
    engine.second(motion.speed_ms, before, metres);
    if (event) this.news = event;
    if (this.doing.kind === 'driving') this.drive(this.doing.then);
    else this.stand(this.doing);
    if (engine.on !== ignition) this.news ??= 'ignition';
  }

  private drive(then: Stop): void {
    if (this.motion.underWay) {
      // Started again once the relay lets it.
      if (!this.engine.on && !this.cut) this.engine.on = true;
      return;
    }
    const stay = this.day.stay(then);
    if ('stand_s' in stay) this.standFor(stay.stand_s, stay.engine, stay.why);
  }

  private stand({ untilS, why }: Extract<Doing, { kind: 'standing' }>): void {
    if (why === 'fuel' || (why === 'off_duty' && this.engine.electric)) this.engine.fill();
    if (this.nowS < untilS || this.cut || (why === 'fuel' && this.engine.full < 0.93)) return;
    const plan = this.day.next(this.nowS, this.motion.node, this.engine.full);
    if ('stand_s' in plan) return this.standFor(plan.stand_s, plan.engine, plan.why);
    const legs = this.router.route(this.motion.node, plan.go);
    if (legs.length === 0) return this.standFor(60, false, 'job');
    this.motion.take(legs);
    this.engine.on = true;
    this.doing = { kind: 'driving', then: plan.then };
  }

  private standFor(seconds: number, engine: boolean, why: Stop | 'off_duty'): void {
    if (!engine || this.cut) this.engine.stop();
    this.doing = { kind: 'standing', untilS: this.nowS + seconds, why };
  }

  private reports(): boolean {
    const { interval_s, steady } = this.traits;
    if (this.news !== undefined) return true;
    const fuelling = this.doing.kind === 'standing' && this.doing.why === 'fuel';
    const every = steady || this.motion.speed_ms > 0 || fuelling ? interval_s : this.engine.on ? Math.max(interval_s, idleEveryS) : parkedEveryS;
    return this.nowS % interval_s === this.phaseS % interval_s && this.nowS - this.saidS >= every - interval_s / 2;
  }

  private sample(): Sample {
    const { engine, motion, news } = this;
    this.news = undefined;
    this.saidS = this.nowS;
    const { hdop, ...fix } = this.receiver.fix(motion.place, this.speedKmh, motion.heading_deg);
    const slosh = motion.speed_ms > 0 ? (this.dice.next() - 0.5) * 0.006 : 0;
    const level = Math.max(0, Math.min(1, engine.full + slosh));
    const { tank_l } = this.traits;
    const burning = tank_l === null ? {} : { fuel_level_l: round(level * tank_l, 1), fuel_level_pct: Math.round(level * 100), fuel_rate_lph: round(engine.rate_lph, 2), rpm: Math.round(engine.rpm) };
    return {
      at_ms: this.nowS * 1000,
      ...fix,
      ignition: engine.on,
      ...burning,
      odometer_km: round(engine.odometer_km, 3),
      engine_hours: round(engine.hours, 2),
      engine_load_pct: Math.round(engine.load_pct),
      coolant_c: round(engine.coolant_c, 1),
      voltage_v: round(engine.voltage_v, 2),
      ...(engine.dtcs.length > 0 ? { dtcs: [...engine.dtcs] } : {}),
      inputs: engine.on ? 1 : 0,
      outputs: this.outputs,
      extras: { hdop, ...(tank_l === null ? { soc_pct: round(engine.full * 100, 1) } : {}), ...(news?.startsWith('harsh') ? { harsh: news } : {}) },
    };
  }
}
