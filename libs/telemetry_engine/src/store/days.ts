import type { Tx } from '@fleet/platform/database';
import { dayMs } from '../pipeline/limits';

export const dayOf = (ms: number): number => Math.floor(ms / dayMs);
export const dateOf = (day: number): string => new Date(day * dayMs).toISOString().slice(0, 10);

/** Tables that samples of a day are copied into. A day nobody prepared is prepared by the first sample in it. */
export class CopyTargets {
  private readonly tables = new Map<number, string>();

  known(day: number): string | undefined {
    return this.tables.get(day);
  }

  async of(tx: Tx, day: number): Promise<string> {
    const known = this.known(day);
    if (known) return known;
    const date = dateOf(day);
    const row = await tx.one<{ target: string }>(`select telemetry_engine.copy_target($1) as target from (select telemetry_engine.ensure_days($1, $1)) made`, [date]);
    const target = row?.target ?? '';
    if (this.tables.size > 64) this.tables.clear();
    // Remembered only once the transaction that may have made it has committed.
    tx.afterCommit(() => void this.tables.set(day, target));
    return target;
  }

  /** After a day was dropped under us. */
  forget(): void {
    this.tables.clear();
  }
}
