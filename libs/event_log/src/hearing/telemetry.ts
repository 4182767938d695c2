import { Injectable } from '@nestjs/common';
import { DetectionWithdrawn, TripFinished, TripWithdrawn, VehicleDetection } from '@fleet/contracts';
import type { Tx } from '@fleet/platform/database';
import { Hears, type Heard, type PayloadOf } from '@fleet/platform/outbox';
import { Intake } from '../intake/intake.service';
import { Withdrawals } from '../intake/withdrawals';
import { typeOfDetection, types, type EventType } from '../rules/kinds';

/** Trips and detections as telemetry tells them: again and in any order, the highest revision counts. */
@Injectable()
export class HearsTelemetry {
  constructor(
    private readonly intake: Intake,
    private readonly withdrawals: Withdrawals,
  ) {}

  @Hears(TripFinished, 'event_log.keep_trip')
  async trip({ payload }: Heard<PayloadOf<typeof TripFinished>>, tx: Tx): Promise<void> {
    const { trip_id, revision, vehicle_id, from_at, to_at, from_place, to_place, distance_km, moving_s, idle_s, max_speed_kmh, fuel_l } = payload;
    await this.intake.takeOne(tx, {
      type: 'trip',
      kind: 'trip',
      source: 'telemetry',
      reference: trip_id,
      source_revision: revision,
      vehicle_id,
      at: new Date(from_at),
      to_at: new Date(to_at),
      lat: from_place.lat,
      lon: from_place.lon,
      details: { distance_km, moving_s, idle_s, max_speed_kmh, fuel_l, to_place },
    });
  }

  @Hears(TripWithdrawn, 'event_log.withdraw_trip')
  async noTrip({ payload }: Heard<PayloadOf<typeof TripWithdrawn>>, tx: Tx): Promise<void> {
    await this.withdrawals.bySource(tx, ['trip'], payload.vehicle_id, payload.trip_id, payload.revision);
  }

  @Hears(VehicleDetection, 'event_log.keep_detection')
  async detection({ payload }: Heard<PayloadOf<typeof VehicleDetection>>, tx: Tx): Promise<void> {
    const { detection_id, revision, vehicle_id, kind, at, to_at, place, value, limit, unit, details } = payload;
    const type = typeOfDetection(kind);
    if (!type) throw new Error(`the catalogue has no detection ${kind}`);
    const facts = Object.keys(details).length > 0 ? { facts: details } : {};
    await this.intake.takeOne(tx, {
      type,
      kind,
      source: 'telemetry',
      reference: detection_id,
      source_revision: revision,
      vehicle_id,
      at: new Date(at),
      to_at: to_at ? new Date(to_at) : null,
      lat: place?.lat,
      lon: place?.lon,
      details: { value, limit, unit, ...facts },
    });
  }

  /** A withdrawal does not say of what kind it was, and may come first: it is kept for every type there is. */
  @Hears(DetectionWithdrawn, 'event_log.withdraw_detection')
  async noDetection({ payload }: Heard<PayloadOf<typeof DetectionWithdrawn>>, tx: Tx): Promise<void> {
    const detected: EventType[] = types.filter((type) => type !== 'trip');
    await this.withdrawals.bySource(tx, detected, payload.vehicle_id, payload.detection_id, payload.revision);
  }
}
