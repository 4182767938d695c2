import { Injectable } from '@nestjs/common';
import { statement, type Actor, type ReadTx, type Tx } from '@fleet/platform/database';
import { listPage, notFound, Where, type ListQuery, type ListSpec, type Page } from '@fleet/platform/http';
import { VehicleLookup } from '@fleet/transport_registry';
import { distancesOf, type Filled } from '../rules/efficiency';
import type { FillUpChangeView, FillUpQuery, FillUpView } from './fill-up.dto';
import type { FillUp } from './fill-up.entity';

const byId = statement<FillUp>('select * from fuel_log.fill_up where id = $1');
const lockById = statement<FillUp>('select * from fuel_log.fill_up where id = $1 for update');
const receiptsOf = statement<{ fill_up_id: string; id: string }>('select fill_up_id, id from fuel_log.receipt where fill_up_id = any($1::uuid[]) and discarded_at is null order by created_at, id');

export const filledColumns = `f.id, f.fuel_date as at, case when f.odometer_counts then f.odometer_km::float8 end as odometer_km, f.trip_distance_km::float8 as trip_km, f.fuel_l::float8 as fuel_l,
  f.energy_kwh::float8 as energy_kwh, f.is_full_tank as "full", f.missed_previous as missed, f.state = 'held' as held`;

/** Everything whose distance can change when something happens between these two moments. */
const beside = statement<Filled & { known: string | null }>(`
  select ${filledColumns}, f.distance_since_last::text as known from fuel_log.fill_up f
   where f.vehicle_id = $1 and f.state <> 'voided'
     and f.fuel_date >= coalesce((select max(e.fuel_date) from fuel_log.fill_up e where e.vehicle_id = $1 and e.state <> 'voided' and e.odometer_km is not null and e.odometer_counts and e.fuel_date < $2), '-infinity')
     and f.fuel_date <= coalesce((select min(l.fuel_date) from fuel_log.fill_up l where l.vehicle_id = $1 and l.state <> 'voided' and l.odometer_km is not null and l.odometer_counts and l.fuel_date > $3), 'infinity')
   order by f.fuel_date, f.id`);

/** Reading fill-ups, and the figures kept beside them. */
@Injectable()
export class FillUpStore {
  constructor(private readonly vehicles: VehicleLookup) {}

  /** The fill-up, or 404 also when it was made in a park the actor is not limited to. */
  async find(tx: ReadTx, id: string): Promise<FillUp> {
    return visible(tx, id, await tx.one(byId, [id]));
  }

  async lock(tx: Tx, id: string): Promise<FillUp> {
    return visible(tx, id, await tx.one(lockById, [id]));
  }

  async views(tx: ReadTx, rows: readonly FillUp[]): Promise<FillUpView[]> {
    const vehicles = await this.vehicles.many(tx, [...new Set(rows.map((row) => row.vehicle_id))]);
    const receipts = rows.length === 0 ? [] : await tx.sql(receiptsOf, [rows.map((row) => row.id)]);
    return rows.map((row) => ({ ...row, plate: vehicles.get(row.vehicle_id)?.plate ?? null, receipt_ids: receipts.filter((r) => r.fill_up_id === row.id).map((r) => r.id) }));
  }

  async view(tx: ReadTx, row: FillUp): Promise<FillUpView> {
    return (await this.views(tx, [row]))[0] as FillUpView;
  }

  async page(tx: ReadTx, query: FillUpQuery, driverId?: string): Promise<Page<FillUpView>> {
    const page = await this.rows(tx, { ...query, ...(driverId ? { driver_id: driverId } : {}) });
    return { ...page, items: await this.views(tx, page.items) };
  }

  /** What is typed can be looked for in no index: first among the latest, and in all of them only when those do not fill the page. */
  private async rows(tx: ReadTx, query: FillUpQuery): Promise<Page<FillUp>> {
    if (query.q && (query.sort ?? latestFirst) === latestFirst) {
      const page = await listPage<FillUp>(tx, amongLatest(tx.actor, query), query);
      if (page.next_cursor) return page;
    }
    return listPage<FillUp>(tx, fillUpList(tx.actor, query), query);
  }

