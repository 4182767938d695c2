import { Inject, Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { record } from '../audit';
import { Clock } from '../clock';
import { CONFIG, type Config } from '../config';
import { BlindIndex, PiiVault, SecretBox } from '../crypto';
import { conflictOn, Db, type Actor, type ReadTx, type Tx } from '../database';
import { conflict, expectVersion, invalid, notFound, rule, Where, listPage, type ListQuery, type Page } from '../http';
import { hashPassword, passwordMatches, refuseWeakPassword } from './passwords';
import type { Role } from './roles';
import { Sessions } from './sessions.service';
import { emailKind, normalEmail, totpPlace } from './sign-in.service';
import { Throttle, type Guess } from './throttle';
import { matchTotp, newTotpSecret, totpUri } from './totp';

export interface Person {
  id: string;
  email: string | null;
  name: string | null;
  role: Role;
  park_ids: string[] | null;
  second_factor: boolean;
  disabled_at: Date | null;
  last_used_at: Date | null;
  created_at: Date;
  version: number;
}

type PersonRow = Omit<Person, 'email' | 'name'> & { email_sealed: Buffer; name_sealed: Buffer };

const emailPlace = 'auth.app_user.email';
const namePlace = 'auth.app_user.name';
const personColumns = `u.id, u.email_sealed, u.name_sealed, m.role, m.park_ids, u.totp_confirmed_at is not null as second_factor,
  coalesce(m.disabled_at, u.disabled_at) as disabled_at, m.last_used_at, m.created_at, m.version`;
const personFrom = `auth.membership m join auth.app_user u on u.id = m.user_id`;

/** People of an account: who they are, what role they have, whether they may still enter. */
@Injectable()
export class Directory {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly vault: PiiVault,
    private readonly index: BlindIndex,
    private readonly box: SecretBox,
    private readonly sessions: Sessions,
    private readonly throttle: Throttle,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async list(actor: Actor, query: ListQuery & { role?: string }): Promise<Page<Person>> {
    return this.db.read(actor, async (tx) => {
      const where = new Where().and('m.account_id = ?', actor.accountId).and('m.role = ?', query.role);
      const spec = {
        select: personColumns,
        from: personFrom,
        where,
        sorts: { created_at: { sql: 'm.created_at', type: 'timestamptz' as const }, role: { sql: 'm.role', type: 'text' as const } },
        defaultSort: 'created_at',
        key: { sql: 'm.user_id', type: 'uuid' as const },
      };
      const page = await listPage<PersonRow>(tx, spec, query);
      return { items: await this.opened(tx, page.items), next_cursor: page.next_cursor };
    });
  }

  async get(actor: Actor, userId: string): Promise<Person> {
    return this.db.read(actor, (tx) => this.person(tx, userId));
  }

  /** Names alone, for whoever met these ids in a record. Ids of nobody here are left out; who may no longer enter keeps their name. */
  async names(actor: Actor, ids: readonly string[]): Promise<{ id: string; name: string | null }[]> {
    return this.db.read(actor, async (tx) => {
      const rows = await tx.sql<{ id: string; name_sealed: Buffer }>(`select u.id, u.name_sealed from ${personFrom} where m.account_id = $1 and m.user_id = any($2::uuid[]) order by u.id`, [actor.accountId, ids]);
      const names = await this.vault.openMany(tx, rows.map((r) => ({ subjectId: r.id, place: namePlace, sealed: r.name_sealed })));
      return rows.map(({ id }, i) => ({ id, name: names[i] ?? null }));
    });
  }

  async amend(actor: Actor, userId: string, change: { role?: Role; park_ids?: string[] | null; disabled?: boolean }, version?: number): Promise<Person> {
    return this.db.write(actor, async (tx) => {
      const admins = await this.lockWithAdmins(tx, userId);
      const before = await this.person(tx, userId);
      expectVersion(before.version, version);
      const losesAdmin = before.role === 'admin' && (change.disabled === true || (change.role !== undefined && change.role !== 'admin'));
      if (losesAdmin && admins.every((id) => id === userId)) throw conflict('LAST_ADMIN', 'An account keeps at least one admin. Make somebody else admin first.');
      if (change.park_ids) await this.refuseUnknownParks(tx, change.park_ids);
      const disabledAt = change.disabled === undefined ? before.disabled_at : change.disabled ? this.clock.now() : null;
      await tx.sql(
        `update auth.membership set role = $3, park_ids = $4, disabled_at = $5, version = version + 1 where account_id = $1 and user_id = $2`,
        [actor.accountId, userId, change.role ?? before.role, change.park_ids === undefined ? before.park_ids : change.park_ids, disabledAt],
      );
      if (change.disabled || change.role) await this.sessions.endAllOf(tx, userId, 'rights_changed');
      else this.sessions.rightsChanged(tx);
      await record(tx, { action: 'auth.membership.amended', subject: { type: 'user', id: userId }, data: { ...change } });
      return this.person(tx, userId);
    });
  }

  /** Creates the person, or refuses when the e-mail is taken. Callers judge the password and join them to an account. */
  async create(tx: Tx, person: { email: string; name: string; password: string; locale?: string }): Promise<string> {
    const email = normalEmail(person.email);
    const id = randomUUID();
    const sealedEmail = await this.vault.seal(tx, id, emailPlace, email, { shared: true });
    const sealedName = await this.vault.seal(tx, id, namePlace, person.name, { shared: true });
    const passwordHash = await hashPassword(person.password);
    await conflictOn({ app_user_email_key: ['EMAIL_TAKEN', 'Somebody with this e-mail exists already.'] }, () =>
      tx.sql(`insert into auth.app_user (id, email_sealed, email_index, name_sealed, password_hash, locale, created_at) values ($1, $2, $3, $4, $5, $6, $7)`, [
        id,
        sealedEmail,
        this.index.of(emailKind, email),
        sealedName,
        passwordHash,
        person.locale ?? null,
        this.clock.now(),
      ]),
    );
    return id;
  }

  async join(tx: Tx, accountId: string, userId: string, role: Role, parkIds: string[] | null): Promise<void> {
    await conflictOn({ membership_pkey: ['ALREADY_A_MEMBER', 'This person is in the account already.'] }, () =>
      tx.sql(`insert into auth.membership (account_id, user_id, role, park_ids, created_at) values ($1, $2, $3, $4, $5)`, [accountId, userId, role, parkIds, this.clock.now()]),
    );
  }

  async changePassword(actor: Actor, current: string, next: string): Promise<void> {
    const guess: Guess = { key: `password:${actor.id}`, failuresMax: this.config.LOGIN_FAILURES_PER_ACCOUNT };
    await this.throttle.admit([guess]);
    const user = await this.db.read(actor, (tx) => tx.one<{ password_hash: string }>(`select password_hash from auth.app_user where id = $1`, [actor.id]));
    if (!user || !(await passwordMatches(user.password_hash, current))) throw invalid('WRONG_PASSWORD', 'The current password is wrong.');
    await this.throttle.succeeded([guess]);
    await this.db.write(actor, async (tx) => {
      const me = await this.person(tx, actor.id);
      refuseWeakPassword(next, me.email ?? '');
      await this.setPassword(tx, actor.id, next);
      await record(tx, { action: 'auth.password.changed', subject: { type: 'user', id: actor.id } });
    });
  }

  /** A new password ends every session: whoever knew the old one is out. */
  async setPassword(tx: Tx, userId: string, password: string): Promise<void> {
    await tx.sql(`update auth.app_user set password_hash = $2, version = version + 1 where id = $1`, [userId, await hashPassword(password)]);
    await this.sessions.endEverywhere(tx, userId, 'password_changed');
  }

  /** Starts enrolling a second factor; it counts only after `confirmTotp`. */
  async enrolTotp(actor: Actor): Promise<{ secret: string; uri: string }> {
    const secret = newTotpSecret();
    return this.db.write(actor, async (tx) => {
      const me = await this.person(tx, actor.id);
      const changed = await tx.execute(`update auth.app_user set totp_sealed = $2 where id = $1 and totp_confirmed_at is null`, [actor.id, this.box.seal(totpPlace(actor.id), secret)]);
      if (changed === 0) throw conflict('TOTP_ALREADY_ENROLLED', 'A second factor is enrolled already. An admin can reset it.');
      await record(tx, { action: 'auth.totp.enrolment_started', subject: { type: 'user', id: actor.id } });
      return { secret, uri: totpUri(secret, 'Fleet ERP', me.email ?? actor.id) };
    });
  }

  /** For seeds: a person who comes with an authenticator. */
  async presetTotp(tx: Tx, userId: string, secret: string): Promise<void> {
    await tx.sql(`update auth.app_user set totp_sealed = $2, totp_confirmed_at = $3 where id = $1`, [userId, this.box.seal(totpPlace(userId), secret), this.clock.now()]);
  }

  async emailKnown(email: string): Promise<boolean> {
    const index = this.index.of(emailKind, normalEmail(email));
    return this.db.systemRead('auth.email', async (tx) => (await tx.one(`select 1 as one from auth.app_user where email_index = $1`, [index])) !== undefined);
  }

  async confirmTotp(actor: Actor, code: string): Promise<void> {
    await this.db.write(actor, async (tx) => {
      const row = await tx.one<{ totp_sealed: Buffer | null }>(`select totp_sealed from auth.app_user where id = $1 and totp_confirmed_at is null for update`, [actor.id]);
      if (!row?.totp_sealed) throw conflict('TOTP_NOT_STARTED', 'Start enrolling first.');
      const now = this.clock.now();
      const step = matchTotp(this.box.openText(totpPlace(actor.id), row.totp_sealed), code, now, 0);
      if (step === undefined) throw invalid('TOTP_WRONG', 'The code is wrong. Check the clock of the phone.');
      await tx.sql(`update auth.app_user set totp_confirmed_at = $2, totp_last_step = $3 where id = $1`, [actor.id, now, step]);
      await record(tx, { action: 'auth.totp.enrolled', subject: { type: 'user', id: actor.id } });
    });
  }

  /** For a lost phone: an admin takes the second factor off; the person enrols anew. */
  async resetTotp(actor: Actor, userId: string): Promise<void> {
    await this.db.write(actor, async (tx) => {
      await this.person(tx, userId);
      await this.refuseElsewhere(tx, userId);
      await tx.sql(`update auth.app_user set totp_sealed = null, totp_confirmed_at = null where id = $1`, [userId]);
      await this.sessions.endAllOf(tx, userId, 'second_factor_reset');
      await record(tx, { action: 'auth.totp.reset', subject: { type: 'user', id: userId } });
    });
  }

  async refuseUnknownParks(tx: ReadTx, parkIds: string[]): Promise<void> {
    const known = await tx.sql<{ id: string }>(`select id from auth.park where id = any($1::uuid[])`, [parkIds]);
    const missing = parkIds.filter((id) => !known.some((k) => k.id === id));
    if (missing.length > 0) throw invalid('UNKNOWN_PARK', `There is no park ${missing.join(', ')}.`, { facts: { missing } });
  }

  /** One login opens all accounts of a person, so the admin of one of them must not be able to take it over. */
  async refuseElsewhere(tx: Tx, userId: string): Promise<void> {
    const elsewhere = await tx.beyondAccount('memberships of other accounts', () => tx.one(`select 1 as one from auth.membership where user_id = $1 and account_id <> $2`, [userId, tx.accountId]));
    if (elsewhere) throw rule('PERSON_IN_SEVERAL_ACCOUNTS', 'This person belongs to other accounts too, so only they themselves can change how they sign in.');
  }

  /** Locks the person and all admins in one order: simultaneous changes, and demotions above all, see each other. */
  private async lockWithAdmins(tx: Tx, userId: string): Promise<string[]> {
    const rows = await tx.sql<{ user_id: string; is_admin: boolean }>(
      `select user_id, role = 'admin' and disabled_at is null as is_admin from auth.membership
        where account_id = $1 and (user_id = $2 or (role = 'admin' and disabled_at is null)) order by user_id for update`,
      [tx.accountId, userId],
    );
    return rows.filter((r) => r.is_admin).map((r) => r.user_id);
  }

  private async person(tx: ReadTx, userId: string): Promise<Person> {
    const row = await tx.one<PersonRow>(`select ${personColumns} from ${personFrom} where m.account_id = $1 and m.user_id = $2`, [tx.accountId, userId]);
    if (!row) throw notFound('person', userId);
    return (await this.opened(tx, [row]))[0] as Person;
  }

  private async opened(tx: ReadTx, rows: PersonRow[]): Promise<Person[]> {
    const emails = await this.vault.openMany(tx, rows.map((r) => ({ subjectId: r.id, place: emailPlace, sealed: r.email_sealed })));
    const names = await this.vault.openMany(tx, rows.map((r) => ({ subjectId: r.id, place: namePlace, sealed: r.name_sealed })));
    return rows.map(({ email_sealed: _e, name_sealed: _n, ...rest }, i) => ({ ...rest, email: emails[i] ?? null, name: names[i] ?? null }));
  }
}
