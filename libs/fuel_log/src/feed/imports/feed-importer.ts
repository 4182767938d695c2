import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '@fleet/platform/clock';
import { CONFIG, type Config } from '@fleet/platform/config';
import { Db, type Actor } from '@fleet/platform/database';
import { conflict } from '@fleet/platform/http';
import { FeedPlaces } from '../feeds/feed-places';
import { announcedCount, batchesOf, type FileEnd, type Limits } from './batcher';
import { BatchWriter } from './batch-writer';
import { FeedFault } from './feed-fault';
import { localFile, type FeedFile } from './feed-file';
import { Judgement } from './judgement';
import { removeMissing } from './removals';
import { announceRun, beginRun, endRun, noteProgress, noteSkips, skipsKept } from './run.store';
import { noCounts, type ImportKind, type ImportOutcome, type Skip } from './run-counts';
import { filesToRead, forgetOldFiles, noteFile } from './watermark';

export interface ImportRequest {
  kind: ImportKind;
  dryRun: boolean;
  confirmRemovals?: boolean;
  /** For kind `file`. */
  path?: string;
  /** A run that was announced before; else one is made. */
  runId?: string;
}

export interface Watch {
  signal?: AbortSignal;
  onProgress?: (progress: { file: string; bytes: number; size: number; read: number }) => Promise<void> | void;
}

const mb = 1_048_576;
/** Batches under way at once: PostgreSQL works on one while the other is cut and sent. */
const lanes = 2;

/** Everything one import knows while it runs. */
interface Run {
  actor: Actor;
  request: ImportRequest;
  id: string | null;
  startedAt: Date;
  outcome: ImportOutcome;
  /** Vehicles of which something came, changed or went. */
  plates: Set<string>;
  watch: Watch;
  /** When the first file that could not be read was stored. */
  unreadSince?: Date;
  toldAtMs: number;
}

