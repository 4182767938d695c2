import { Injectable } from '@nestjs/common';
import { detectionKinds } from '@fleet/contracts';
import { Clock } from '@fleet/platform/clock';
import { Db, type Actor } from '@fleet/platform/database';
import { invalid, listPage, notFound, Where, type Page } from '@fleet/platform/http';
import { VehicleLookup } from '@fleet/transport_registry';
import { periodOf } from '../trips/trip.service';
import type { DetectionQuery, DetectionView, DetectionWithEvidenceView } from './detection.dto';

type Row = Omit<DetectionView, 'place' | 'value' | 'limit' | 'unit' | 'details'> & { vehicle_no: number; body: Record<string, unknown> };

const columns = 'd.id, d.vehicle_id, d.vehicle_no, d.kind, d.revision, d.from_at as at, d.to_at, d.body';
const sorts = { at: { sql: 'd.from_at', type: 'timestamptz' } } as const;

@Injectable()
export class Detections {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly vehicles: VehicleLookup,
  ) {}

  list(actor: Actor, query: DetectionQuery): Promise<Page<DetectionView>> {
    const { from, to } = periodOf(query, this.clock.now());
    const kinds = kindsOf(query.kind);
    return this.db.read(actor, async (tx) => {
      const one = query.vehicle_id === undefined ? undefined : (await this.vehicles.require(tx, query.vehicle_id)).vehicle_no;
      const numbers = one === undefined ? await this.vehicles.numbersInParks(tx) : undefined;
      const where = new Where().and('d.account_id = ?', tx.accountId).and('d.vehicle_no = ?', one).and('d.vehicle_no = any(?)', numbers);
      // What began before and still goes on is part of the period too; nothing but a silence goes on for days.
      where.and('d.from_at < ?', to).and(`(d.from_at >= ? or coalesce(d.to_at, 'infinity') > ?)`, from).and('d.kind = any(?)', kinds);
      const page = await listPage<Row>(tx, { select: columns, from: 'telemetry_engine.detection d', where, sorts, defaultSort: '-at', key: { sql: 'd.id', type: 'uuid' } }, query);
      return { ...page, items: page.items.map(viewOf) };
    });
  }

  withEvidence(actor: Actor, id: string): Promise<DetectionWithEvidenceView> {
    return this.db.read(actor, async (tx) => {
      const row = await tx.one<Row>(`select ${columns} from telemetry_engine.detection d where d.id = $1`, [id]);
      const seen = row && (await this.vehicles.many(tx, [row.vehicle_id])).has(row.vehicle_id);
      if (!row || !seen) throw notFound('detection', id);
      return { ...(viewOf(row) as DetectionWithEvidenceView) };
    });
  }
}

const viewOf = ({ body, ...row }: Row): DetectionView => ({ ...row, ...body }) as unknown as DetectionView;

function kindsOf(text: string | undefined): string[] | undefined {
  if (text === undefined) return undefined;
  const kinds = text.split(',').map((kind) => kind.trim());
  const unknown = kinds.filter((kind) => !(detectionKinds as readonly string[]).includes(kind));
  if (unknown.length > 0) throw invalid('UNKNOWN_KIND', `There is no kind ${unknown.join(', ')}.`, { facts: { known: detectionKinds } });
  return kinds;
}
