import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { record } from '@fleet/platform/audit';
import { Clock } from '@fleet/platform/clock';
import { Db, statement, type Actor, type ReadTx, type Tx } from '@fleet/platform/database';
import { FileStore, type OpenFile, type Upload } from '@fleet/platform/files';
import { invalid, notFound, rule } from '@fleet/platform/http';
import { VehicleLookup } from '@fleet/transport_registry';
import { lockStandings } from '../intake/event.store';
import { subjectOf } from '../rules/identity';
import type { EventEvidenceView, TelemetrySpanBody } from './evidence.dto';

const purpose = 'event_log.evidence';
const piecesMax = 50;
const spanMaxMs = 86_400_000;
const columns = `x.id, x.kind, f.content_type, f.size_bytes::int as size_bytes, x.vehicle_no, lower(x.span) as "from", upper(x.span) as "to", x.by_id, x.at`;
const from = 'event_log.evidence x left join files.stored_file f on f.id = x.file_id and f.erased_at is null';
const ofEvent = statement<EventEvidenceView & { sha256: Buffer | null }>(`select ${columns}, f.sha256 from ${from} where x.event_id = $1 order by x.at, x.id`);
const insert = statement<object>(`
  insert into event_log.evidence (id, account_id, event_id, kind, file_id, vehicle_no, span, by_kind, by_id, at)
  values ($1, $2, $3, $4, $5, $6, case when $7::timestamptz is null then null else tstzrange($7, $8) end, $9, $10, $11)`);

/** What shows that it was so: pictures and papers, sealed like the words, and spans of telemetry. */
@Injectable()
export class Evidence {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly files: FileStore,
    private readonly vehicles: VehicleLookup,
  ) {}

  async of(tx: ReadTx, eventId: string): Promise<EventEvidenceView[]> {
    return tx.sql(ofEvent, [eventId]);
  }

  /** The event was found for this actor. The same bytes twice are one piece: a phone may send a picture again. */
  async addFile(tx: Tx, eventId: string, upload: Upload): Promise<EventEvidenceView> {
    const known = await this.lockedPieces(tx, eventId);
    const file = await this.files.store(tx, { ...upload, purpose, allowed: ['image/jpeg', 'image/png', 'application/pdf'], subject_id: subjectOf(tx.accountId, eventId) });
    const twin = known.find((piece) => piece.sha256?.toString('hex') === file.sha256);
    if (twin) {
      await this.files.erase(tx, file.id);
      return twin;
    }
    return this.add(tx, eventId, 'file', { file_id: file.id });
  }

  async addSpan(tx: Tx, eventId: string, body: TelemetrySpanBody): Promise<EventEvidenceView> {
    const [begins, ends] = [new Date(body.from), new Date(body.to)];
    if (ends <= begins || ends.getTime() - begins.getTime() > spanMaxMs) throw invalid('EVIDENCE_SPAN_INVALID', 'A span ends after it begins and lasts at most a day.', { errors: [{ field: 'to', code: 'range', detail: 'to does not fit from' }] });
    const vehicle = await this.vehicles.require(tx, body.vehicle_id);
    const known = await this.lockedPieces(tx, eventId);
    const twin = known.find((piece) => piece.vehicle_no === vehicle.vehicle_no && piece.from?.getTime() === begins.getTime() && piece.to?.getTime() === ends.getTime());
    if (twin) {
      tx.withoutAudit('known already');
      return twin;
    }
    return this.add(tx, eventId, 'telemetry', { vehicle_no: vehicle.vehicle_no, from: begins, to: ends });
  }

  async open(actor: Actor, eventId: string, evidenceId: string): Promise<OpenFile> {
    const piece = await this.db.read(actor, (tx) => tx.one<{ file_id: string | null }>('select file_id from event_log.evidence where id = $1 and event_id = $2', [evidenceId, eventId]));
    if (!piece?.file_id) throw notFound('file of evidence', evidenceId);
    return this.files.open(actor, piece.file_id, { purpose });
  }

  private async lockedPieces(tx: Tx, eventId: string): Promise<(EventEvidenceView & { sha256: Buffer | null })[]> {
    await lockStandings(tx, [eventId]);
    const known = await tx.sql(ofEvent, [eventId]);
    if (known.length >= piecesMax) throw rule('EVIDENCE_ENOUGH', `An event takes ${piecesMax} pieces of evidence.`);
    return known;
  }

  private async add(tx: Tx, eventId: string, kind: 'file' | 'telemetry', what: { file_id?: string; vehicle_no?: number; from?: Date; to?: Date }): Promise<EventEvidenceView> {
    const id = randomUUID();
    await tx.sql(insert, [id, tx.accountId, eventId, kind, what.file_id ?? null, what.vehicle_no ?? null, what.from ?? null, what.to ?? null, tx.actor.kind, tx.actor.id, this.clock.now()]);
    await record(tx, { action: 'event_log.evidence.added', subject: { type: 'event', id: eventId }, data: { evidence_id: id, kind } });
    return (await this.of(tx, eventId)).find((piece) => piece.id === id) as EventEvidenceView;
  }
}
