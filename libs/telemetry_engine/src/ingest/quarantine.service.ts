import { Injectable } from '@nestjs/common';
import { record } from '@fleet/platform/audit';
import { Clock } from '@fleet/platform/clock';
import { Db, type Actor } from '@fleet/platform/database';
import { listPage, Where, type ListQuery, type Page } from '@fleet/platform/http';
import { VehicleLookup } from '@fleet/transport_registry';
import { Pipeline, type Incoming } from '../pipeline/pipeline';
import { reasonWords, type QuarantineReason } from '../pipeline/reasons';
import type { Outcome, Sample } from '../sample';
import { readAgain } from '../store/unreadable-bytes';
import type { QuarantineItemView, ReplayView } from './ingest.dto';

interface Row {
  id: string;
  device_id: string | null;
  vehicle_id: string | null;
  received_at: Date;
  at: Date | null;
  reason: QuarantineReason;
  raw: Buffer | null;
  protocol: string | null;
  fault: string | null;
  replayed_at: Date | null;
  outcome: string | null;
  sample: Sample;
}

export interface QuarantineFilter {
  ids?: string[];
  reason?: string;
  device_id?: string;
}

const replayMax = 1000;
const weekMs = 7 * 86_400_000;

/** Samples that were set aside: seen with the reason and their bytes, and sent through the pipeline again after a repair. */
@Injectable()
export class Quarantine {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly lookup: VehicleLookup,
    private readonly pipeline: Pipeline,
  ) {}

  list(actor: Actor, query: ListQuery & { reason?: string; device_id?: string; waiting?: boolean }): Promise<Page<QuarantineItemView>> {
    return this.db.read(actor, async (tx) => {
      const where = (await this.where(tx, actor, query)).and(query.waiting === false ? 'q.replayed_at is not null' : query.waiting ? 'q.replayed_at is null' : 'true');
      const spec = {
        select: 'q.id, q.device_id, q.vehicle_id, q.received_at, q.at, q.reason, q.protocol, q.fault, q.raw, q.replayed_at, q.outcome',
        from: 'telemetry_engine.quarantine q',
        where,
        sorts: { received_at: { sql: 'q.received_at', type: 'timestamptz' as const } },
        defaultSort: '-received_at',
        key: { sql: 'q.id', type: 'uuid' as const },
      };
      const page = await listPage<Row>(tx, spec, query);
      return { items: page.items.map((row) => ({ ...row, raw: row.raw?.toString('base64') ?? null, detail: detailOf(row) })), next_cursor: page.next_cursor };
    });
  }

  /**
   * Sends what waits through the pipeline once more. Replaying twice is harmless: what was stored by an interrupted replay
   * is a duplicate then. What cannot be stored even now stays as it is.
   */
  async replay(actor: Actor, filter: QuarantineFilter, addWeeks: number): Promise<ReplayView> {
    const rows = await this.db.read(actor, async (tx) => {
      const where = (await this.where(tx, actor, filter)).and('q.id = any(?)', filter.ids).and('q.replayed_at is null');
      where.params.push(replayMax + 1);
      return tx.sql<Row>(`select q.id, q.device_id, q.vehicle_id, q.received_at, q.sample, q.protocol, q.raw, q.reason from telemetry_engine.quarantine q ${where.text} order by q.received_at, q.id limit $${where.params.length}`, where.params);
    });
    const taken = rows.slice(0, replayMax);
    const items = taken.flatMap((row) => samplesOf(row).map((sample) => ({ row, incoming: incomingOf(row, { ...sample, at_ms: sample.at_ms + addWeeks * weekMs }) })));
    const outcomes = await this.pipeline.take({ accountId: actor.accountId, parkIds: actor.parkIds }, items.map((i) => i.incoming), { fromQuarantine: true });
    const outcomesOf = new Map(taken.map((row) => [row, [] as Outcome[]]));
    items.forEach(({ row }, i) => outcomesOf.get(row)?.push(outcomes[i] as Outcome));
    const done = [...outcomesOf].filter(([, its]) => its.length > 0 && its.every((o) => o.kind !== 'quarantined')).map(([{ id }, its]) => ({ id, outcome: its.some((o) => o.kind === 'stored') ? 'stored' : 'duplicate' }));
    await this.note(actor, taken.length, done, { ...filter, add_weeks: addWeeks });
    const count = (kind: Outcome['kind']): number => outcomes.filter((o) => o.kind === kind).length;
    return { replayed: taken.length, accepted: count('stored'), duplicates: count('duplicate'), still_rejected: taken.length - done.length, more: rows.length > replayMax };
  }

  private async note(actor: Actor, samples: number, done: { id: string; outcome: string }[], said: object): Promise<void> {
    await this.db.write(actor, async (tx) => {
      await tx.execute(
        `update telemetry_engine.quarantine q set replayed_at = $3, replayed_by = $4, outcome = d.outcome from unnest($1::uuid[], $2::text[]) as d(id, outcome) where q.id = d.id and q.replayed_at is null`,
        [done.map((d) => d.id), done.map((d) => d.outcome), this.clock.now(), actor.id],
      );
      await record(tx, { action: 'telemetry_engine.quarantine.replayed', subject: { type: 'account', id: actor.accountId }, data: { ...said, samples, stored: done.length } });
    });
  }

  private async where(tx: Parameters<VehicleLookup['devicesInParks']>[0], actor: Actor, filter: QuarantineFilter): Promise<Where> {
    return new Where()
      .and('q.account_id = ?', actor.accountId)
      .and('q.device_id = any(?)', await this.lookup.devicesInParks(tx))
      .and('q.reason = ?', filter.reason)
      .and('q.device_id = ?', filter.device_id);
  }
}

const detailOf = ({ reason, fault }: Row): string => (fault ? `${reasonWords[reason]} (${fault})` : (reasonWords[reason] ?? reason));

function samplesOf(row: Row): Sample[] {
  if (row.reason === 'unreadable') return row.raw && row.protocol ? readAgain(row.protocol, row.raw, row.received_at.getTime()) : [];
  return Number.isFinite(row.sample.at_ms) ? [row.sample] : [];
}

function incomingOf({ device_id, vehicle_id, received_at }: Row, sample: Sample): Incoming {
  const received_ms = received_at.getTime();
  return device_id === null ? { vehicle_id: vehicle_id ?? '', sample, received_ms } : { device_id, sample, received_ms };
}
