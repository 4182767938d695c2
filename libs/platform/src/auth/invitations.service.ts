import { Inject, Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { record } from '../audit';
import { Clock } from '../clock';
import { CONFIG, publicUrl, type Config } from '../config';
import { BlindIndex, PiiVault } from '../crypto';
import { conflictOn, Db, systemActor, type Actor, type Tx } from '../database';
import { invalid, listPage, notFound, Where, type ListQuery, type Page } from '../http';
import { Directory } from './directory.service';
import { passwordMatches, refuseWeakPassword } from './passwords';
import type { Role } from './roles';
import { hashSecret, newSecret } from './secrets';
import { emailKind, normalEmail } from './sign-in.service';
import { Throttle, type Guess } from './throttle';

export interface Invitation {
  id: string;
  kind: 'join' | 'reset_password';
  email: string | null;
  role: Role | null;
  park_ids: string[] | null;
  created_at: Date;
  expires_at: Date;
  accepted_at: Date | null;
  revoked_at: Date | null;
  /** Shown once, to whoever invites; only its hash is stored. */
  link?: string;
}

interface InvitationRow extends Omit<Invitation, 'email'> {
  account_id: string;
  user_id: string | null;
  email_sealed: Buffer;
}

const emailPlace = 'auth.invitation.email';
const validHours = { join: 7 * 24, reset_password: 24 };

/** One-time links: to join an account, or to set a new password. */
@Injectable()
export class Invitations {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly vault: PiiVault,
    private readonly index: BlindIndex,
    private readonly directory: Directory,
    private readonly throttle: Throttle,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async invite(actor: Actor, to: { email: string; role: Role; park_ids?: string[] | null }): Promise<Invitation> {
    return this.db.write(actor, async (tx) => {
      if (to.park_ids) await this.directory.refuseUnknownParks(tx, to.park_ids);
      const invitation = await this.issue(tx, { kind: 'join', email: normalEmail(to.email), role: to.role, parkIds: to.park_ids ?? null, userId: null });
      await record(tx, { action: 'auth.invitation.sent', subject: { type: 'invitation', id: invitation.id }, data: { role: to.role } });
      return invitation;
    });
  }

  /** The link an admin hands to somebody who forgot their password. */
  async resetPassword(actor: Actor, userId: string): Promise<Invitation> {
    const person = await this.directory.get(actor, userId);
    return this.db.write(actor, async (tx) => {
      await this.directory.refuseElsewhere(tx, userId);
      const invitation = await this.issue(tx, { kind: 'reset_password', email: person.email ?? '', role: null, parkIds: null, userId });
      await record(tx, { action: 'auth.password.reset_started', subject: { type: 'user', id: userId } });
      return invitation;
    });
  }

  async list(actor: Actor, query: ListQuery): Promise<Page<Invitation>> {
    return this.db.read(actor, async (tx) => {
      const spec = {
        select: '*',
        from: 'auth.invitation i',
        where: new Where().and('i.account_id = ?', actor.accountId),
        sorts: { created_at: { sql: 'i.created_at', type: 'timestamptz' as const } },
        defaultSort: '-created_at',
        key: { sql: 'i.id', type: 'uuid' as const },
      };
      const page = await listPage<InvitationRow>(tx, spec, query);
      const emails = await this.vault.openMany(tx, page.items.map((row) => ({ subjectId: row.id, place: emailPlace, sealed: row.email_sealed })));
      return { items: page.items.map((row, i) => ({ ...row, email: emails[i] ?? null })), next_cursor: page.next_cursor };
    });
  }

  async revoke(actor: Actor, id: string): Promise<void> {
    await this.db.write(actor, async (tx) => {
      const changed = await tx.execute(`update auth.invitation set revoked_at = $2 where id = $1 and accepted_at is null and revoked_at is null`, [id, this.clock.now()]);
      if (changed === 0) throw notFound('open invitation', id);
      await record(tx, { action: 'auth.invitation.revoked', subject: { type: 'invitation', id } });
    });
  }

  async accept(token: string, person: { name?: string | undefined; password: string }): Promise<{ userId: string; accountId: string }> {
    const found = await this.db.systemRead('auth.invitation', (tx) => tx.one<InvitationRow>(`select * from auth.invitation where token_hash = $1`, [hashSecret(token)]));
    if (!found) throw invalid('INVITATION_UNKNOWN', 'This link is not valid. Ask for a new one.');
    return this.db.write(systemActor(found.account_id, 'auth.invitation'), async (tx) => {
      const row = await tx.one<InvitationRow>(`select * from auth.invitation where id = $1 for update`, [found.id]);
      if (!row || row.accepted_at || row.revoked_at || row.expires_at <= this.clock.now()) throw invalid('INVITATION_EXPIRED', 'This link was used, withdrawn or is too old. Ask for a new one.');
      const userId = row.kind === 'join' ? await this.joinAs(tx, row, person) : await this.newPassword(tx, row, person.password);
      await tx.sql(`update auth.invitation set accepted_at = $2, user_id = $3 where id = $1`, [row.id, this.clock.now(), userId]);
      await record(tx, { action: row.kind === 'join' ? 'auth.invitation.accepted' : 'auth.password.reset', subject: { type: 'user', id: userId } });
      return { userId, accountId: row.account_id };
    });
  }

  private async joinAs(tx: Tx, row: InvitationRow, person: { name?: string | undefined; password: string }): Promise<string> {
    const email = await this.vault.open(tx, row.id, emailPlace, row.email_sealed);
    if (!email || !row.role) throw invalid('INVITATION_UNKNOWN', 'This link is not valid. Ask for a new one.');
    const index = this.index.of(emailKind, email);
    const existing = await this.db.systemRead('auth.invitation', (s) => s.one<{ id: string; password_hash: string }>(`select id, password_hash from auth.app_user where email_index = $1`, [index]));
    if (existing) await this.checkPassword(email, existing.password_hash, person.password);
    if (!existing && !person.name) throw invalid('NAME_REQUIRED', 'Say your name.', { errors: [{ field: 'name', code: 'required', detail: 'name is required' }] });
    if (!existing) refuseWeakPassword(person.password, email);
    const userId = existing?.id ?? (await this.directory.create(tx, { email, name: person.name ?? '', password: person.password }));
    await this.directory.join(tx, row.account_id, userId, row.role, row.park_ids);
    return userId;
  }

  /** The same guess as at the login form, and counted with it: whoever invites somebody also sees the link. */
  private async checkPassword(email: string, hash: string, password: string): Promise<void> {
    const guess: Guess = { key: `login:${email}`, failuresMax: this.config.LOGIN_FAILURES_PER_ACCOUNT };
    await this.throttle.admit([guess]);
    if (!(await passwordMatches(hash, password))) throw invalid('WRONG_PASSWORD', 'You have a login here already: accept with its password.');
    await this.throttle.succeeded([guess]);
  }

  private async newPassword(tx: Tx, row: InvitationRow, password: string): Promise<string> {
    if (!row.user_id) throw invalid('INVITATION_UNKNOWN', 'This link is not valid. Ask for a new one.');
    refuseWeakPassword(password, (await this.vault.open(tx, row.id, emailPlace, row.email_sealed)) ?? '');
    await this.directory.refuseElsewhere(tx, row.user_id);
    await this.directory.setPassword(tx, row.user_id, password);
    return row.user_id;
  }

  private async issue(tx: Tx, of: { kind: 'join' | 'reset_password'; email: string; role: Role | null; parkIds: string[] | null; userId: string | null }): Promise<Invitation> {
    const id = randomUUID();
    const token = newSecret();
    const now = this.clock.now();
    const index = this.index.of(emailKind, of.email);
    await tx.sql(`update auth.invitation set revoked_at = $3 where account_id = $1 and email_index = $2 and kind = $4 and accepted_at is null and revoked_at is null`, [tx.accountId, index, now, of.kind]);
    const sealed = await this.vault.seal(tx, id, emailPlace, of.email);
    const [row] = await conflictOn({ invitation_open_key: ['INVITATION_OPEN', 'This person was invited just now.'] }, () =>
      tx.sql<InvitationRow>(
        `insert into auth.invitation (id, account_id, kind, user_id, email_sealed, email_index, role, park_ids, token_hash, created_by, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) returning *`,
        [id, tx.accountId, of.kind, of.userId, sealed, index, of.role, of.parkIds, hashSecret(token), tx.actor.id, now, new Date(now.getTime() + validHours[of.kind] * 3_600_000)],
      ),
    );
    if (!row) throw new Error('the invitation was not stored');
    return { ...row, email: of.email, link: `${publicUrl(this.config)}/invitation#${token}` };
  }
}
