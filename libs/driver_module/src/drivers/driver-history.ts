import { Injectable } from '@nestjs/common';
import { Clock } from '@fleet/platform/clock';
import type { ReadTx, Tx } from '@fleet/platform/database';
import { listPage, Where, type ListQuery, type Page } from '@fleet/platform/http';
import { DriverSeal } from './driver-seal';
import type { DriverChangeView } from './driver.dto';

/** Field -> [before, after]. */
export type Changes = Record<string, [unknown, unknown]>;

interface Note {
  action: string;
  /** Ids, codes and days: what may stay when the person is erased. */
  facts?: Record<string, unknown>;
  changes?: Changes;
  reason?: string | undefined;
}

export function changesBetween(before: object, said: object): Changes {
  const known = before as Record<string, unknown>;
  const changes: Changes = {};
  for (const [field, value] of Object.entries(said)) {
    if (value !== undefined && JSON.stringify(known[field] ?? null) !== JSON.stringify(value)) changes[field] = [known[field] ?? null, value];
  }
  return changes;
}

/** Everything that happened to a driver; never edited. Values and reasons are sealed, so erasure reaches them here too. */
@Injectable()
export class DriverHistory {
  constructor(
    private readonly clock: Clock,
    private readonly sealer: DriverSeal,
  ) {}

  async note(tx: Tx, driverId: string, { action, facts = {}, changes, reason }: Note): Promise<void> {
    const changed = changes && Object.keys(changes).length > 0 ? changes : undefined;
    const details = await this.sealer.sealSaid(tx, driverId, 'driver_change', { changes: changed, reason });
    await tx.sql(`insert into driver_module.driver_change (account_id, driver_id, at, actor_kind, actor_id, action, facts, details_sealed) values ($1, $2, $3, $4, $5, $6, $7, $8)`, [
      tx.accountId,
      driverId,
      this.clock.now(),
      tx.actor.kind,
      tx.actor.id,
      action,
      JSON.stringify(facts),
      details,
    ]);
  }

  /** The driver's own history and that of every row merged into it. */
  async list(tx: ReadTx, driverId: string, query: ListQuery): Promise<Page<DriverChangeView>> {
    const spec = {
      select: 'c.*',
      from: 'driver_module.driver_change c',
      where: new Where().and('(c.driver_id = ? or c.driver_id in (select m.id from driver_module.driver m where m.merged_into = ?))', driverId),
      sorts: { at: { sql: 'c.id', type: 'bigint' as const } },
      defaultSort: '-at',
      key: { sql: 'c.id', type: 'bigint' as const },
    };
    const page = await listPage<DriverChangeView & { details_sealed: Buffer | null }>(tx, spec, query);
    const details = await this.sealer.openMany<{ changes?: Changes; reason?: string }>(
      tx,
      'driver_change',
      page.items.map((row) => ({ subjectId: row.driver_id, sealed: row.details_sealed })),
    );
    return { ...page, items: page.items.map((row, i) => ({ ...row, changes: details[i]?.changes ?? null, reason: details[i]?.reason ?? null })) };
  }
}
