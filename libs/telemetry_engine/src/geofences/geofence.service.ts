import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { record } from '@fleet/platform/audit';
import { Clock } from '@fleet/platform/clock';
import { conflictOn, Db, type Actor, type ReadTx, type Tx } from '@fleet/platform/database';
import { expectVersion, invalid, listPage, notFound, rule, Where, type Page } from '@fleet/platform/http';
import type { AmendGeofenceBody, GeofenceBody, GeofenceQuery, GeofenceView, ShapeBody } from './geofence.dto';
import { polygonFault, type Shape } from './shape';

const columns = 'g.id, g.name, g.shape, g.park_id, g.dwell_minutes, g.created_at, g.updated_at, g.version';
const taken: Record<string, [string, string]> = { geofence_name_key: ['GEOFENCE_NAME_TAKEN', 'Another geofence has this name.'] };
const perAccountMax = 5000;

/** Drawn areas. Whoever is limited to parks sees those of the whole account and of the own parks, and changes only the latter. */
@Injectable()
export class Geofences {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
  ) {}

  list(actor: Actor, query: GeofenceQuery): Promise<Page<GeofenceView>> {
    const where = new Where().and('g.account_id = ?', actor.accountId).and('(g.park_id is null or g.park_id = any(?))', actor.parkIds ?? undefined).and('g.park_id = ?', query.park_id);
    const sorts = { name: { sql: 'lower(g.name)', type: 'text' }, created_at: { sql: 'g.created_at', type: 'timestamptz' } } as const;
    return this.db.read(actor, (tx) => listPage<GeofenceView>(tx, { select: columns, from: 'telemetry_engine.geofence g', where, sorts, defaultSort: 'name', key: { sql: 'g.id', type: 'uuid' } }, query));
  }

  get(actor: Actor, id: string): Promise<GeofenceView> {
    return this.db.read(actor, (tx) => this.find(tx, id));
  }

  draw(actor: Actor, body: GeofenceBody): Promise<GeofenceView> {
    const shape = shapeOf(body.shape);
    return this.db.write(actor, async (tx) => {
      await this.expectPark(tx, body.park_id ?? null);
      const count = await tx.one<{ n: number }>('select count(*)::int as n from telemetry_engine.geofence where account_id = $1', [tx.accountId]);
      if ((count?.n ?? 0) >= perAccountMax) throw rule('TOO_MANY_GEOFENCES', `An account has at most ${perAccountMax} geofences.`);
      const id = randomUUID();
      await conflictOn(taken, () =>
        tx.sql('insert into telemetry_engine.geofence (id, account_id, park_id, name, shape, dwell_minutes, created_at, updated_at) values ($1, $2, $3, $4, $5, $6, $7, $7)', [
          id,
          tx.accountId,
          body.park_id ?? null,
          body.name,
          JSON.stringify(shape),
          body.dwell_minutes ?? null,
          this.clock.now(),
        ]),
      );
      await record(tx, { action: 'telemetry_engine.geofence.drawn', subject: { type: 'geofence', id } });
      return this.find(tx, id);
    });
  }

  amend(actor: Actor, id: string, body: AmendGeofenceBody, version: number | undefined): Promise<GeofenceView> {
    const shape = body.shape && shapeOf(body.shape);
    return this.db.write(actor, async (tx) => {
      const before = await this.lock(tx, id);
      expectVersion(before.version, version);
      const dwell = body.dwell_minutes === undefined ? before.dwell_minutes : body.dwell_minutes;
      await conflictOn(taken, () =>
        tx.sql('update telemetry_engine.geofence set name = $2, shape = $3, dwell_minutes = $4, updated_at = $5, version = version + 1 where id = $1', [id, body.name ?? before.name, JSON.stringify(shape ?? before.shape), dwell, this.clock.now()]),
      );
      await record(tx, { action: 'telemetry_engine.geofence.amended', subject: { type: 'geofence', id }, data: { fields: Object.keys(body) } });
      return this.find(tx, id);
    });
  }

  erase(actor: Actor, id: string): Promise<void> {
    return this.db.write(actor, async (tx) => {
      await this.lock(tx, id);
      await tx.sql('delete from telemetry_engine.geofence where id = $1', [id]);
      await record(tx, { action: 'telemetry_engine.geofence.erased', subject: { type: 'geofence', id } });
    });
  }

  /** As the actor may see it. */
  async find(tx: ReadTx, id: string): Promise<GeofenceView> {
    const row = await tx.one<GeofenceView>(`select ${columns} from telemetry_engine.geofence g where g.id = $1`, [id]);
    if (!row || (row.park_id !== null && tx.actor.parkIds && !tx.actor.parkIds.includes(row.park_id))) throw notFound('geofence', id);
    return row;
  }

  private async lock(tx: Tx, id: string): Promise<GeofenceView> {
    await tx.sql('select 1 from telemetry_engine.geofence where id = $1 for update', [id]);
    const row = await this.find(tx, id);
    await this.expectPark(tx, row.park_id);
    return row;
  }

  private async expectPark(tx: ReadTx, parkId: string | null): Promise<void> {
    const allowed = tx.actor.parkIds;
    const known = parkId === null ? allowed === null : (!allowed || allowed.includes(parkId)) && (await tx.one('select 1 as one from auth.park where id = $1', [parkId])) !== undefined;
    if (!known) throw invalid('UNKNOWN_PARK', parkId === null ? 'Say which of your parks it is for.' : `There is no park ${parkId} you may use.`);
  }
}

function shapeOf(body: ShapeBody): Shape {
  const fault = (detail: string): never => {
    throw invalid('BAD_SHAPE', detail, { errors: [{ field: 'shape', code: 'shape', detail }] });
  };
  if (body.type === 'circle') {
    if (!body.centre || body.radius_m === undefined || body.vertices) return fault('A circle has centre and radius_m and nothing else.');
    return { type: 'circle', centre: { lat: body.centre.lat, lon: body.centre.lon }, radius_m: body.radius_m };
  }
  if (!body.vertices || body.vertices.length < 3 || body.centre || body.radius_m !== undefined) return fault('A polygon has three vertices or more and nothing else.');
  const vertices = body.vertices.map(({ lat, lon }) => ({ lat, lon }));
  const wrong = polygonFault(vertices);
  return wrong ? fault(wrong) : { type: 'polygon', vertices };
}
