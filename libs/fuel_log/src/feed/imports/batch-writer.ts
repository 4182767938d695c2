import { Db, type Actor } from '@fleet/platform/database';
import { lookAtBatch, MetInOneId, storeBatch, type BatchResult } from './batch.store';
import type { Batch } from './batcher';
import type { FeedFile } from './feed-file';
import type { SplitElement } from './record-splitter';
import { addCounts, type RunCounts, type Skip } from './run-counts';

/** A batch that met another in one id is compared and written again; meanwhile the other lane is a batch further. */
const attemptsMax = 10;

/** What PostgreSQL refuses as a value, an overlong number or a nesting too deep: the record's fault, not the import's. */
const recordsFault = /^(22|54001|54000)/;

interface Writing {
  actor: Actor;
  importedAt: Date;
  /** Set when the ids of the file are to be remembered. */
  snapshotRun: string | null;
  dryRun: boolean;
  /** Vehicles of which something came or changed are added. */
  plates: Set<string>;
}

/** Stores batches, and finds the one record that spoils one so that the others get in. */
export class BatchWriter {
  constructor(
    private readonly db: Db,
    private readonly to: Writing,
    private readonly counts: RunCounts,
    private readonly skip: (skips: Skip[]) => Promise<void>,
  ) {}

  async write(file: FeedFile, batch: Batch): Promise<void> {
    const skips: Skip[] = [];
    const elements: Placed[] = [];
    batch.elements.forEach((element, i) => {
      if (element.tooLarge) skips.push(skipOf(file, { element, position: batch.from + i }, 'FUEL_RECORD_TOO_LARGE', `It has ${element.length} bytes.`));
      else elements.push({ element, position: batch.from + i });
    });
    await this.some(file, elements, skips);
    addCounts(this.counts, { read: batch.elements.length, skipped: skips.length });
    if (skips.length > 0) await this.skip(skips);
  }

  private async some(file: FeedFile, elements: Placed[], skips: Skip[]): Promise<void> {
    if (elements.length === 0) return;
    try {
      const result = await this.attempt(file, elements.map((e) => e.element.bytes));
      const { added, changed, unchanged, older } = result;
      addCounts(this.counts, { added, changed, unchanged, older });
      for (const { n, record_id, code } of result.skipped ?? []) skips.push(skipOf(file, elements[n] as Placed, code, words[code] ?? '', record_id));
    } catch (error) {
      if (!recordsFault.test((error as { code?: string }).code ?? '')) throw error;
      await this.apart(file, elements, skips, (error as Error).message);
    }
  }

  /** Broken JSON is found by looking; what only the database refuses, by halving. */
  private async apart(file: FeedFile, elements: Placed[], skips: Skip[], reason: string): Promise<void> {
    const readable = elements.filter((e) => isJson(e.element.bytes));
    if (readable.length < elements.length) {
      for (const e of elements.filter((one) => !readable.includes(one))) skips.push(skipOf(file, e, 'FUEL_RECORD_MALFORMED', 'It is not valid JSON.'));
      return this.some(file, readable, skips);
    }
    if (elements.length === 1) {
      skips.push(skipOf(file, elements[0] as Placed, 'FUEL_RECORD_UNSTORABLE', `The database cannot keep it: ${reason}.`));
      return;
    }
    const half = Math.ceil(elements.length / 2);
    await this.some(file, elements.slice(0, half), skips);
    await this.some(file, elements.slice(half), skips);
  }

  private async attempt(file: FeedFile, elements: Buffer[]): Promise<BatchResult> {
    const { actor, importedAt, snapshotRun, dryRun, plates } = this.to;
    if (dryRun) return this.db.read(actor, (tx) => lookAtBatch(tx, elements, file.storedAt));
    for (let attempt = 1; ; attempt += 1) {
      try {
        const stored = await this.db.write(actor, async (tx) => {
          tx.withoutAudit('the import is recorded as one act when it ends');
          return storeBatch(tx, elements, file.storedAt, importedAt, snapshotRun);
        });
        for (const plate of stored.plates ?? []) plates.add(plate);
        return stored;
      } catch (error) {
        if (attempt === attemptsMax || !(error instanceof MetInOneId)) throw error;
      }
    }
  }
}

interface Placed {
  element: SplitElement;
  position: number;
}

const words: Record<string, string> = {
  FUEL_RECORD_NOT_AN_OBJECT: 'A record is an object.',
  FUEL_RECORD_NO_ID: 'It has no id, so it could not be told from others.',
  FUEL_RECORD_ID_TOO_LONG: 'Its id is longer than 200 characters.',
};

function skipOf(file: FeedFile, { element, position }: Placed, code: string, detail: string, recordId: string | null = null): Skip {
  // NUL and halves of character pairs cannot be kept, not even in a quotation.
  const excerpt = element.bytes.subarray(0, 200).toString().replaceAll('\0', '');
  return { file: file.name, position, record_id: recordId, code, detail: detail.slice(0, 500), excerpt };
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function isJson(bytes: Buffer): boolean {
  try {
    JSON.parse(utf8.decode(bytes));
    return true;
  } catch {
    return false;
  }
}
