import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { VehicleOnboarded } from '@fleet/contracts';
import { record } from '@fleet/platform/audit';
import { Clock } from '@fleet/platform/clock';
import { Db, type Actor, type Tx } from '@fleet/platform/database';
import { invalid, listPage, notFound, rule, Where, type Page } from '@fleet/platform/http';
import { Hears, type Heard } from '@fleet/platform/outbox';
import type { z } from 'zod';
import { fuelTypes } from '../fills/fuel-fill.dto';
import { judge } from '../imports/judgement';
import type { AliasQuery, AliasView, TaughtAliasView, TeachAliasBody } from './alias.dto';

/** Which records said it so; all of them are read again when its meaning changes. */
const saidSo: Record<string, string> = {
  fuel_type: 'fuel_type_key = $2',
  department: 'department_key = $2',
  plate: 'fuel.norm_plate(car) = upper($2)',
};

/** Spellings people taught. Teaching one settles every record that used it, past and future. */
@Injectable()
export class Aliases {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
  ) {}

  list(actor: Actor, query: AliasQuery): Promise<Page<AliasView>> {
    const where = new Where().and('a.account_id = ?', actor.accountId).and('a.kind = ?', query.kind);
    const spec = { select: 'a.*', from: 'fuel.alias a', where, sorts: { spelling: { sql: 'a.spelling_key', type: 'text' as const }, created_at: { sql: 'a.created_at', type: 'timestamptz' as const } }, defaultSort: 'spelling', key: { sql: 'a.id', type: 'uuid' as const } };
    return this.db.read(actor, (tx) => listPage<AliasView>(tx, spec, query));
  }

  teach(actor: Actor, { kind, spelling, canonical }: TeachAliasBody): Promise<TaughtAliasView> {
    return this.db.write(actor, async (tx) => {
      const key = await this.keyOf(tx, spelling);
      const meaning = await this.meaningOf(tx, kind, canonical);
      const alias = await this.put(tx, kind, key, spelling, meaning);
      // A department nobody wrote before is known under its own name from now on.
      if (kind === 'department') await tx.sql(`insert into fuel.alias (id, account_id, kind, spelling_key, spelling, canonical, taught_by, created_at) values ($1, $2, 'department', $3, $4, $4, $5, $6) on conflict do nothing`, [randomUUID(), tx.accountId, await this.keyOf(tx, meaning), meaning, actor.id, this.clock.now()]);
      const rederived = await this.rederive(tx, saidSo[kind] ?? 'false', key);
      await record(tx, { action: 'fuel_log.alias.taught', subject: { type: 'fuel_alias', id: alias.id }, data: { kind, spelling: key, canonical: meaning, rederived } });
      return { ...alias, rederived_count: rederived };
    });
  }

  unlearn(actor: Actor, id: string): Promise<void> {
    return this.db.write(actor, async (tx) => {
      const alias = await tx.one<AliasView>('delete from fuel.alias where id = $1 returning *', [id]);
      if (!alias) throw notFound('alias', id);
      const rederived = await this.rederive(tx, saidSo[alias.kind] ?? 'false', alias.spelling_key);
      await record(tx, { action: 'fuel_log.alias.unlearned', subject: { type: 'fuel_alias', id }, data: { kind: alias.kind, spelling: alias.spelling_key, rederived } });
    });
  }

  /** Messages about a vehicle may come before the vehicle is in the registry. */
  @Hears(VehicleOnboarded, 'fuel_log.match_plate')
  async matchPlate({ payload }: Heard<z.output<typeof VehicleOnboarded.schema>>, tx: Tx): Promise<void> {
    tx.withoutAudit('derived from the registry');
    await this.rederive(tx, `plate_norm = $2 and issues @> array['plate_unknown']`, payload.plate);
  }

  private async rederive(tx: Tx, which: string, key: string): Promise<number> {
    await tx.sql(`set local statement_timeout = '10min'`);
    const before = await tx.sql<{ plate_norm: string | null }>(`select distinct plate_norm from fuel.records where account_id = $1 and ${which}`, [tx.accountId, key]);
    const rows = await tx.sql<{ plate_norm: string | null }>(`with again as (update fuel.records set raw = raw where account_id = $1 and ${which} returning plate_norm) select plate_norm, count(*)::int as n from again group by plate_norm`, [tx.accountId, key]);
    await judge(tx, [...before, ...rows].map((r) => r.plate_norm));
    return rows.reduce((sum, row) => sum + (row as unknown as { n: number }).n, 0);
  }

  private async put(tx: Tx, kind: string, key: string, spelling: string, canonical: string): Promise<AliasView> {
    return (await tx.one<AliasView>(
      `insert into fuel.alias (id, account_id, kind, spelling_key, spelling, canonical, taught_by, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8)
       on conflict (account_id, kind, spelling_key) do update set canonical = excluded.canonical, spelling = excluded.spelling, taught_by = excluded.taught_by, created_at = excluded.created_at returning *`,
      [randomUUID(), tx.accountId, kind, key, spelling, canonical, tx.actor.id, this.clock.now()],
    )) as AliasView;
  }

  private async keyOf(tx: Tx, spelling: string): Promise<string> {
    const row = await tx.one<{ key: string | null }>('select fuel.spelling_key($1) as key', [spelling]);
    if (!row?.key) throw invalid('FUEL_ALIAS_EMPTY', 'The spelling has no letter or digit.');
    return row.key;
  }

  private async meaningOf(tx: Tx, kind: string, canonical: string): Promise<string> {
    if (kind === 'department') return canonical;
    if (kind === 'fuel_type') {
      if (!(fuelTypes as readonly string[]).includes(canonical)) throw invalid('FUEL_TYPE_UNKNOWN', `A fuel is one of ${fuelTypes.join(', ')}.`);
      return canonical;
    }
    const vehicle = await tx.one<{ plate_norm: string }>('select plate_norm from transport_registry.vehicle where account_id = $1 and plate_norm = fuel.norm_plate($2) limit 1', [tx.accountId, canonical]);
    if (!vehicle) throw rule('FUEL_ALIAS_NO_VEHICLE', 'No vehicle of the fleet has this plate.');
    return vehicle.plate_norm;
  }
}
