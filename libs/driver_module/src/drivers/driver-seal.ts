import { Injectable } from '@nestjs/common';
import { PiiVault } from '@fleet/platform/crypto';
import type { ReadTx, Tx } from '@fleet/platform/database';

/** Tables whose personal texts are one sealed JSON a row. */
export type SealedPlace = 'profile' | 'blacklist' | 'driver_change' | 'document' | 'shift' | 'shift_correction' | 'early_check_out' | 'status_report' | 'feedback';

export interface SealedRow {
  subjectId: string;
  sealed: Buffer | null;
}

/** What was written about a person, under that person's own key: gone with the key, wherever a copy lies. */
@Injectable()
export class DriverSeal {
  constructor(private readonly vault: PiiVault) {}

  seal(tx: Tx, subjectId: string, place: SealedPlace, said: object): Promise<Buffer> {
    return this.vault.seal(tx, subjectId, `driver_module.${place}`, JSON.stringify(said));
  }

  /** Nothing is sealed when nothing was said. */
  async sealSaid(tx: Tx, subjectId: string, place: SealedPlace, said: Record<string, unknown>): Promise<Buffer | null> {
    const kept = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined && value !== null));
    return Object.keys(kept).length === 0 ? null : this.seal(tx, subjectId, place, kept);
  }

  async open<T>(tx: ReadTx, place: SealedPlace, row: SealedRow): Promise<T | null> {
    return (await this.openMany<T>(tx, place, [row]))[0] ?? null;
  }

  /** Null where nothing was said or the person is erased. */
  async openMany<T>(tx: ReadTx, place: SealedPlace, rows: readonly SealedRow[]): Promise<(T | null)[]> {
    const texts = await this.vault.openMany(
      tx,
      rows.map((row) => ({ ...row, place: `driver_module.${place}` })),
    );
    return texts.map((text) => (text === null ? null : (JSON.parse(text) as T)));
  }

  /** Equality within one account only: two companies with the same driver cannot be told to have one. */
  index(accountId: string, kind: 'phone' | 'email' | 'document', normal: string): Buffer {
    return this.vault.blindIndex(`driver_module.${kind}`, `${accountId}\0${normal}`);
  }

  /** Sixteen bits of a hash: enough to find a page of candidates, too few to be sure of a name. */
  token(accountId: string, nameKey: string): number {
    return this.vault.blindIndex('driver_module.name', `${accountId}\0${nameKey}`).readUInt16BE(0);
  }
}
