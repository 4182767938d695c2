import { Injectable } from '@nestjs/common';
import { Clock } from '@fleet/platform/clock';
import { Db, type Actor, type ReadTx } from '@fleet/platform/database';
import { conflict, forbidden, invalid, rule } from '@fleet/platform/http';
import { VehicleLookup } from '@fleet/transport_registry';
import { DocumentStore } from '../documents/document.store';
import { DriverService } from '../drivers/driver.service';
import type { Driver } from '../drivers/driver.entity';
import { assignmentFaults, mayOverride, type Fault, type FaultCode, type ShiftKind } from '../rules/assignment';
import { DriverSettings } from '../settings/setting.service';
import type { AssignmentQuery, AssignmentView } from './shift.dto';
import { ShiftStore } from './shift.store';

export interface Wanted {
  driver: Pick<Driver, 'id' | 'status' | 'blacklisted_at'>;
  vehicle: { id: string; status: string } | undefined;
  kind: ShiftKind;
  from: Date;
  to: Date | undefined;
  /** A plan is held against plans; a check-in against what really happened. */
  planned: boolean;
  /** The shift itself, when it exists already. */
  except?: string;
}

/** The one place where it is decided whether somebody gets a vehicle. */
@Injectable()
export class AssignmentGate {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly settings: DriverSettings,
    private readonly drivers: DriverService,
    private readonly documents: DocumentStore,
    private readonly store: ShiftStore,
    private readonly vehicles: VehicleLookup,
  ) {}

  async faults(tx: ReadTx, wanted: Wanted): Promise<Fault[]> {
    const { driver, vehicle, from, to, except } = wanted;
    // Papers are judged on the day the vehicle is handed over, where the account is.
    const rules = await this.settings.of(tx, from);
    return assignmentFaults(
      {
        kind: wanted.kind,
        driver: { status: driver.status, blacklisted: driver.blacklisted_at !== null },
        papers: await this.documents.papers(tx, driver.id, rules),
        vehicle,
        from,
        to,
        ...(await this.store.neighbours(tx, driver.id, { from, to, except, planned: wanted.planned })),
        overlaps: await this.store.overlaps(tx, { driverId: driver.id, vehicleId: vehicle?.id, from, to, except, planned: wanted.planned }),
      },
      rules,
    );
  }

  /** Refuses with every fault, or answers the codes an admin let pass. */
  async pass(tx: ReadTx, wanted: Wanted, overrideReason: string | undefined): Promise<FaultCode[]> {
    const faults = await this.faults(tx, wanted);
    const remaining = overrideReason === undefined ? faults : faults.filter((fault) => !mayOverride(fault));
    if (overrideReason !== undefined && faults.some(mayOverride) && !tx.actor.permissions.has('driver_module.shift.override')) {
      throw forbidden('SHIFT_OVERRIDE_NOT_YOURS', 'Only an admin lets papers and hours pass.');
    }
    const [first] = remaining;
    if (first) {
      const refuse = first.code.startsWith('SHIFT_OVERLAPS') ? conflict : rule;
      throw refuse(first.code, first.detail, { facts: { ...first.facts, faults: remaining.map(({ code, detail, facts }) => ({ code, detail, ...facts })) } });
    }
    return faults.map((fault) => fault.code);
  }

  /** What would be said to a proposal, without making it. */
  async preview(actor: Actor, query: AssignmentQuery): Promise<AssignmentView> {
    const from = query.from ? new Date(query.from) : this.clock.now();
    const to = query.to ? new Date(query.to) : undefined;
    if (to && to <= from) throw invalid('SHIFT_ENDS_BEFORE_START', 'A shift ends after it begins.');
    return this.db.read(actor, async (tx) => {
      const driver = await this.drivers.find(tx, query.driver_id);
      const vehicle = query.vehicle_id ? await this.vehicles.require(tx, query.vehicle_id) : undefined;
      const faults = await this.faults(tx, { driver, vehicle, kind: query.kind ?? 'shift', from, to, planned: from > this.clock.now() });
      return { allowed: faults.length === 0, faults: faults.map((fault) => ({ code: fault.code, detail: fault.detail, overridable: mayOverride(fault) })) };
    });
  }
}
