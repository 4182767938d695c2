import { Injectable } from '@nestjs/common';
import { detectionKinds } from '@fleet/contracts';
import { Clock } from '@fleet/platform/clock';
import { Db, type Actor, type ReadTx } from '@fleet/platform/database';
import { everyRow, invalid, listPage, notFound, Where, type ListSpec, type Page } from '@fleet/platform/http';
import { VehicleLookup } from '@fleet/transport_registry';
import { numbersAsked, withPlates } from '../read/vehicle-choice';
import { periodOf } from '../trips/trip.service';
import type { DetectionQuery, DetectionView, DetectionWithEvidenceView } from './detection.dto';

type Row = Omit<DetectionView, 'plate' | 'place' | 'value' | 'limit' | 'unit' | 'details'> & { vehicle_no: number; body: Record<string, unknown> };

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
    return this.db.read(actor, async (tx) => {
      const page = await listPage<Row>(tx, await this.asked(tx, query), query);
      return { ...page, items: (await withPlates(tx, this.vehicles, page.items)).map(viewOf) };
    });
  }

  /** The same in pages, for a file. */
  async *everyOne(tx: ReadTx, query: DetectionQuery): AsyncGenerator<DetectionView[]> {
    for await (const rows of everyRow<Row>(tx, await this.asked(tx, query), query)) yield (await withPlates(tx, this.vehicles, rows)).map(viewOf);
  }

  private async asked(tx: ReadTx, query: DetectionQuery): Promise<ListSpec> {
    const { from, to } = periodOf(query, this.clock.now());
    const kinds = kindsOf(query.kind);
    const where = new Where().and('d.account_id = ?', tx.accountId).and('d.vehicle_no = any(?)', await numbersAsked(tx, this.vehicles, query));
    // What began before and still goes on is part of the period too; nothing but a silence goes on for days.
    where.and('d.from_at < ?', to).and(`(d.from_at >= ? or coalesce(d.to_at, 'infinity') > ?)`, from).and('d.kind = any(?)', kinds);
    if (query.geofence_id !== undefined) where.and('d.subject = ?', query.geofence_id).and(`d.kind in ('geofence_enter', 'geofence_exit', 'geofence_dwell')`);
    return { select: columns, from: 'telemetry_engine.detection d', where, sorts, defaultSort: '-at', key: { sql: 'd.id', type: 'uuid' } };
  }

  withEvidence(actor: Actor, id: string): Promise<DetectionWithEvidenceView> {
    return this.db.read(actor, async (tx) => {
      const row = await tx.one<Row>(`select ${columns} from telemetry_engine.detection d where d.id = $1`, [id]);
      const vehicle = row && (await this.vehicles.many(tx, [row.vehicle_id])).get(row.vehicle_id);
      if (!row || !vehicle) throw notFound('detection', id);
      return { ...(viewOf({ ...row, plate: vehicle.plate }) as DetectionWithEvidenceView) };
    });
  }
}

const viewOf = ({ body, ...row }: Row & { plate: string }): DetectionView => ({ ...row, ...body }) as unknown as DetectionView;

function kindsOf(text: string | undefined): string[] | undefined {
  if (text === undefined) return undefined;
  const kinds = text.split(',').map((kind) => kind.trim());
  const unknown = kinds.filter((kind) => !(detectionKinds as readonly string[]).includes(kind));
  if (unknown.length > 0) throw invalid('UNKNOWN_KIND', `There is no kind ${unknown.join(', ')}.`, { facts: { known: detectionKinds } });
  return kinds;
}
