import { Injectable } from '@nestjs/common';
import { Clock } from '@fleet/platform/clock';
import type { ReadTx } from '@fleet/platform/database';
import { TelemetryLookup } from '@fleet/telemetry_engine';
import { VehicleLookup } from '@fleet/transport_registry';
import { Circuits } from '../circuits/circuit.service';
import type { CircuitView } from '../circuits/circuit.dto';
import { isOnlyWords, judge, type Report, type Verdict } from '../rules/policy';
import type { MethodName } from '../rules/words';
import type { ImmobilizingView } from '../settings/setting.dto';
import { ImmobilizingSettings } from '../settings/setting.service';

/** Enough to find everything that came within half a minute from a device that reports every second. */
const reportsMax = 60;

export interface Aim {
  vehicle_id: string;
  vehicle_no: number;
  device_id: string | null;
  circuit: CircuitView | undefined;
}

/** Collects what the policy is asked about, newest samples and switches, in one look. */
@Injectable()
export class Situations {
  constructor(
    private readonly clock: Clock,
    private readonly vehicles: VehicleLookup,
    private readonly telemetry: TelemetryLookup,
    private readonly circuits: Circuits,
    private readonly settings: ImmobilizingSettings,
  ) {}

  /** The vehicle with its relay and the device that is in it now; refuses a vehicle the actor may not see. */
  async aim(tx: ReadTx, vehicleId: string): Promise<Aim> {
    const { id, vehicle_no } = await this.vehicles.require(tx, vehicleId);
    const device_id = (await this.vehicles.deviceIn(tx, id, this.clock.now())) ?? null;
    return { vehicle_id: id, vehicle_no, device_id, circuit: await this.circuits.of(tx, id) };
  }

  async verdict(tx: ReadTx, aim: Aim, method: MethodName, connected: boolean | undefined, known?: ImmobilizingView): Promise<Verdict> {
    const { circuit } = aim;
    const { immobilizing, stopped_at } = known ?? (await this.settings.of(tx));
    return judge({
      now: this.clock.now(),
      method,
      account: { immobilizing, stopped: stopped_at !== null },
      circuit: circuit && { kind: circuit.kind, enabled: circuit.enabled, methods: circuit.routes.map((r) => r.method) },
      reports: await this.reports(tx, aim.vehicle_no),
      connected,
    });
  }

  /** Whether that device is in the vehicle still: what it carries out now, it does to whatever it is in. */
  async isStillIn(tx: ReadTx, deviceId: string, vehicleId: string): Promise<boolean> {
    return (await this.vehicles.withDevice(tx, deviceId, this.clock.now())) === vehicleId;
  }

  /** Newest first by the device's time, without those that are only words. */
  async reports(tx: ReadTx, vehicleNo: number): Promise<Report[]> {
    return (await this.telemetry.recent(tx, vehicleNo, reportsMax)).filter((r) => !isOnlyWords(r));
  }
}
