import { Injectable } from '@nestjs/common';
import { randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import { record } from '../audit';
import { Clock } from '../clock';
import { HouseSecrets } from '../crypto';
import { conflictOn, Db, systemActor, type Actor } from '../database';
import { conflict, expectVersion, invalid, listPage, notFound, Refusal, Where, type ListQuery, type Page } from '../http';
import { Directory } from './directory.service';
import { refuseWeakPassword } from './passwords';

export interface Account {
  id: string;
  kind: 'personal' | 'company';
  name: string;
  time_zone: string;
  currency: string;
  distance_unit: 'km' | 'mi';
  fuel_unit: 'l' | 'gal_us' | 'gal_imp';
  locale: string;
  version: number;
}

export interface Park {
  id: string;
  name: string;
  city: string | null;
  address: string | null;
  closed_at: Date | null;
  version: number;
}

export type NewAccount = Partial<Omit<Account, 'id' | 'version'>> & { name: string };
export type AccountChange = Partial<Omit<Account, 'id' | 'version' | 'kind'>>;

/** Accounts own everything; parks divide a company. The first account comes from first-run set-up. */
@Injectable()
export class Accounts {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly directory: Directory,
    private readonly house: HouseSecrets,
  ) {}

  async get(actor: Actor): Promise<Account> {
    return this.db.read(actor, async (tx) => {
      const account = await tx.one<Account>(`select * from auth.account where id = $1`, [actor.accountId]);
      if (!account) throw notFound('account', actor.accountId);
      return account;
    });
  }

  async amend(actor: Actor, change: AccountChange, version?: number): Promise<Account> {
    if (change.time_zone) refuseUnknownZone(change.time_zone);
    return this.db.write(actor, async (tx) => {
      const before = await tx.one<Account>(`select * from auth.account where id = $1 for update`, [actor.accountId]);
      if (!before) throw notFound('account', actor.accountId);
      expectVersion(before.version, version);
      const after = { ...before, ...change };
      const [row] = await tx.sql<Account>(
        `update auth.account set name = $2, time_zone = $3, currency = $4, distance_unit = $5, fuel_unit = $6, locale = $7, version = version + 1 where id = $1 returning *`,
        [actor.accountId, after.name, after.time_zone, after.currency, after.distance_unit, after.fuel_unit, after.locale],
      );
      await record(tx, { action: 'auth.account.amended', subject: { type: 'account', id: actor.accountId }, data: { ...change } });
      return row as Account;
    });
  }

  /** For set-up and seeds: a new account with its first admin. */
  async found(account: NewAccount, admin: { email: string; name: string; password: string }, accountId: string = randomUUID()): Promise<{ accountId: string; adminId: string }> {
    if (account.time_zone) refuseUnknownZone(account.time_zone);
    return this.db.write(systemActor(accountId, 'auth.setup'), async (tx) => {
      await tx.sql(
        `insert into auth.account (id, kind, name, time_zone, currency, distance_unit, fuel_unit, locale, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
        [accountId, account.kind ?? 'company', account.name, account.time_zone ?? 'UTC', account.currency ?? 'USD', account.distance_unit ?? 'km', account.fuel_unit ?? 'l', account.locale ?? 'en', this.clock.now()],
      );
      const adminId = await this.directory.create(tx, admin);
      await this.directory.join(tx, accountId, adminId, 'admin', null);
      await record(tx, { action: 'auth.account.founded', subject: { type: 'account', id: accountId } });
      return { accountId, adminId };
    });
  }

  /** True until somebody has set the house up. */
  async needsSetup(): Promise<boolean> {
    return this.db.systemRead('auth.setup', async (tx) => (await tx.one(`select 1 as one from auth.app_user limit 1`)) === undefined);
  }

  /** Printed in the log of a fresh server, the same in every replica; it opens nothing once the first account exists. */
  async setupToken(): Promise<string> {
    return (await this.house.get('auth.setup_token', () => randomBytes(18))).toString('base64url');
  }

  async setUp(token: string, account: NewAccount, admin: { email: string; name: string; password: string }): Promise<{ accountId: string; adminId: string }> {
    const expected = Buffer.from(await this.setupToken());
    const given = Buffer.from(token);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw new Refusal('unauthenticated', 'WRONG_SETUP_TOKEN', 'The set-up token is wrong. The server printed it when it started.');
    refuseWeakPassword(admin.password, admin.email);
    const accountId = randomUUID();
    return this.db.write(systemActor(accountId, 'auth.setup'), async (tx) => {
      // Set-ups sent together take turns, and only the first finds nobody here.
      await tx.sql(`select pg_advisory_xact_lock(hashtextextended('auth.setup', 0))`);
      if (!(await this.needsSetup())) throw conflict('ALREADY_SET_UP', 'This server is set up. Sign in, or ask its admin to invite you.');
      return this.found(account, admin, accountId);
    });
  }

  async parks(actor: Actor, query: ListQuery): Promise<Page<Park>> {
    const spec = {
      select: 'p.*',
      from: 'auth.park p',
      where: new Where().and('p.account_id = ?', actor.accountId).and('p.id = any(?)', actor.parkIds ?? undefined),
      sorts: { name: { sql: 'lower(p.name)', type: 'text' as const } },
      defaultSort: 'name',
      key: { sql: 'p.id', type: 'uuid' as const },
    };
    return this.db.read(actor, (tx) => listPage<Park>(tx, spec, query));
  }

  async openPark(actor: Actor, park: { name: string; city?: string; address?: string }): Promise<Park> {
    return this.db.write(actor, async (tx) => {
      const [row] = await conflictOn(parkNameTaken, () =>
        tx.sql<Park>(`insert into auth.park (account_id, name, city, address, created_at) values ($1, $2, $3, $4, $5) returning *`, [actor.accountId, park.name, park.city ?? null, park.address ?? null, this.clock.now()]),
      );
      await record(tx, { action: 'auth.park.opened', subject: { type: 'park', id: (row as Park).id } });
      return row as Park;
    });
  }

  async amendPark(actor: Actor, id: string, change: { name?: string; city?: string | null; address?: string | null; closed?: boolean }, version?: number): Promise<Park> {
    return this.db.write(actor, async (tx) => {
      const before = await tx.one<Park>(`select * from auth.park where id = $1 for update`, [id]);
      if (!before) throw notFound('park', id);
      expectVersion(before.version, version);
      const closedAt = change.closed === undefined ? before.closed_at : change.closed ? this.clock.now() : null;
      const after = { ...before, ...change };
      const [row] = await conflictOn(parkNameTaken, () =>
        tx.sql<Park>(`update auth.park set name = $2, city = $3, address = $4, closed_at = $5, version = version + 1 where id = $1 returning *`, [id, after.name, after.city, after.address, closedAt]),
      );
      await record(tx, { action: 'auth.park.amended', subject: { type: 'park', id }, data: { ...change } });
      return row as Park;
    });
  }
}

const parkNameTaken: Record<string, [string, string]> = { park_name_key: ['PARK_NAME_TAKEN', 'Another open park has this name.'] };

function refuseUnknownZone(zone: string): void {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
  } catch {
    throw invalid('UNKNOWN_TIME_ZONE', `There is no time zone ${zone}. Use a name like Africa/Nairobi.`);
  }
}
