import { Injectable } from '@nestjs/common';
import { Db, statement, type Tx } from '@fleet/platform/database';
import { encodeRows } from './copy-encoder';
import { CopyTargets, dayOf } from './days';
import { DirtyMarks, markDirty } from './dirty-buckets';
import { insertQuarantined, type Quarantined } from './quarantine-store';
import type { SampleRow } from './sample-row';

const task = 'telemetry_engine.ingest';
const uniqueViolation = '23505';
const undefinedTable = '42P01';
const deadlock = '40P01';

// A lateral look-up each: left to itself the planner reads whole days to find a handful of rows.
const probe = statement<{ n: number }>(`
  select wanted.n::int as n from unnest($1::int[], $2::float8[]) with ordinality as wanted(vehicle_no, at_ms, n)
   cross join lateral (select from telemetry_engine.sample s where s.vehicle_no = wanted.vehicle_no and s.at = to_timestamp(wanted.at_ms / 1000.0) limit 1) found`);
const stage = `create temporary table if not exists sample_stage (like telemetry_engine.sample) on commit delete rows`;
const stagedInto = statement<{ vehicle_no: number; at: Date }>(`
  insert into telemetry_engine.sample select * from pg_temp.sample_stage order by vehicle_no, at on conflict do nothing returning vehicle_no, at`);

/**
 * Writes batches of samples: everything of a batch is durable when `write` resolves, or none of it. Answers for each row
 * whether it is new. Rows come sorted by vehicle and time and without twins, so that two writers never wait in a circle.
 */
@Injectable()
export class SampleStore {
  private readonly targets = new CopyTargets();
  private readonly dirty = new DirtyMarks();

  constructor(private readonly db: Db) {}

  async write(rows: readonly SampleRow[], quarantined: readonly Quarantined[] = []): Promise<boolean[]> {
    try {
      return await this.copyNew(rows, quarantined);
    } catch (error) {
      const { code = '' } = error as { code?: string };
      if (code === undefinedTable) this.targets.forget();
      else if (code !== uniqueViolation && code !== deadlock) throw error;
      return this.db.system(task, (tx) => this.insertNew(tx, rows, quarantined));
    }
  }

  /** The fast way: what may be there already is looked up, the rest is copied straight in. The unique key has the last word. */
  private async copyNew(rows: readonly SampleRow[], quarantined: readonly Quarantined[]): Promise<boolean[]> {
    const isNew = await this.notStoredYet(rows);
    const fresh = isNew.includes(false) ? rows.filter((_, i) => isNew[i]) : rows;
    if (fresh.length + quarantined.length === 0) return isNew;
    const days = byDay(fresh);
    const tables = await this.tablesOf([...days.keys()]);
    const copies = [...days.values()].map((ofDay, i) => copyOf(tables[i] as string, ofDay));
    await this.dirty.along(fresh, (marking) => {
      const text = [...copies.map((copy) => copy.text), marking].join('; ');
      const bytes = copies.map((copy) => copy.bytes);
      if (quarantined.length === 0) return this.db.systemRequest(task, text, bytes);
      return this.db.system(task, async (tx) => {
        await tx.request(text, bytes);
        await insertQuarantined(tx, quarantined);
      });
    });
    return isNew;
  }

  /** The way for a batch that met a stored twin after all: staged, then inserted where nothing stands. */
  private async insertNew(tx: Tx, rows: readonly SampleRow[], quarantined: readonly Quarantined[]): Promise<boolean[]> {
    await tx.sql(stage);
    for (const day of byDay(rows).keys()) await this.targets.of(tx, day);
    const { text, bytes } = copyOf('pg_temp.sample_stage', rows);
    await tx.request(text, [bytes]);
    const stored = new Set((await tx.sql(stagedInto)).map((r) => `${r.vehicle_no} ${r.at.getTime()}`));
    const isNew = rows.map((r) => stored.has(`${r.vehicle.vehicle_no} ${r.sample.at_ms}`));
    await markDirty(tx, rows.filter((_, i) => isNew[i]));
    if (quarantined.length > 0) await insertQuarantined(tx, quarantined);
    return isNew;
  }

  private async notStoredYet(rows: readonly SampleRow[]): Promise<boolean[]> {
    const isNew = rows.map(() => true);
    const late = rows.flatMap((row, i) => (row.late ? [i] : []));
    if (late.length === 0) return isNew;
    const wanted = [late.map((i) => rows[i]?.vehicle.vehicle_no), late.map((i) => rows[i]?.sample.at_ms)];
    const found = await this.db.systemRead(task, (tx) => tx.sql(probe, wanted));
    for (const { n } of found) isNew[late[n - 1] as number] = false;
    return isNew;
  }

  /** Where samples of these days go; a day nobody prepared is made in a transaction of its own. */
  private async tablesOf(days: readonly number[]): Promise<string[]> {
    const known = days.flatMap((day) => this.targets.known(day) ?? []);
    if (known.length === days.length) return known;
    return this.db.system(task, async (tx) => {
      const tables: string[] = [];
      for (const day of days) tables.push(await this.targets.of(tx, day));
      return tables;
    });
  }
}

/** Almost always one day, so the common case makes no copies. */
function byDay(rows: readonly SampleRow[]): Map<number, readonly SampleRow[]> {
  const first = rows[0];
  if (!first) return new Map();
  const day = dayOf(first.sample.at_ms);
  if (rows.every((r) => dayOf(r.sample.at_ms) === day)) return new Map([[day, rows]]);
  const days = new Map<number, SampleRow[]>();
  for (const row of rows) {
    const its = dayOf(row.sample.at_ms);
    const list = days.get(its);
    if (list) list.push(row);
    else days.set(its, [row]);
  }
  return days;
}

export function copyOf(table: string, rows: readonly SampleRow[]): { text: string; bytes: Buffer } {
  const { columns, bytes } = encodeRows(rows);
  return { text: `copy ${table} (${columns}) from stdin with (format binary)`, bytes };
}