  history(tx: ReadTx, fillUpId: string, query: ListQuery): Promise<Page<FillUpChangeView>> {
    const spec = {
      select: 'c.*',
      from: 'fuel_log.fill_up_change c',
      where: new Where().and('c.fill_up_id = ?', fillUpId),
      sorts: { at: { sql: 'c.id', type: 'bigint' as const } },
      defaultSort: '-at',
      key: { sql: 'c.id', type: 'bigint' as const },
    };
    return listPage<FillUpChangeView>(tx, spec, query);
  }

  /** Works out again what lies between a changed fill-up and its neighbours. */
  async deriveAround(tx: Tx, vehicleId: string, from: Date, to: Date, startKm: number | undefined): Promise<void> {
    const fills = await tx.sql(beside, [vehicleId, from, to]);
    const distances = distancesOf(fills, startKm);
    // The first is only where the distances begin, unless nothing lies before it at all.
    const changed = fills.flatMap((fill, i) => {
      const distance = distances[i] ?? null;
      if (i === 0 && fill.at < from) return [];
      const quantity = fill.fuel_l ?? fill.energy_kwh ?? 0;
      return [{ id: fill.id, distance, efficiency: distance !== null && distance > 0 ? Math.min((quantity / distance) * 100, 9_999_999) : null }];
    });
    await tx.sql(
      `update fuel_log.fill_up f set distance_since_last = c.distance, efficiency = c.efficiency
         from unnest($1::uuid[], $2::numeric[], $3::numeric[]) as c(id, distance, efficiency)
        where f.id = c.id and (f.distance_since_last, f.efficiency) is distinct from (round(c.distance, 1), round(c.efficiency, 3))`,
      [changed.map((c) => c.id), changed.map((c) => c.distance), changed.map((c) => c.efficiency)],
    );
  }
}

function visible(tx: ReadTx, id: string, row: FillUp | undefined): FillUp {
  const { parkIds } = tx.actor;
  if (!row || (parkIds !== null && (row.park_id === null || !parkIds.includes(row.park_id)))) throw notFound('fill-up', id);
  return row;
}

const latestFirst = '-fuel_date';
const latestMax = 20_000;

export function fillUpList(actor: Actor, query: FillUpQuery): ListSpec {
  return listed('fuel_log.fill_up f', saying(filtered(actor, query), query.q));
}

function amongLatest(actor: Actor, { q, ...query }: FillUpQuery): ListSpec {
  const where = filtered(actor, query);
  const within = new Where();
  within.params.push(...where.params);
  return listed(`(select f.* from fuel_log.fill_up f ${where.text} order by f.fuel_date desc, f.id desc limit ${latestMax}) f`, saying(within, q));
}

const saying = (where: Where, q: string | undefined): Where =>
  where.and(`lower(coalesce(f.fuel_station, '') || ' ' || coalesce(f.receipt_reference, '')) like ?`, q && `%${q.toLowerCase().replaceAll(/[\\%_]/g, '\\$&')}%`);

function filtered(actor: Actor, query: FillUpQuery): Where {
  return new Where()
    .and('f.account_id = ?', actor.accountId)
    .and('f.park_id = any(?)', actor.parkIds ?? undefined)
    .and('f.vehicle_id = ?', query.vehicle_id)
    .and('f.driver_id = ?', query.driver_id)
    .and('f.park_id = ?', query.park_id)
    .and('f.fuel_date >= ?', query.from)
    .and('f.fuel_date < ?', query.to)
    .and('f.state = ?', query.state)
    .and('f.fuel_type = ?', query.fuel_type)
    .and('f.currency = ?', query.currency);
}

function listed(from: string, where: Where): ListSpec {
  const sorts: ListSpec['sorts'] = {
    fuel_date: { sql: 'f.fuel_date', type: 'timestamptz' },
    total_cost_minor: { sql: '(case when f.total_cost_minor is null then 0 else f.total_cost_minor end)', type: 'bigint' },
    created_at: { sql: 'f.created_at', type: 'timestamptz' },
  };
  return { select: 'f.*', from, where, sorts, defaultSort: latestFirst, key: { sql: 'f.id', type: 'uuid' } };
}
