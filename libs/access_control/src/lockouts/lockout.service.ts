import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { LockoutLifted, LockoutOpened } from '@fleet/contracts';
import { DriverLookup } from '@fleet/driver_module';
import { record } from '@fleet/platform/audit';
import { Clock } from '@fleet/platform/clock';
import { PiiVault } from '@fleet/platform/crypto';
import { conflictOn, Db, type Actor, type ReadTx, type Tx } from '@fleet/platform/database';
import { invalid, listPage, notFound, rule, Where, type Page } from '@fleet/platform/http';
import { emit } from '@fleet/platform/outbox';
import { VehicleLookup } from '@fleet/transport_registry';
import type { ExtendLockoutBody, LockoutLogView, LockoutsQuery, LockoutView, OpenLockoutBody } from './lockout.dto';

interface Row extends Omit<LockoutView, 'state' | 'note' | 'lift_reason'> {
  note_sealed: Buffer | null;
  lift_reason_sealed: Buffer | null;
}

type Entry = 'opened' | 'extended' | 'lifted' | 'expired';

const columns = 'l.id, l.subject_type, l.subject_id, l.reason_code, l.note_sealed, l.opened_by, l.opened_at, l.until, l.lifted_by, l.lifted_at, l.lift_reason_sealed';
/** Who writes the end of a lockout that ran out. */
export const byTime = 'time';
/** What people write about a driver is theirs to have forgotten. */
const notePlace = 'access_control.lockout.note';
const liftPlace = 'access_control.lockout.lift_reason';

