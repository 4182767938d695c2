import { Injectable } from '@nestjs/common';
import { PiiVault } from '@fleet/platform/crypto';
import type { ReadTx, Tx } from '@fleet/platform/database';
import { Refusal } from '@fleet/platform/http';
import { subjectOf } from '../rules/identity';
import type { Said } from './rows';

export type SealedPlace = 'said' | 'attribution' | 'ruling' | 'fine_step';

interface SealedRow {
  event_id: string;
  sealed: Buffer | null;
}

/**
 * What people write about an event is sealed under a key of that event: whoever turns out to have driven, forgetting them can
 * reach it, in history and backups too.
 */
@Injectable()
export class EventSealer {
  constructor(private readonly vault: PiiVault) {}

  async seal(tx: Tx, eventId: string, place: SealedPlace, said: Said | { reason?: string | undefined }): Promise<Buffer | null> {
    const kept = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined && value !== null && value !== ''));
    if (Object.keys(kept).length === 0) return null;
    try {
      return await this.vault.seal(tx, subjectOf(tx.accountId, eventId), `event_log.${place}`, JSON.stringify(kept));
    } catch (error) {
      // Whoever drove was forgotten: nothing is written about the event any more, but it may still be moved, settled and cancelled.
      if (error instanceof Refusal && error.code === 'SUBJECT_ERASED') return null;
      throw error;
    }
  }

  /** Null where nothing was said or it was forgotten. */
  async open<T>(tx: ReadTx, place: SealedPlace, rows: readonly SealedRow[]): Promise<(T | null)[]> {
    const pieces = rows.map((row) => ({ subjectId: row.sealed ? subjectOf(tx.accountId, row.event_id) : row.event_id, place: `event_log.${place}`, sealed: row.sealed }));
    return (await this.vault.openMany(tx, pieces)).map((text) => (text === null ? null : (JSON.parse(text) as T)));
  }
}
