import { Injectable } from '@nestjs/common';
import { record } from '@fleet/platform/audit';
import { Clock } from '@fleet/platform/clock';
import { Db, statement, type Actor, type ReadTx } from '@fleet/platform/database';
import { expectVersion, listPage, notFound, Where, type Page } from '@fleet/platform/http';
import { VehicleLookup } from '@fleet/transport_registry';
import { FillUpCorrections } from '../fill_ups/fill-up.corrections';
import type { AnomalyQuery, AnomalyView, ReviewAnomalyBody } from './anomaly.dto';

interface Row extends Omit<AnomalyView, 'plate'> {
  park_id: string | null;
}

const byId = statement<Row>('select * from fuel_log.anomaly where id = $1');

/** Questions and their answers. An answer is a note of a person; no money follows from it by itself. */
@Injectable()
export class Anomalies {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly vehicles: VehicleLookup,
    private readonly corrections: FillUpCorrections,
  ) {}

  async page(tx: ReadTx, query: AnomalyQuery): Promise<Page<AnomalyView>> {
    const where = new Where()
      .and('a.account_id = ?', tx.accountId)
      .and('a.park_id = any(?)', tx.actor.parkIds ?? undefined)
      .and('a.state = ?', query.state)
      .and('a.kind = ?', query.kind)
      .and('a.vehicle_id = ?', query.vehicle_id)
      .and('a.driver_id = ?', query.driver_id)
      .and('a.fill_up_id = ?', query.fill_up_id)
      .and('a.at >= ?', query.from)
      .and('a.at < ?', query.to);
    const spec = { select: 'a.*', from: 'fuel_log.anomaly a', where, sorts: { at: { sql: 'a.at', type: 'timestamptz' as const } }, defaultSort: '-at', key: { sql: 'a.id', type: 'uuid' as const } };
    const page = await listPage<Row>(tx, spec, query);
    const vehicles = await this.vehicles.many(tx, [...new Set(page.items.map((row) => row.vehicle_id))]);
    return { ...page, items: page.items.map((row) => ({ ...row, plate: vehicles.get(row.vehicle_id)?.plate ?? null })) };
  }

  async get(tx: ReadTx, id: string): Promise<AnomalyView> {
    const row = await tx.one(byId, [id]);
    const { parkIds } = tx.actor;
    if (!row || (parkIds !== null && (!row.park_id || !parkIds.includes(row.park_id)))) throw notFound('question', id);
    return { ...row, plate: (await this.vehicles.many(tx, [row.vehicle_id])).get(row.vehicle_id)?.plate ?? null };
  }

  async review(actor: Actor, id: string, { state, note }: ReviewAnomalyBody, version: number | undefined): Promise<AnomalyView> {
    return this.db.write(actor, async (tx) => {
      const found = await this.get(tx, id);
      // A reading somebody vouches for counts again; the fill-up is locked before its question, as recording does.
      if (found.kind === 'odometer_jump' && state === 'explained' && found.fill_up_id) await this.corrections.believeReading(tx, found.fill_up_id, note);
      await tx.sql('select 1 from fuel_log.anomaly where id = $1 for update', [id]);
      const before = await this.get(tx, id);
      expectVersion(before.version, version);
      const reviewed = state === 'open' ? [null, null] : [actor.id, this.clock.now()];
      await tx.sql('update fuel_log.anomaly set state = $2, note = $3, reviewed_by = $4, reviewed_at = $5, version = version + 1 where id = $1', [id, state, note, ...reviewed]);
      await record(tx, { action: 'fuel_log.anomaly.reviewed', subject: { type: 'anomaly', id }, reason: note, data: { kind: before.kind, from: before.state, to: state } });
      return this.get(tx, id);
    });
  }
}
