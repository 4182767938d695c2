import { Injectable } from '@nestjs/common';
import { ReadTx, Tx } from '../database';
import { BlindIndex } from './blind-index';
import { openBytes, SealBroken, sealBytes } from './envelope';
import { SubjectKeys } from './subject-keys';

export interface SealedPiece {
  subjectId: string;
  /** Table and column the piece is kept in, like `driver_module.driver.phone`. */
  place: string;
  sealed: Buffer | null;
}

interface SealOptions {
  /** The person belongs to several accounts (somebody who signs in): any of them may read, only the house may erase. */
  shared?: true;
}

/**
 * Personal data at rest: each value under its subject's own key. Destroy that key and every copy, backups included, is
 * unreadable.
 */
@Injectable()
export class PiiVault {
  constructor(
    private readonly keys: SubjectKeys,
    private readonly index: BlindIndex,
  ) {}

  async seal(tx: Tx, subjectId: string, place: string, plaintext: string, options: SealOptions = {}): Promise<Buffer> {
    return this.sealFile(tx, subjectId, place, Buffer.from(plaintext), options);
  }

  /** The same for bytes that live outside the database: documents, photographs. `place` names the object. */
  async sealFile(tx: Tx, subjectId: string, place: string, content: Buffer, options: SealOptions = {}): Promise<Buffer> {
    const id = subjectId.toLowerCase();
    return sealBytes(await this.keys.keyToSeal(tx, id, options.shared === true), '', boundTo(id, place), content);
  }

  /** What a lookup column keeps beside the sealed value: equal for equal texts of one kind. Normalize the text first. */
  blindIndex(kind: string, normalized: string): Buffer {
    return this.index.of(kind, normalized);
  }

  /** Null when the subject was erased. */
  async open(tx: ReadTx, subjectId: string, place: string, sealed: Buffer | null): Promise<string | null> {
    return (await this.openMany(tx, [{ subjectId, place, sealed }]))[0] ?? null;
  }

  /** Null when the subject was erased. */
  async openFile(tx: ReadTx, subjectId: string, place: string, sealed: Buffer): Promise<Buffer | null> {
    return (await this.openPieces(tx, [{ subjectId, place, sealed }]))[0] ?? null;
  }

  /** Opens a whole page with at most one query; answers in the order asked. */
  async openMany(tx: ReadTx, pieces: readonly SealedPiece[]): Promise<(string | null)[]> {
    return (await this.openPieces(tx, pieces)).map((opened) => opened?.toString() ?? null);
  }

  private async openPieces(tx: ReadTx, pieces: readonly SealedPiece[]): Promise<(Buffer | null)[]> {
    const wanted = pieces.filter((p) => p.sealed !== null).map((p) => p.subjectId.toLowerCase());
    if (wanted.length === 0) return pieces.map(() => null);
    const keys = await this.keys.keysToOpen(tx, wanted);
    try {
      return pieces.map((piece) => openWith(keys, piece));
    } catch (error) {
      // A remembered key may come from a unit of work that rolled back: look once more before calling it broken.
      if (!(error instanceof SealBroken)) throw error;
      const fresh = await this.keys.keysToOpen(tx, wanted, true);
      return pieces.map((piece) => openWith(fresh, piece));
    }
  }
}

const boundTo = (subjectId: string, place: string): string => `${subjectId}\0${place}`;

function openWith(keys: Map<string, Buffer>, piece: SealedPiece): Buffer | null {
  const id = piece.subjectId.toLowerCase();
  const key = keys.get(id);
  if (!key || piece.sealed === null) return null;
  return openBytes(key, boundTo(id, piece.place), piece.sealed);
}
