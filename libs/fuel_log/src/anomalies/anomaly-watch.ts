import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { Clock } from '@fleet/platform/clock';
import { statement, type ReadTx, type Tx } from '@fleet/platform/database';
import type { FillUp } from '../fill_ups/fill-up.entity';
import { questionsAbout, type Purchase, type Question, type Surroundings } from '../rules/anomaly';

interface Row {
  id: string;
  at: Date;
  fuel_l: number | null;
  energy_kwh: number | null;
  cost: number | null;
  currency: string;
  receipt_reference: string | null;
}

const columns = `f.id, f.fuel_date as at, f.fuel_l::float8 as fuel_l, f.energy_kwh::float8 as energy_kwh, f.total_cost_minor::float8 as cost, f.currency, f.receipt_reference`;
const counted = `f.id <> $2 and f.state <> 'voided'`;
const beside = statement<Row>(`
  (select ${columns} from fuel_log.fill_up f where f.vehicle_id = $1 and ${counted} and f.fuel_date <= $3 order by f.fuel_date desc limit 1)
  union all (select ${columns} from fuel_log.fill_up f where f.vehicle_id = $1 and ${counted} and f.fuel_date > $3 order by f.fuel_date limit 1)`);
/** What the fleet paid last: enough to know a price, few enough to ask at every fill-up. */
const lastPrices = statement<{ median: number | null; count: number }>(`
  select percentile_cont(0.5) within group (order by price)::float8 as median, count(*)::int as count from (
    select f.total_cost_minor / coalesce(f.fuel_l, f.energy_kwh) as price from fuel_log.fill_up f
     where f.account_id = $1 and ${counted} and f.fuel_date <= $3 and f.fuel_date > $3 - interval '60 days' and f.fuel_type = $4 and f.currency = $5 and f.total_cost_minor is not null
     order by f.fuel_date desc limit 50) last`);
const sameReceipt = statement<Row>(`select ${columns} from fuel_log.fill_up f where f.account_id = $1 and ${counted} and lower(f.receipt_reference) = lower($3) order by f.fuel_date limit 1`);

export interface Noticed {
  /** Undefined when the reading was not looked at again. */
  jump_km: number | null | undefined;
  overfull: Surroundings['overfull'];
}

/** Looks at each fill-up as it comes or changes, and asks what is worth asking. */
@Injectable()
export class AnomalyWatch {
  constructor(private readonly clock: Clock) {}

  async look(tx: Tx, row: FillUp, vehicle: { id: string; park_id: string | null }, noticed: Noticed): Promise<void> {
    const questions = questionsAbout(purchaseOf(asRow(row)), { ...(await this.surroundings(tx, row)), overfull: noticed.overfull, jump_km: noticed.jump_km ?? null, device_disagrees: row.warnings.find((w) => w.code === 'FUEL_ODOMETER_DISAGREES')?.detail ?? null });
    await this.forget(tx, row.id, [...questions.map((q) => q.kind), ...(noticed.jump_km === undefined ? ['odometer_jump'] : [])]);
    for (const question of questions) await this.ask(tx, { ...question, vehicle_id: vehicle.id, park_id: row.park_id, driver_id: row.driver_id, fill_up_id: row.id, at: row.fuel_date });
  }

  /** Opens a question once; what somebody answered stays answered. False when it was there. */
  async ask(tx: Tx, q: Question & { vehicle_id: string; park_id: string | null; driver_id: string | null; fill_up_id: string | null; at: Date }): Promise<boolean> {
    const added = await tx.sql(
      `insert into fuel_log.anomaly (id, account_id, vehicle_id, park_id, driver_id, fill_up_id, kind, at, question, evidence, opened_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict do nothing returning id`,
      [randomUUID(), tx.accountId, q.vehicle_id, q.park_id, q.driver_id, q.fill_up_id, q.kind, q.at, q.question, JSON.stringify(q.evidence), this.clock.now()],
    );
    return added.length > 0;
  }

  /** Drops open questions that a correction has answered. What devices told stays: no typing changes it. */
  async forget(tx: Tx, fillUpId: string, stillOpen: readonly string[] = []): Promise<void> {
    await tx.sql(`delete from fuel_log.anomaly where fill_up_id = $1 and state = 'open' and kind not in ('tank_rise_differs', 'away_from_station') and not kind = any($2)`, [fillUpId, stillOpen]);
  }

  private async surroundings(tx: ReadTx, row: FillUp): Promise<Pick<Surroundings, 'neighbours' | 'prices' | 'twin'>> {
    const neighbours = await tx.sql(beside, [row.vehicle_id, row.id, row.fuel_date]);
    const prices = await tx.one(lastPrices, [row.account_id, row.id, row.fuel_date, row.fuel_type, row.currency]);
    const twin = row.receipt_reference ? await tx.one(sameReceipt, [row.account_id, row.id, row.receipt_reference]) : undefined;
    return { neighbours: neighbours.map(purchaseOf), prices: prices ?? { median: null, count: 0 }, twin: twin && purchaseOf(twin) };
  }
}

const asRow = (row: FillUp): Row => ({
  id: row.id,
  at: row.fuel_date,
  fuel_l: row.fuel_l === null ? null : Number(row.fuel_l),
  energy_kwh: row.energy_kwh === null ? null : Number(row.energy_kwh),
  cost: row.total_cost_minor === null ? null : Number(row.total_cost_minor),
  currency: row.currency,
  receipt_reference: row.receipt_reference,
});

function purchaseOf(row: Row): Purchase {
  const quantity = row.fuel_l ?? row.energy_kwh ?? 0;
  return { id: row.id, at: row.at, quantity, unit: row.energy_kwh === null ? 'l' : 'kwh', price: row.cost === null || quantity === 0 ? null : row.cost / quantity, currency: row.currency, receipt_reference: row.receipt_reference };
}
