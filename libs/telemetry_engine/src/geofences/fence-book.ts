import { Injectable } from '@nestjs/common';
import { statement, type ReadTx } from '@fleet/platform/database';
import { FenceIndex } from './fence-index';
import type { Shape } from './shape';

interface Row {
  id: string;
  name: string;
  park_id: string | null;
  shape: Shape;
  dwell_minutes: number | null;
}

const stamp = statement<{ stamp: string }>(`select count(*) || ' ' || coalesce(sum(version), 0) || ' ' || coalesce(max(updated_at)::text, '') as stamp from telemetry_engine.geofence where account_id = $1`);
const all = statement<Row>('select id, name, park_id, shape, dwell_minutes from telemetry_engine.geofence where account_id = $1');
const accountsMax = 1000;

/** The geofences of each account, kept in memory and read again when one has changed. */
@Injectable()
export class FenceBook {
  private readonly byAccount = new Map<string, { stamp: string; index: FenceIndex }>();

  async of(tx: ReadTx): Promise<FenceIndex> {
    const now = (await tx.one(stamp, [tx.accountId]))?.stamp ?? '';
    const known = this.byAccount.get(tx.accountId);
    if (known?.stamp === now) return known.index;
    const rows = await tx.sql(all, [tx.accountId]);
    const index = new FenceIndex(rows.map(({ dwell_minutes, ...row }) => ({ ...row, dwell_ms: dwell_minutes === null ? undefined : dwell_minutes * 60_000 })));
    if (this.byAccount.size >= accountsMax) this.byAccount.clear();
    this.byAccount.set(tx.accountId, { stamp: now, index });
    return index;
  }
}
