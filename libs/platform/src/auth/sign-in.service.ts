import { Inject, Injectable } from '@nestjs/common';
import { record } from '../audit';
import { Clock } from '../clock';
import { CONFIG, type Config } from '../config';
import { BlindIndex, SecretBox } from '../crypto';
import { Db, type Actor } from '../database';
import { conflict, invalid, Refusal } from '../http/refusal';
import { passwordMatches, pretendToCheck } from './passwords';
import type { Role } from './roles';
import { Sessions, type Tokens } from './sessions.service';
import { Throttle, type Guess } from './throttle';
import { matchTotp } from './totp';

export interface Credentials {
  email: string;
  password: string;
  totp?: string | undefined;
  accountId?: string | undefined;
}

/** Where a sign-in comes from; shown in the list of sessions. */
export interface Caller {
  address: string | undefined;
  userAgent: string | undefined;
}

interface UserRow {
  id: string;
  password_hash: string;
  totp_sealed: Buffer | null;
  totp_confirmed_at: Date | null;
  totp_last_step: string;
  disabled_at: Date | null;
}

interface MembershipRow {
  account_id: string;
  role: Role;
}

export interface SignedIn {
  userId: string;
  accountId: string;
  steppedUpAt: Date | null;
}

export const totpPlace = (userId: string): string => `auth.app_user.totp:${userId}`;
export const emailKind = 'auth.email';
export const normalEmail = (email: string): string => email.trim().toLowerCase();

const wrongCredentials = (): Refusal => new Refusal('unauthenticated', 'WRONG_CREDENTIALS', 'E-mail or password is wrong.');

/** E-mail, password and second factor, throttled by person and by address. Says the same for unknown and wrong. */
@Injectable()
export class SignIn {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly index: BlindIndex,
    private readonly box: SecretBox,
    private readonly throttle: Throttle,
    private readonly sessions: Sessions,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async login(credentials: Credentials, clientId: string, caller: Caller): Promise<Tokens> {
    const who = await this.authenticate(credentials, caller);
    return this.openSession(who, clientId, caller);
  }

  async openSession(who: SignedIn, clientId: string, caller: Caller): Promise<Tokens> {
    const actor = personActor(who.userId, who.accountId);
    const { tokens } = await this.db.write(actor, async (tx) => {
      const opened = await this.sessions.open(tx, { ...who, clientId, userAgent: caller.userAgent, address: caller.address });
      await record(tx, { action: 'auth.session.opened', subject: { type: 'session', id: opened.sessionId }, data: { client_id: clientId, second_factor: who.steppedUpAt !== null } });
      return opened;
    });
    return tokens();
  }

  async authenticate(credentials: Credentials, caller: Caller): Promise<SignedIn> {
    const email = normalEmail(credentials.email);
    const guesses: Guess[] = [
      { key: `login:${email}`, failuresMax: this.config.LOGIN_FAILURES_PER_ACCOUNT },
      { key: `address:${caller.address ?? 'unknown'}`, failuresMax: this.config.LOGIN_FAILURES_PER_ADDRESS },
    ];
    await this.throttle.admit(guesses);
    const found = await this.find(email);
    if (!found || found.user.disabled_at || found.memberships.length === 0) {
      await pretendToCheck(credentials.password);
      throw wrongCredentials();
    }
    if (!(await passwordMatches(found.user.password_hash, credentials.password))) throw wrongCredentials();
    const account = credentials.accountId ? found.memberships.find((m) => m.account_id === credentials.accountId) : found.memberships[0];
    if (!account) throw wrongCredentials();
    if (found.user.totp_confirmed_at && !credentials.totp) {
      await this.throttle.takeBack(guesses);
      throw new Refusal('unauthenticated', 'TOTP_REQUIRED', 'This sign-in also needs the six digits of the authenticator app.');
    }
    const steppedUpAt = await this.checkSecondFactor(found.user, account.account_id, credentials.totp ?? '');
    await this.throttle.succeeded(guesses);
    return { userId: found.user.id, accountId: account.account_id, steppedUpAt };
  }

  /** A fresh code from somebody already signed in. */
  async proveSecondFactor(actor: Actor, code: string): Promise<Date> {
    const guess: Guess = { key: `totp:${actor.id}`, failuresMax: this.config.LOGIN_FAILURES_PER_ACCOUNT };
    const user = await this.db.read(actor, (tx) => tx.one<UserRow>(`select * from auth.app_user where id = $1`, [actor.id]));
    if (!user?.totp_confirmed_at) throw conflict('TOTP_NOT_ENROLLED', 'This person has no second factor yet. Enrol one first (POST /api/v1/auth/totp).');
    await this.throttle.admit([guess]);
    const at = await this.checkSecondFactor(user, actor.accountId, code);
    if (!at) throw invalid('TOTP_WRONG', 'The code is wrong or was used already.');
    await this.throttle.succeeded([guess]);
    return at;
  }

  private async checkSecondFactor(user: UserRow, accountId: string, code: string): Promise<Date | null> {
    if (!user.totp_confirmed_at || !user.totp_sealed) return null;
    const now = this.clock.now();
    const step = matchTotp(this.box.openText(totpPlace(user.id), user.totp_sealed), code, now, Number(user.totp_last_step));
    const used = step === undefined ? 0 : await this.burnStep(user.id, accountId, step);
    if (used === 1) return now;
    throw new Refusal('unauthenticated', 'TOTP_WRONG', 'The code is wrong or was used already.');
  }

  /** A code counts once, even when two replicas receive it together. */
  private burnStep(userId: string, accountId: string, step: number): Promise<number> {
    return this.db.write(personActor(userId, accountId), (tx) => {
      tx.withoutAudit('the session that follows is recorded');
      return tx.execute(`update auth.app_user set totp_last_step = $2 where id = $1 and totp_last_step < $2`, [userId, step]);
    });
  }

  private find(email: string): Promise<{ user: UserRow; memberships: MembershipRow[] } | undefined> {
    return this.db.systemRead('auth.sign_in', async (tx) => {
      const user = await tx.one<UserRow>(`select * from auth.app_user where email_index = $1`, [this.index.of(emailKind, email)]);
      if (!user) return undefined;
      const memberships = await tx.sql<MembershipRow>(
        `select account_id, role from auth.membership where user_id = $1 and disabled_at is null order by last_used_at desc nulls last, created_at`,
        [user.id],
      );
      return { user, memberships };
    });
  }
}

/** The person before any session exists; only for writing down that they signed in. */
export function personActor(userId: string, accountId: string): Actor {
  return { kind: 'user', id: userId, accountId, role: null, permissions: { has: () => false }, parkIds: null };
}