/** Keeping a driver or a vehicle out, for a reason, until a time or until somebody lifts it. Every change is in an append-only log. */
@Injectable()
export class Lockouts {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly drivers: DriverLookup,
    private readonly vehicles: VehicleLookup,
    private readonly vault: PiiVault,
  ) {}

  open(actor: Actor, body: OpenLockoutBody): Promise<LockoutView> {
    const { driver_id, vehicle_id, reason_code } = body;
    if ((driver_id === undefined) === (vehicle_id === undefined)) throw invalid('ONE_SUBJECT', 'Name either a driver or a vehicle.');
    if (vehicle_id && reason_code === 'debt') throw rule('DEBT_IS_PERSONAL', 'A debt is the driver’s. Lock the driver out and not the vehicle that others drive.');
    return this.db.write(actor, async (tx) => {
      const now = this.clock.now();
      const until = untilOf(body.until, now);
      const subject_id = driver_id ? (await this.drivers.require(tx, driver_id)).id : (await this.vehicles.require(tx, vehicle_id as string)).id;
      for (const over of await this.ranOut(tx, subject_id, now)) await this.expire(tx, over);
      const row: Row = { id: randomUUID(), subject_type: driver_id ? 'driver' : 'vehicle', subject_id, reason_code, note_sealed: await this.seal(tx, subject_id, notePlace, body.note), opened_by: actor.id, opened_at: now, until, lifted_by: null, lifted_at: null, lift_reason_sealed: null };
      await conflictOn({ lockout_open_once: ['LOCKED_OUT_ALREADY', 'There is an open lockout for this reason. Extend or lift it.'] }, () =>
        tx.sql('insert into access_control.lockout (id, account_id, subject_type, subject_id, reason_code, note_sealed, opened_by, opened_at, until) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)', [row.id, actor.accountId, row.subject_type, subject_id, reason_code, row.note_sealed, actor.id, now, until]),
      );
      await this.write(tx, row, 'opened');
      await emit(tx, LockoutOpened, { ...subjectOf(row), until: until?.toISOString() ?? null });
      return this.shown(tx, row);
    });
  }

  extend(actor: Actor, id: string, body: ExtendLockoutBody): Promise<LockoutView> {
    return this.db.write(actor, async (tx) => {
      const row = await this.lockOpen(tx, id);
      const until = untilOf(body.until ?? undefined, this.clock.now());
      await tx.sql('update access_control.lockout set until = $2 where id = $1', [id, until]);
      const after = { ...row, until };
      await this.write(tx, after, 'extended');
      return this.shown(tx, after);
    });
  }

  lift(actor: Actor, id: string, reason: string): Promise<LockoutView> {
    return this.db.write(actor, async (tx) => {
      const row = await this.lockOpen(tx, id);
      const lifted = { lifted_by: actor.id, lifted_at: this.clock.now(), lift_reason_sealed: await this.seal(tx, row.subject_id, liftPlace, reason) };
      await tx.sql('update access_control.lockout set lifted_by = $2, lifted_at = $3, lift_reason_sealed = $4 where id = $1', [id, lifted.lifted_by, lifted.lifted_at, lifted.lift_reason_sealed]);
      await this.write(tx, row, 'lifted');
      await emit(tx, LockoutLifted, { ...subjectOf(row), by_time: false });
      return this.shown(tx, { ...row, ...lifted });
    });
  }

  get(actor: Actor, id: string): Promise<LockoutView> {
    return this.db.read(actor, async (tx) => this.shown(tx, await this.find(tx, id)));
  }

  list(actor: Actor, query: LockoutsQuery): Promise<Page<LockoutView>> {
    const now = this.clock.now();
    const where = new Where().and('l.account_id = ?', actor.accountId).and('l.subject_id = ?', query.driver_id).and('l.subject_id = ?', query.vehicle_id).and('l.reason_code = ?', query.reason_code);
    if (query.open !== undefined) where.and(`(l.lifted_at is null and (l.until is null or l.until > ?)) = ${query.open}`, now);
    if (actor.parkIds) {
      where.and(`(exists (select from transport_registry.vehicle v where v.id = l.subject_id and v.park_id = any(?)) or exists (select from driver_module.driver d where d.id = l.subject_id and d.park_id = any(?)))`, actor.parkIds);
    }
    const spec = { select: columns, from: 'access_control.lockout l', where, sorts: { opened_at: { sql: 'l.opened_at', type: 'timestamptz' as const } }, defaultSort: '-opened_at', key: { sql: 'l.id', type: 'uuid' as const } };
    return this.db.read(actor, async (tx) => {
      const page = await listPage<Row>(tx, spec, query);
      return { ...page, items: await Promise.all(page.items.map((row) => this.shown(tx, row))) };
    });
  }

  async log(actor: Actor, id: string): Promise<Page<LockoutLogView>> {
    return this.db.read(actor, async (tx) => {
      await this.find(tx, id);
      const items = await tx.sql<LockoutLogView>('select at, what, reason_code, until, actor_kind, actor_id from access_control.lockout_log where lockout_id = $1 order by id', [id]);
      return { items, next_cursor: null };
    });
  }

  /** Those that hold now, of any of these ids. */
  async holding(tx: ReadTx, subjectIds: readonly string[]): Promise<Row[]> {
    return tx.sql<Row>(`select ${columns} from access_control.lockout l where l.account_id = $1 and l.subject_id = any($2::uuid[]) and l.lifted_at is null and (l.until is null or l.until > $3) order by l.opened_at`, [tx.accountId, subjectIds, this.clock.now()]);
  }

  /** Writes the end of a lockout whose time has come. */
  async expire(tx: Tx, row: Row): Promise<void> {
    await tx.sql('update access_control.lockout set lifted_by = $2, lifted_at = $3 where id = $1', [row.id, byTime, row.until]);
    await this.write(tx, row, 'expired');
    await emit(tx, LockoutLifted, { ...subjectOf(row), by_time: true });
  }

  async expireById(tx: Tx, id: string): Promise<void> {
    tx.withoutAudit('it may have been extended or lifted meanwhile');
    const row = await tx.one<Row>(`select ${columns} from access_control.lockout l where l.id = $1 and l.lifted_at is null and l.until <= $2 for update`, [id, this.clock.now()]);
    if (row) await this.expire(tx, row);
  }

  private ranOut(tx: Tx, subjectId: string, now: Date): Promise<Row[]> {
    return tx.sql(`select ${columns} from access_control.lockout l where l.subject_id = $1 and l.lifted_at is null and l.until <= $2 for update`, [subjectId, now]);
  }

  private async find(tx: ReadTx, id: string): Promise<Row> {
    const row = await tx.one<Row>(`select ${columns} from access_control.lockout l where l.id = $1`, [id]);
    if (!row) throw notFound('lockout', id);
    // Somebody limited to parks knows only what concerns them.
    if (row.subject_type === 'driver') await this.drivers.require(tx, row.subject_id);
    else await this.vehicles.require(tx, row.subject_id);
    return row;
  }

  private async lockOpen(tx: Tx, id: string): Promise<Row> {
    await tx.sql('select 1 from access_control.lockout where id = $1 for update', [id]);
    const row = await this.find(tx, id);
    if (this.stateOf(row) !== 'open') throw rule('LOCKOUT_OVER', 'This lockout does not hold any more.', { facts: { state: this.stateOf(row) } });
    return row;
  }

  private stateOf(row: Row): LockoutView['state'] {
    const ranOut = row.until !== null && row.until <= this.clock.now();
    return row.lifted_by === byTime || (!row.lifted_at && ranOut) ? 'expired' : row.lifted_at ? 'lifted' : 'open';
  }

  private async shown(tx: ReadTx, row: Row): Promise<LockoutView> {
    const note = row.note_sealed && (await this.vault.open(tx, row.subject_id, notePlace, row.note_sealed));
    const lift_reason = row.lift_reason_sealed && (await this.vault.open(tx, row.subject_id, liftPlace, row.lift_reason_sealed));
    return { ...row, state: this.stateOf(row), note, lift_reason };
  }

  /** Nothing can be written about somebody who was erased; the lockout itself may still end. */
  private async seal(tx: Tx, subjectId: string, place: string, text: string | undefined): Promise<Buffer | null> {
    const erased = text === undefined || (await this.drivers.many(tx, [subjectId])).get(subjectId)?.erased;
    return erased ? null : this.vault.seal(tx, subjectId, place, text);
  }

  private async write(tx: Tx, row: Row, what: Entry): Promise<void> {
    const { actor } = tx;
    await tx.sql('insert into access_control.lockout_log (account_id, lockout_id, at, what, reason_code, until, actor_kind, actor_id) values ($1, $2, $3, $4, $5, $6, $7, $8)', [
      tx.accountId, row.id, this.clock.now(), what, row.reason_code, row.until, actor.kind, actor.id,
    ]);
    await record(tx, { action: `access_control.lockout.${what}`, subject: { type: row.subject_type, id: row.subject_id }, reason: row.reason_code, data: { lockout_id: row.id, until: row.until?.toISOString() ?? null } });
  }
}

function untilOf(text: string | undefined, now: Date): Date | null {
  if (text === undefined) return null;
  const until = new Date(text);
  if (until <= now) throw invalid('UNTIL_IN_PAST', 'A lockout ends later than now.');
  return until;
}

const subjectOf = ({ id, subject_type, subject_id, reason_code }: Row) => ({ lockout_id: id, subject_type, subject_id, reason_code });
