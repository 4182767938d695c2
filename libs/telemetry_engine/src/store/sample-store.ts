import { Injectable } from '@nestjs/common';
import { finished } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';
import { Db, statement, type Tx } from '@fleet/platform/database';
import { encodeRows } from './copy-encoder';
import { CopyTargets, dayOf } from './days';
import { DirtyMarks } from './dirty-buckets';
import { insertQuarantined, type Quarantined } from './quarantine-store';
import type { SampleRow } from './sample-row';

const task = 'telemetry_engine.ingest';
const uniqueViolation = '23505';
const undefinedTable = '42P01';

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
      return await this.db.system(task, (tx) => this.copyNew(tx, rows, quarantined));
    } catch (error) {
      const { code } = error as { code?: string };
      if (code === undefinedTable) this.targets.forget();
      else if (code !== uniqueViolation) throw error;
      return this.db.system(task, (tx) => this.insertNew(tx, rows, quarantined));
    }
  }

  /** The fast way: what may be there already is looked up, the rest is copied straight in. The unique key has the last word. */
  private async copyNew(tx: Tx, rows: readonly SampleRow[], quarantined: readonly Quarantined[]): Promise<boolean[]> {
    const isNew = await this.notStoredYet(tx, rows);
    const fresh = isNew.includes(false) ? rows.filter((_, i) => isNew[i]) : rows;
    for (const [day, ofDay] of byDay(fresh)) await copyInto(tx, await this.targets.of(tx, day), ofDay);
    await this.finish(tx, fresh, quarantined);
    return isNew;
  }

  /** The way for a batch that met a stored twin after all: staged, then inserted where nothing stands. */
  private async insertNew(tx: Tx, rows: readonly SampleRow[], quarantined: readonly Quarantined[]): Promise<boolean[]> {
    await tx.sql(stage);
    for (const day of new Set(rows.map((r) => dayOf(r.sample.at_ms)))) await this.targets.of(tx, day);
    await copyInto(tx, 'pg_temp.sample_stage', rows);
    const stored = new Set((await tx.sql(stagedInto)).map((r) => `${r.vehicle_no} ${r.at.getTime()}`));
    const isNew = rows.map((r) => stored.has(`${r.vehicle.vehicle_no} ${r.sample.at_ms}`));
    await this.finish(tx, rows.filter((_, i) => isNew[i]), quarantined);
    return isNew;
  }

  private async notStoredYet(tx: Tx, rows: readonly SampleRow[]): Promise<boolean[]> {
    const isNew = rows.map(() => true);
    const late = rows.flatMap((row, i) => (row.late ? [i] : []));
    if (late.length === 0) return isNew;
    const found = await tx.sql(probe, [late.map((i) => rows[i]?.vehicle.vehicle_no), late.map((i) => rows[i]?.sample.at_ms)]);
    for (const { n } of found) isNew[late[n - 1] as number] = false;
    return isNew;
  }

  private async finish(tx: Tx, stored: readonly SampleRow[], quarantined: readonly Quarantined[]): Promise<void> {
    if (stored.length > 0) await this.dirty.mark(tx, stored);
    if (quarantined.length > 0) await insertQuarantined(tx, quarantined);
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

async function copyInto(tx: Tx, table: string, rows: readonly SampleRow[]): Promise<void> {
  const { columns, bytes } = encodeRows(rows);
  const stream = tx.connection.query(copyFrom(`copy ${table} (${columns}) from stdin with (format binary)`));
  // One chunk: a write per row would cost more than the rows.
  stream.end(bytes);
  await finished(stream);
}