/** Brings files of a feed into `fuel.records`. Any batch may be the last before a crash: the next import finds it stored and goes on. */
@Injectable()
export class FeedImporter {
  private readonly limits: Limits;

  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly places: FeedPlaces,
    private readonly judgement: Judgement,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    this.limits = { fileBytesMax: config.FUEL_FEED_LIMIT_MB * mb, recordBytesMax: 262_144, batchRows: 4000, batchBytes: 4 * mb };
  }

  /** Imports of one account take no turns: a second one is told that the first still runs. */
  async run(actor: Actor, request: ImportRequest, watch: Watch = {}): Promise<ImportOutcome> {
    if (request.dryRun) return this.locked(actor, request, watch, null);
    return this.exclusively(actor.accountId, async () => {
      const id = request.runId ?? (await this.db.write(actor, (tx) => announceRun(tx, this.clock.now(), request.kind, request.path ?? request.kind, request.confirmRemovals ?? false)));
      return this.locked(actor, request, watch, id);
    });
  }

  private async locked(actor: Actor, request: ImportRequest, watch: Watch, id: string | null): Promise<ImportOutcome> {
    const outcome: ImportOutcome = { id, kind: request.kind, state: 'done', held_removals: 0, fault_code: null, fault: null, skips: [], ...noCounts() };
    const run: Run = { actor, request, id, startedAt: this.clock.now(), outcome, plates: new Set(), watch, toldAtMs: 0 };
    const unjudged = id ? await this.db.write(actor, (tx) => beginRun(tx, id, run.startedAt)) : false;
    try {
      await this.read(run).catch((error: unknown) => {
        if (!(error instanceof FeedFault)) throw error;
        this.fail(run, error);
      });
      // What came before a fault is compared too.
      if (id) outcome.waiting = await this.judgement.settle(actor, run.startedAt, unjudged ? undefined : run.plates, watch.signal);
    } catch (error) {
      if (id) await this.end(run, new FeedFault('FUEL_IMPORT_INTERRUPTED', 'The import was cut off. What it had stored stays; the next import goes on.')).catch(() => undefined);
      throw error;
    }
    if (id) await this.db.write(actor, (tx) => endRun(tx, id, this.clock.now(), outcome));
    return outcome;
  }

  private async end(run: Run, fault: FeedFault): Promise<void> {
    this.fail(run, fault);
    await this.db.write(run.actor, (tx) => endRun(tx, run.id ?? '', this.clock.now(), run.outcome));
  }

  private fail({ outcome }: Run, fault: FeedFault): void {
    outcome.state = 'failed';
    outcome.fault_code ??= fault.code;
    outcome.fault ??= fault.detail;
  }

  private async read(run: Run): Promise<void> {
    if (run.request.kind === 'file') {
      await this.readFile(run, localFile(run.request.path ?? ''));
      return;
    }
    const bucket = await this.places.open(run.actor);
    try {
      if (run.request.kind === 'snapshot') await this.readSnapshot(run, await bucket.snapshot());
      else for await (const file of filesToRead(this.db, run.actor, bucket.changes())) await this.readChange(run, file);
    } finally {
      bucket.close();
    }
    if (run.id) await this.db.write(run.actor, (tx) => forgetOldFiles(tx));
  }

  private async readSnapshot(run: Run, file: FeedFile): Promise<void> {
    const skippedBefore = run.outcome.skips.length;
    const end = await this.readFile(run, file);
    const announced = announcedCount(end);
    if (announced !== undefined && announced !== end.records) throw new FeedFault('FUEL_FEED_TRUNCATED', `${file.name} announces ${announced} records and holds ${end.records}. Nothing is removed.`);
    if (!run.id) return;
    const unnamed = run.outcome.skips.slice(skippedBefore).some((skip) => skip.record_id === null);
    if (unnamed) throw new FeedFault('FUEL_FEED_RECORDS_UNREADABLE', `${file.name} holds records that could not be read, so nobody knows which are missing. Nothing is removed.`);
    const { id } = run;
    const { removed, held, plates } = await this.db.write(run.actor, async (tx) => {
      tx.withoutAudit('counted in the recorded end of the import');
      await noteFile(tx, file, this.clock.now(), 'snapshot');
      return removeMissing(tx, id, file.storedAt, this.config.FUEL_FEED_REMOVALS_MAX_PCT, run.request.confirmRemovals ?? false);
    });
    for (const plate of plates) run.plates.add(plate);
    run.outcome.removed += removed;
    run.outcome.held_removals = held;
    if (held > 0) {
      run.outcome.fault_code = 'FUEL_FEED_REMOVALS_HELD';
      run.outcome.fault = `${held} known records are missing from ${file.name}, more than ${this.config.FUEL_FEED_REMOVALS_MAX_PCT} %. They stay until somebody confirms the removal.`;
    }
  }

  /** A bad file does not keep back those behind it; it is tried again next time. */
  private async readChange(run: Run, file: FeedFile): Promise<void> {
    try {
      await this.readFile(run, file);
    } catch (error) {
      if (!(error instanceof FeedFault) || passing.has(error.code)) throw error;
      this.fail(run, error);
      run.unreadSince ??= file.storedAt;
      return;
    }
    if (run.id) await this.db.write(run.actor, (tx) => noteFile(tx, file, this.clock.now(), 'change', run.unreadSince));
  }

  private async readFile(run: Run, file: FeedFile): Promise<FileEnd> {
    const { actor, outcome, watch } = run;
    const snapshotRun = run.request.kind === 'snapshot' ? run.id : null;
    const writer = new BatchWriter(this.db, { actor, importedAt: run.startedAt, snapshotRun, dryRun: run.request.dryRun, plates: run.plates }, outcome, (skips) => this.keepSkips(run, skips));
    let bytes = 0;
    const batches = batchesOf(file, this.limits, (more) => (bytes += more), watch.signal);
    const underWay = new Set<Promise<void>>();
    let fault: { error: unknown } | undefined;
    try {
      for (let next = await batches.next(); ; next = await batches.next()) {
        if (next.done) {
          await Promise.all(underWay);
          if (fault) throw fault.error;
          outcome.files += 1;
          return next.value;
        }
        // One more is cut while the others are written.
        if (underWay.size >= lanes) await Promise.race(underWay);
        if (fault) throw fault.error;
        const writing: Promise<void> = writer.write(file, next.value).catch((error: unknown) => void (fault ??= { error })).finally(() => underWay.delete(writing));
        underWay.add(writing);
        await this.tell(run, file, bytes);
      }
    } finally {
      await Promise.all(underWay);
      await batches.return({ records: 0, metadata: {} });
    }
  }

  private async tell(run: Run, file: FeedFile, bytes: number): Promise<void> {
    run.watch.signal?.throwIfAborted();
    if (performance.now() - run.toldAtMs < 500) return;
    run.toldAtMs = performance.now();
    const { id, outcome } = run;
    if (id) await this.db.write(run.actor, (tx) => noteProgress(tx, id, outcome));
    await run.watch.onProgress?.({ file: file.name, bytes, size: file.sizeBytes, read: outcome.read });
  }

  private async keepSkips(run: Run, skips: Skip[]): Promise<void> {
    const room = Math.max(0, skipsKept - run.outcome.skips.length);
    const kept = skips.slice(0, room);
    run.outcome.skips.push(...kept);
    const { id } = run;
    if (id && kept.length > 0) await this.db.write(run.actor, (tx) => noteSkips(tx, id, kept));
  }

  /** A lock of the session: a process that dies gives it back at once. */
  private async exclusively<T>(accountId: string, work: () => Promise<T>): Promise<T> {
    const client = await this.db.pool.connect();
    let broken: Error | undefined;
    const onError = (error: Error): void => void (broken = error);
    client.on('error', onError);
    const key = `hashtextextended('fuel.feed:' || $1, 0)`;
    try {
      const { rows } = await client.query<{ got: boolean }>(`select pg_try_advisory_lock(${key}) as got`, [accountId]);
      if (!rows[0]?.got) throw conflict('FUEL_IMPORT_RUNNING', 'Another import of this feed is still running.');
      try {
        return await work();
      } finally {
        if (!broken) await client.query(`select pg_advisory_unlock(${key})`, [accountId]).catch((error: Error) => void (broken = error));
      }
    } finally {
      client.removeListener('error', onError);
      client.release(broken);
    }
  }
}

/** Faults of the store, not of a file: the files behind would meet them too. */
const passing = new Set(['FUEL_FEED_BUSY', 'FUEL_FEED_UNREACHABLE', 'FUEL_FEED_DENIED']);
