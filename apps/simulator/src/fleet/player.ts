import { Dice } from '@fleet/platform/random';
import { layStreets, nairobi, type PlayedDevice, type PlayedFleet } from '@fleet/telemetry_engine/play';
import type { Counts } from '../devices/counts';
import { Device, type DeviceSurroundings } from '../devices/device';
import { Trouble, type Faults } from '../devices/faults';
import { Router } from '../drive/router';
import { Vehicle, type VehicleMemory, type VehicleTraits } from '../drive/vehicle';
import type { Ledger } from '../devices/ledger';
import type { OnCommand } from '../devices/link';
import { Links, type Targets } from './links';

export interface PlayOptions {
  fleet: PlayedFleet;
  targets: Targets;
  interval_s: number;
  /** Every report at its interval, in motion or not. */
  steady: boolean;
  faults: Faults;
  counts: Counts;
  ledger?: Ledger;
  /** How exactly devices keep their second. */
  grainMs: number;
  /** Where their lives begin; before now, the time since is reported as from a black box. */
  startMs: number;
  memory?: Record<string, VehicleMemory>;
  shout(message: string): void;
}

/** FNV-1a: a number for a name, the same everywhere. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

export const traitsOf = (fleet: PlayedFleet, device: PlayedDevice, yards: number[], interval_s: number, steady: boolean): VehicleTraits => ({
  seed: hashOf(`${fleet.seed}:${device.device_id}`),
  part: device.part,
  body: device.body,
  tank_l: device.tank_l,
  odometer_km: device.odometer_km,
  yard: yards[device.yard % yards.length] as number,
  interval_s,
  steady,
});

/** Plays a fleet: each device lives in its own slot of the interval, so that the load is even. */
export class Player {
  readonly devices: Device[] = [];
  private readonly slots: Device[][];
  private readonly links: Links;
  private timer: NodeJS.Timeout | undefined;
  private lastSlot = 0;

  constructor(private readonly options: PlayOptions) {
    const { fleet, targets, counts, interval_s, grainMs } = options;
    this.slots = Array.from({ length: Math.ceil((interval_s * 1000) / grainMs) }, () => []);
    this.links = new Links(targets, counts, fleet);
    const router = new Router(layStreets(nairobi));
    const around: DeviceSurroundings = { counts, ledger: options.ledger, shout: options.shout, intervalMs: interval_s * 1000, now: () => Date.now() };
    fleet.devices.forEach((played, n) => {
      if (played.part === 'silent') return;
      this.add(played, n, router, around);
    });
  }

  private add(played: PlayedDevice, n: number, router: Router, around: DeviceSurroundings): void {
    const { fleet, interval_s, steady, startMs, memory, faults, grainMs } = this.options;
    const traits = traitsOf(fleet, played, router.map.yards, interval_s, steady);
    const vehicle = new Vehicle(router, traits, startMs, memory?.[played.device_id]);
    const dice = new Dice(traits.seed ^ 0x5bd1e995);
    const onCommand: OnCommand = (text, answer) => device.command(text, answer);
    const link = this.links.open(played, n, dice, onCommand);
    const device = new Device(played.device_id, vehicle, link, new Trouble(faults, dice), around);
    this.devices.push(device);
    const offsetMs = (vehicle.dueAfter(0) % (interval_s * 1000)) + (traits.seed % 1000);
    this.slots[Math.floor(offsetMs / grainMs) % this.slots.length]?.push(device);
  }

  /** Devices wake one after the other within the first interval, and connect then. */
  start(): void {
    const { grainMs } = this.options;
    this.lastSlot = Math.floor(Date.now() / grainMs);
    this.timer = setInterval(() => this.tick(), grainMs);
  }

  private tick(): void {
    const nowMs = Date.now();
    const slot = Math.floor(nowMs / this.options.grainMs);
    // After a pause every device is woken once at most.
    const from = Math.max(this.lastSlot + 1, slot - this.slots.length + 1);
    for (let s = from; s <= slot; s += 1) for (const device of this.slots[s % this.slots.length] as Device[]) device.wake(nowMs);
    this.lastSlot = slot;
  }

  /** Nothing new; what is waiting is sent until all of it is acknowledged or the time is over. Answers what is left. */
  async drain(withinMs: number): Promise<number> {
    clearInterval(this.timer);
    const left = (): number => this.devices.reduce((sum, device) => sum + device.waiting, 0);
    for (const end = Date.now() + withinMs; left() > 0 && Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 100))) {
      for (const device of this.devices) if (device.waiting > 0) device.flush();
    }
    return left();
  }

  memory(): Record<string, VehicleMemory> {
    return Object.fromEntries(this.devices.map((device) => [device.id, device.vehicle.memory]));
  }

  close(): void {
    clearInterval(this.timer);
    this.links.close();
  }
}
