import type { KeyObject } from 'node:crypto';
import { batchColumns, canonicalBatch, canonicalEntry, chainHash, entryColumns, genesis, type EntryText, type SignedBatch } from './canonical';
import { signedBy } from './signing-key';

/** Anything that answers SQL: a pg client inside a repeatable read transaction. */
export interface Queryable {
  query<Row extends object>(text: string, params?: unknown[]): Promise<{ rows: Row[] }>;
}

export type Fault =
  | 'entry_changed'
  | 'entry_deleted'
  | 'entry_moved'
  | 'entry_inserted'
  | 'seal_missing'
  | 'seal_forged'
  | 'batch_missing'
  | 'batch_changed'
  | 'batch_deleted'
  | 'signature_forged'
  | 'checkpoint_differs'
  | 'checkpoint_forged';

export interface Finding {
  account_id: string;
  entry_id: string | null;
  batch_no: number | null;
  fault: Fault;
  detail: string;
}

type SealText = { position: string; batch_no: string; entry_id: string; seal_hash: Buffer } & { [K in keyof EntryText]: EntryText[K] | null };

interface Mismatch {
  position: number;
  entryId: string;
  previous: Buffer;
  hash: Buffer;
  canonical: string;
}

const pageRows = 5000;
const comparedMax = 200;

/** Follows the chain of one account from its first entry and reports everything that does not fit. */
export class ChainWalk {
  entries = 0;
  batches = 0;
  /** Stored hash of each batch, to compare checkpoints with. */
  readonly batchHashes = new Map<number, string>();
  private position = 0;
  /** Undefined after a gap: the next hash cannot be checked, those behind it can. */
  private previous: Buffer | undefined = genesis;
  private readonly mismatches: Mismatch[] = [];

  constructor(
    private readonly source: Queryable,
    private readonly accountId: string,
    private readonly publicKey: KeyObject,
    private readonly report: (finding: Finding) => void,
  ) {}

  async walk(): Promise<void> {
    const seals = this.seals();
    let seal = (await seals.next()).value as SealText | undefined;
    let before: SignedBatch | undefined;
    for await (const batch of this.batchesInOrder()) {
      this.checkBatch(batch, before);
      const last = Number(batch.last_position);
      let lastHash: Buffer | undefined;
      while (seal && Number(seal.position) <= last) {
        this.checkSeal(seal);
        if (Number(seal.position) === last) lastHash = seal.seal_hash;
        seal = (await seals.next()).value as SealText | undefined;
      }
      this.expectThrough(last);
      if (lastHash && !lastHash.equals(batch.hash)) this.fault('batch_changed', `batch ${batch.batch_no} does not end in the hash of its last entry`, null, Number(batch.batch_no));
      before = batch;
    }
    for (; seal; seal = (await seals.next()).value as SealText | undefined) {
      this.checkSeal(seal);
      this.fault('seal_forged', `entry ${seal.entry_id} has a seal at position ${seal.position} that no signed batch covers`, seal.entry_id, Number(seal.batch_no));
    }
    this.nameMismatches();
  }

  private checkBatch(batch: SignedBatch, before: SignedBatch | undefined): void {
    const no = Number(batch.batch_no);
    const expected = Number(before?.batch_no ?? 0) + 1;
    this.batches += 1;
    this.batchHashes.set(no, batch.hash.toString('hex'));
    if (no > expected) this.fault('batch_missing', no === expected + 1 ? `batch ${expected} is gone` : `batches ${expected} to ${no - 1} are gone`, null, expected);
    const first = Number(before?.last_position ?? 0) + 1;
    const fits = Number(batch.first_position) === first && batch.count === Number(batch.last_position) - Number(batch.first_position) + 1 && batch.previous_hash.equals(before?.hash ?? genesis);
    if (no === expected && !fits) this.fault('batch_changed', `batch ${no} does not continue the batch before it`, null, no);
    if (!signedBy(this.publicKey, canonicalBatch(batch), batch.signature)) this.fault('signature_forged', `batch ${no} is not signed by this house's key`, null, no);
  }

  private checkSeal(seal: SealText): void {
    const position = Number(seal.position);
    this.expectThrough(position - 1);
    this.position = position;
    this.entries += 1;
    if (seal.id === null) {
      this.fault('entry_deleted', `entry ${seal.entry_id} (position ${position}) is gone`, seal.entry_id, Number(seal.batch_no));
    } else if (this.previous) {
      const canonical = canonicalEntry(seal as EntryText);
      if (!chainHash(this.previous, canonical).equals(seal.seal_hash)) {
        this.mismatches.push({ position, entryId: seal.entry_id, previous: this.previous, hash: seal.seal_hash, canonical });
        if (this.mismatches.length > comparedMax) this.nameMismatches();
      }
    }
    this.previous = seal.seal_hash;
  }

  /** Positions up to this one must have been seen. */
  private expectThrough(position: number): void {
    if (this.position >= position) return;
    const [from, to] = [this.position + 1, position];
    this.fault('seal_missing', from === to ? `the seal at position ${from} is gone` : `the seals at positions ${from} to ${to} are gone`, null, null);
    this.position = position;
    this.previous = undefined;
  }

  /** An entry that fits another broken place was moved; one that fits nowhere was edited. */
  private nameMismatches(): void {
    for (const broken of this.mismatches) {
      const home = this.mismatches.find((other) => other !== broken && chainHash(other.previous, broken.canonical).equals(other.hash));
      if (home) this.fault('entry_moved', `entry ${broken.entryId} stands at position ${broken.position} and was sealed at ${home.position}`, broken.entryId, null);
      else this.fault('entry_changed', `entry ${broken.entryId} (position ${broken.position}) is not what was sealed: it, or its seal, was edited`, broken.entryId, null);
    }
    this.mismatches.length = 0;
  }

  private fault(fault: Fault, detail: string, entryId: string | null, batchNo: number | null): void {
    this.report({ account_id: this.accountId, entry_id: entryId, batch_no: batchNo, fault, detail });
  }

  // Pages are ranges, not limits: however badly the planner guesses, a page never touches more than its own rows.
  private async *batchesInOrder(): AsyncGenerator<SignedBatch> {
    const last = await this.newest('audit.batch', 'batch_no');
    for (let after = 0; after < last; after += pageRows) {
      const { rows } = await this.source.query<SignedBatch>(
        `select ${batchColumns} from audit.batch b where b.account_id = $1 and b.batch_no > $2 and b.batch_no <= $3 order by b.batch_no`,
        [this.accountId, after, after + pageRows],
      );
      yield* rows;
    }
  }

  private async *seals(): AsyncGenerator<SealText, undefined> {
    const last = await this.newest('audit.seal', 'position');
    for (let after = 0; after < last; after += pageRows) {
      const { rows } = await this.source.query<SealText>(
        `select s.position::text, s.batch_no::text, s.entry_id::text, s.hash as seal_hash, ${entryColumns}
           from audit.seal s left join audit.entry e on e.id = s.entry_id
          where s.account_id = $1 and s.position > $2 and s.position <= $3 order by s.position`,
        [this.accountId, after, after + pageRows],
      );
      yield* rows;
    }
    return undefined;
  }

  private async newest(table: string, column: string): Promise<number> {
    const { rows } = await this.source.query<{ last: string | null }>(`select max(${column})::text as last from ${table} where account_id = $1`, [this.accountId]);
    return Number(rows[0]?.last ?? 0);
  }
}
