import { Injectable } from '@nestjs/common';
import { Clock } from '@fleet/platform/clock';
import { statement, type Tx } from '@fleet/platform/database';
import { identityHash } from '../rules/identity';
import type { EventType } from '../rules/kinds';
import { lockStandings, lockVehicles } from './event.store';
import type { Standing } from './rows';
import { EventSealer } from './sealer';

const note = statement<object>(`insert into event_log.withdrawal (account_id, hash, source_revision, told_at) select $1, h, $3, $4 from unnest($2::bytea[]) h on conflict do nothing`);
const owners = statement<{ event_id: string }>(`select event_id from event_log.identity where account_id = $1 and hash = any($2::bytea[])`);
const rule = statement<object>(`
  insert into event_log.ruling (account_id, event_id, seq, state, review, cause, reason_sealed, by_kind, by_id, at)
  select $1, $2, coalesce(max(r.seq), 0) + 1, $3, $4, $5, $6, $7, $8, $9 from event_log.ruling r where r.event_id = $2`);
const stand = statement<object>(`update event_log.standing set state = $2, review = $3, changed_at = $4, version = version + 1 where id = $1`);

/** Events that turn out not to have been, and doubts that a person settles. The rows stay; what counts is the newest ruling. */
@Injectable()
export class Withdrawals {
  constructor(
    private readonly clock: Clock,
    private readonly sealer: EventSealer,
  ) {}

  /** The source takes back what it told up to this revision, even before that arrived. */
  async bySource(tx: Tx, types: readonly EventType[], vehicleId: string, reference: string, revision: number): Promise<void> {
    await lockVehicles(tx, [vehicleId]);
    const hashes = types.map((type) => identityHash(tx.accountId, { type, kind: '', reference, vehicle_id: vehicleId, at: new Date(0) }, null));
    await tx.sql(note, [tx.accountId, hashes, revision, this.clock.now()]);
    const known = await tx.sql(owners, [tx.accountId, hashes]);
    for (const standing of await lockStandings(tx, known.map((row) => row.event_id))) {
      if (standing.state !== 'withdrawn' && revision >= (standing.source_revision ?? 0)) await this.rule(tx, standing, 'withdrawn', [], 'source_withdrew');
    }
  }

  /** The standing is locked. */
  async rule(tx: Tx, standing: Pick<Standing, 'id'>, state: Standing['state'], review: string[], cause: string, reason?: string): Promise<void> {
    const now = this.clock.now();
    const sealed = await this.sealer.seal(tx, standing.id, 'ruling', { reason });
    await tx.sql(rule, [tx.accountId, standing.id, state, review, cause, sealed, tx.actor.kind, tx.actor.id, now]);
    await tx.sql(stand, [standing.id, state, review, now]);
  }
}
