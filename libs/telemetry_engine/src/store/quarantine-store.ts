import { statement, type Tx } from '@fleet/platform/database';
import type { QuarantineReason } from '../pipeline/reasons';
import type { Sample } from '../sample';

/** A sample that was set aside, with what is needed to judge and replay it. */
export interface Quarantined {
  account_id: string;
  device_id: string | undefined;
  vehicle_id: string | undefined;
  received_ms: number;
  reason: QuarantineReason;
  sample: Sample;
  raw: Buffer | undefined;
}

const insert = statement<object>(`
  insert into telemetry_engine.quarantine (account_id, device_id, vehicle_id, received_at, reason, at, sample, raw)
  select * from unnest($1::uuid[], $2::text[], $3::uuid[], $4::timestamptz[], $5::text[], $6::timestamptz[], $7::jsonb[], $8::bytea[]) on conflict do nothing`);

/** What PostgreSQL and JavaScript both can say as a time. */
const earliestMs = Date.UTC(1900, 0, 1);
const latestMs = Date.UTC(9999, 0, 1);

export async function insertQuarantined(tx: Tx, items: readonly Quarantined[]): Promise<void> {
  await tx.sql(insert, [
    items.map((i) => i.account_id),
    items.map((i) => i.device_id ?? null),
    items.map((i) => i.vehicle_id ?? null),
    items.map((i) => new Date(i.received_ms)),
    items.map((i) => i.reason),
    items.map((i) => (i.sample.at_ms >= earliestMs && i.sample.at_ms <= latestMs ? new Date(i.sample.at_ms) : null)),
    items.map((i) => storableJson(i.sample)),
    items.map((i) => i.raw ?? null),
  ]);
}

/** jsonb knows neither NUL nor lone surrogates; the raw bytes keep them. */
const storableJson = (sample: Sample): string => JSON.stringify(sample).replaceAll(/\\u0000|\\ud[89a-f][0-9a-f]{2}/g, '\\ufffd');
