import type { Dice } from '@fleet/platform/random';

export interface EngineTraits {
  body: 'car' | 'van' | 'truck';
  /** null: it drives by electricity. */
  tank_l: number | null;
}

const thirst = { car: 1, van: 1.5, truck: 3.1 };
const troubles = ['P0420', 'P0171', 'P0300', 'P0442', 'P0128', 'C0035'];

/** What happens under the bonnet: fuel, heat, voltage, counters and now and then a trouble code. */
export class Engine {
  on = false;
  rpm = 0;
  load_pct = 0;
  rate_lph = 0;
  coolant_c = 24;
  voltage_v = 12.6;
  dtcs: string[] = [];
  private troubleLeftS = 0;

  constructor(
    private readonly traits: EngineTraits,
    private readonly dice: Dice,
    public odometer_km: number,
    public hours: number,
    /** Of the tank or the battery, 0 to 1. */
    public full: number,
  ) {}

  get electric(): boolean {
    return this.traits.tank_l === null;
  }

  second(speed_ms: number, before_ms: number, metres: number): void {
    this.odometer_km += metres / 1000;
    if (this.on) this.run(speed_ms, Math.max(0, speed_ms - before_ms));
    else this.rest();
  }

  private run(speed_ms: number, accelerating: number): void {
    this.hours += 1 / 3600;
    const kmh = speed_ms * 3.6;
    const heavy = thirst[this.traits.body];
    this.load_pct = Math.min(100, 18 + kmh * 0.35 + accelerating * 22);
    this.coolant_c += (88 + kmh * 0.04 - this.coolant_c) / 240;
    this.voltage_v = 14.1 - this.load_pct * 0.003;
    if (this.traits.tank_l === null) {
      this.full = Math.max(0.02, this.full - (0.4 + (kmh * 0.15 + accelerating * 6) * heavy) / (45 * 3600));
    } else {
      const gear = kmh < 1 ? 0 : kmh < 18 ? 120 : kmh < 35 ? 62 : kmh < 55 ? 42 : 31;
      this.rpm = 760 + (kmh > 0 ? kmh * gear * 0.9 : 0) + accelerating * 350;
      this.rate_lph = heavy * (0.8 + kmh * 0.062 + kmh * kmh * 0.0004 + accelerating * (2 + kmh * 0.12));
      this.full = Math.max(0.02, this.full - this.rate_lph / 3600 / this.traits.tank_l);
    }
    this.trouble();
  }

  /** A code appears once in thirty hours of driving and is gone half an hour later. */
  private trouble(): void {
    if (this.troubleLeftS > 0) {
      this.troubleLeftS -= 1;
      if (this.troubleLeftS === 0) this.dtcs = [];
    } else if (this.dice.next() < 1 / 108_000) {
      this.dtcs = [this.dice.pick(troubles)];
      this.troubleLeftS = this.dice.between(900, 2400);
    }
  }

  stop(): void {
    this.on = false;
    this.rpm = 0;
    this.load_pct = 0;
    this.rate_lph = 0;
  }

  private rest(): void {
    this.coolant_c += (24 - this.coolant_c) / 3600;
    this.voltage_v += (12.45 - this.voltage_v) / 900;
  }

  /** A pump gives half a litre a second; a charger fills a battery in an hour and a half. */
  fill(): void {
    const perSecond = this.traits.tank_l === null ? 1 / 5400 : 0.5 / this.traits.tank_l;
    this.full = Math.min(0.97, this.full + perSecond);
  }
}
