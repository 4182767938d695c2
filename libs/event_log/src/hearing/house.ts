import { Injectable } from '@nestjs/common';
import { DeviceBound, DeviceUnbound, DocumentExpiring, DriverStatusChanged, VehicleOnboarded, VehicleStatusChanged } from '@fleet/contracts';
import type { Tx } from '@fleet/platform/database';
import { Hears, type Heard, type PayloadOf } from '@fleet/platform/outbox';
import { Intake } from '../intake/intake.service';
import type { Draft } from '../rules/draft';

type Told = Pick<Draft, 'vehicle_id' | 'driver_id' | 'details' | 'at'>;

/** What happens to vehicles and drivers in the registries, so that a timeline shows it among the rest. */
@Injectable()
export class HearsHouse {
  constructor(private readonly intake: Intake) {}

  @Hears(VehicleOnboarded, 'event_log.note_vehicle_onboarded')
  async onboarded(event: Heard<PayloadOf<typeof VehicleOnboarded>>, tx: Tx): Promise<void> {
    const { vehicle_id, plate, fuel_type } = event.payload;
    await this.keep(tx, event, 'registry', 'vehicle_onboarded', { vehicle_id, at: event.occurredAt, details: { plate, fuel_type } });
  }

  @Hears(VehicleStatusChanged, 'event_log.note_vehicle_status')
  async vehicleStatus(event: Heard<PayloadOf<typeof VehicleStatusChanged>>, tx: Tx): Promise<void> {
    // The reason is in somebody's words and stays with the vehicle, where it can be put right.
    const { vehicle_id, from, to } = event.payload;
    await this.keep(tx, event, 'registry', 'vehicle_status_changed', { vehicle_id, at: event.occurredAt, details: { from, to } });
  }

  @Hears(DeviceBound, 'event_log.note_device_bound')
  async bound(event: Heard<PayloadOf<typeof DeviceBound>>, tx: Tx): Promise<void> {
    const { vehicle_id, device_id, from_at } = event.payload;
    await this.keep(tx, event, 'registry', 'device_bound', { vehicle_id, at: new Date(from_at), details: { device_id } });
  }

  @Hears(DeviceUnbound, 'event_log.note_device_unbound')
  async unbound(event: Heard<PayloadOf<typeof DeviceUnbound>>, tx: Tx): Promise<void> {
    const { vehicle_id, device_id, to_at } = event.payload;
    await this.keep(tx, event, 'registry', 'device_unbound', { vehicle_id, at: new Date(to_at), details: { device_id } });
  }

  @Hears(DriverStatusChanged, 'event_log.note_driver_status')
  async driverStatus(event: Heard<PayloadOf<typeof DriverStatusChanged>>, tx: Tx): Promise<void> {
    const { driver_id, from, to, blacklisted } = event.payload;
    await this.keep(tx, event, 'drivers', 'driver_status_changed', { driver_id, at: event.occurredAt, details: { from, to, blacklisted } });
  }

  @Hears(DocumentExpiring, 'event_log.note_document')
  async document(event: Heard<PayloadOf<typeof DocumentExpiring>>, tx: Tx): Promise<void> {
    const { driver_id, document_id, kind, state, expires_on, days_left } = event.payload;
    await this.keep(tx, event, 'drivers', 'document_expiring', { driver_id, at: event.occurredAt, details: { document_id, kind, state, expires_on, days_left } });
  }

  /** The event's own id is the reference, so that nothing is kept twice however often it is delivered. */
  private async keep(tx: Tx, event: { id: string }, source: 'registry' | 'drivers', kind: string, told: Told): Promise<void> {
    const details = Object.fromEntries(Object.entries(told.details ?? {}).map(([name, value]) => [name, typeof value === 'string' ? value.slice(0, 500) : value]));
    const [taken] = await this.intake.take(tx, [{ type: 'system', kind, source, reference: event.id, ...told, details }]);
    // A binding may begin later than now, or long ago: that is the registry's business and no reason to try again.
    if (taken?.outcome === 'refused' && !/^EVENT_(IN_FUTURE|TOO_OLD)$/.test(taken.objection?.code ?? '')) throw new Error(`${kind}: ${taken.objection?.detail}`);
  }
}
