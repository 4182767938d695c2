import { Injectable } from '@nestjs/common';
import { record } from '@fleet/platform/audit';
import { Clock } from '@fleet/platform/clock';
import { Db, statement, type Actor, type ReadTx } from '@fleet/platform/database';
import { expectVersion, invalid, listPage, notFound, Where, type Page } from '@fleet/platform/http';
import { VehicleLookup } from '@fleet/transport_registry';
import { routeFault } from '../rules/device-texts';
import type { CircuitsQuery, CircuitView, InstallCircuitBody } from './circuit.dto';

const columns = 'c.vehicle_id, v.plate, c.kind, c.enabled, c.output_no, c.routes, c.installed_by, c.installed_on, c.notes, c.recorded_by, c.recorded_at, c.updated_at, c.version';
const from = 'access_control.circuit c join transport_registry.vehicle v on v.id = c.vehicle_id';
const ofVehicle = statement<CircuitView>(`select ${columns} from ${from} where c.vehicle_id = $1`);

/** What is wired into a vehicle, who put it there, and which way a command reaches it. Without it nothing can be sent. */
@Injectable()
export class Circuits {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly vehicles: VehicleLookup,
  ) {}

  of(tx: ReadTx, vehicleId: string): Promise<CircuitView | undefined> {
    return tx.one(ofVehicle, [vehicleId]);
  }

  get(actor: Actor, vehicleId: string): Promise<CircuitView> {
    return this.db.read(actor, async (tx) => {
      await this.vehicles.require(tx, vehicleId);
      const circuit = await this.of(tx, vehicleId);
      if (!circuit) throw notFound('circuit of vehicle', vehicleId);
      return circuit;
    });
  }

  list(actor: Actor, query: CircuitsQuery): Promise<Page<CircuitView>> {
    const where = new Where().and('c.account_id = ?', actor.accountId).and('c.enabled = ?', query.enabled).and('v.park_id = any(?)', actor.parkIds ?? undefined);
    const spec = { select: columns, from, where, sorts: { installed_on: { sql: 'c.installed_on', type: 'date' as const } }, defaultSort: '-installed_on', key: { sql: 'c.vehicle_id', type: 'uuid' as const } };
    return this.db.read(actor, (tx) => listPage<CircuitView>(tx, spec, query));
  }

  install(actor: Actor, vehicleId: string, body: InstallCircuitBody, version: number | undefined): Promise<CircuitView> {
    refuseBadRoutes(body);
    return this.db.write(actor, async (tx) => {
      await this.vehicles.require(tx, vehicleId);
      const now = this.clock.now();
      await tx.sql(`select pg_advisory_xact_lock(hashtextextended('access_control.circuit:' || $1, 0))`, [vehicleId]);
      const before = await this.of(tx, vehicleId);
      expectVersion(before?.version ?? 0, version);
      await tx.sql(
        `insert into access_control.circuit (vehicle_id, account_id, kind, enabled, output_no, routes, installed_by, installed_on, notes, recorded_by, recorded_at, updated_at, version)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11, 1)
         on conflict (vehicle_id) do update set kind = excluded.kind, enabled = excluded.enabled, output_no = excluded.output_no, routes = excluded.routes, installed_by = excluded.installed_by,
           installed_on = excluded.installed_on, notes = excluded.notes, recorded_by = excluded.recorded_by, updated_at = excluded.updated_at, version = circuit.version + 1`,
        [vehicleId, actor.accountId, body.kind, body.enabled, body.output_no, JSON.stringify(body.routes), body.installed_by, body.installed_on, body.notes ?? null, actor.id, now],
      );
      await record(tx, { action: 'access_control.circuit.recorded', subject: { type: 'vehicle', id: vehicleId }, data: { kind: body.kind, enabled: body.enabled, output_no: body.output_no, routes: body.routes, installed_on: body.installed_on } });
      return (await this.of(tx, vehicleId)) as CircuitView;
    });
  }

  remove(actor: Actor, vehicleId: string): Promise<void> {
    return this.db.write(actor, async (tx) => {
      await this.vehicles.require(tx, vehicleId);
      const removed = await tx.execute('delete from access_control.circuit where vehicle_id = $1', [vehicleId]);
      if (removed === 0) throw notFound('circuit of vehicle', vehicleId);
      await record(tx, { action: 'access_control.circuit.removed', subject: { type: 'vehicle', id: vehicleId } });
    });
  }
}

function refuseBadRoutes({ routes }: InstallCircuitBody): void {
  for (const [i, route] of routes.entries()) {
    const fault = routeFault(route) ?? (routes.findIndex((other) => other.method === route.method) === i ? undefined : `${route.method} is named twice.`);
    if (fault) throw invalid('BAD_ROUTE', fault, { errors: [{ field: `routes.${i}`, code: 'bad_route', detail: fault }] });
  }
}
