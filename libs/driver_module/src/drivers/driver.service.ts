import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { DriverOnboarded, DriverStatusChanged } from '@fleet/contracts';
import { record } from '@fleet/platform/audit';
import { Directory } from '@fleet/platform/auth';
import { Clock } from '@fleet/platform/clock';
import { conflictOn, Db, statement, type Actor, type ReadTx, type Tx } from '@fleet/platform/database';
import { expectVersion, invalid, notFound, rule, type Page } from '@fleet/platform/http';
import { emit } from '@fleet/platform/outbox';
import { mayMove, movesFrom, type Status } from '../rules/life-cycle';
import { DriverSettings } from '../settings/setting.service';
import { changesBetween, DriverHistory } from './driver-history';
import { DriverList } from './driver-list';
import { DriverProfiles, refuseImplausible } from './driver-profiles';
import { DriverSeal } from './driver-seal';
import type { AmendDriverBody, DriverQuery, DriverView, DriverWarningView, OnboardDriverBody } from './driver.dto';
import { Driver, type Profile } from './driver.entity';

export type DriverWithWarnings = DriverView & { warnings: DriverWarningView[] };

const byId = statement<Driver>('select * from driver_module.driver where id = $1');
const byLogin = statement<Driver>('select * from driver_module.driver where user_id = $1');

export const identityTaken: Record<string, [string, string]> = {
  driver_phone_key: ['DRIVER_PHONE_TAKEN', 'Another driver of this account has this phone number.'],
  driver_email_key: ['DRIVER_EMAIL_TAKEN', 'Another driver of this account has this e-mail address.'],
  driver_login_key: ['DRIVER_LOGIN_TAKEN', 'This login belongs to another driver.'],
};

const profileFields = ['name', 'phone', 'email', 'birth_date', 'address', 'emergency_contacts', 'notes'] as const;

/** Drivers from application to leaving. */
@Injectable()
export class DriverService {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly directory: Directory,
    private readonly settings: DriverSettings,
    private readonly history: DriverHistory,
    private readonly drivers: DriverList,
    private readonly profiles: DriverProfiles,
    private readonly sealer: DriverSeal,
  ) {}

  async get(actor: Actor, id: string): Promise<DriverView> {
    return this.db.read(actor, async (tx) => this.profiles.view(tx, await this.find(tx, id)));
  }

  async list(actor: Actor, query: DriverQuery): Promise<Page<DriverView>> {
    return this.db.read(actor, (tx) => this.drivers.page(tx, query));
  }

  async onboard(actor: Actor, body: OnboardDriverBody): Promise<DriverWithWarnings> {
    return this.db.write(actor, async (tx) => {
      const now = this.clock.now();
      const { profile, rest } = split(body);
      refuseImplausible(profile, (await this.settings.of(tx, now)).today);
      const parkId = rest.park_id ?? (actor.parkIds?.length === 1 ? actor.parkIds[0] : undefined) ?? null;
      await this.refuseForeignPark(tx, parkId);
      if (rest.user_id) await this.refuseStrangeLogin(actor, rest.user_id);
      const id = randomUUID();
      const full: Profile = { phone: null, email: null, birth_date: null, address: null, emergency_contacts: [], notes: null, ...profile, name: body.name };
      const columns = await this.profiles.columns(tx, id, full);
      const warnings = await this.seenBefore(tx, id, columns);
      const row = { id, account_id: actor.accountId, tags: [], ...rest, park_id: parkId, ...columns, status: 'applicant' as const, status_since: now, created_at: now, updated_at: now };
      await conflictOn(identityTaken, () => tx.em.insert(Driver, row));
      const stored = await this.find(tx, id);
      await this.history.note(tx, id, { action: 'onboarded', changes: changesBetween({}, body) });
      await record(tx, { action: 'driver_module.driver.onboarded', subject: { type: 'driver', id } });
      await emit(tx, DriverOnboarded, { driver_id: id, driver_no: stored.driver_no, park_id: parkId, status: stored.status });
      return { ...(await this.profiles.view(tx, stored)), warnings };
    });
  }

  async amend(actor: Actor, id: string, body: AmendDriverBody, version?: number): Promise<DriverWithWarnings> {
    return this.db.write(actor, async (tx) => {
      const before = await this.lock(tx, id);
      expectVersion(before.version, version);
      const was = await this.profiles.view(tx, before);
      const changes = changesBetween(was, body);
      if (Object.keys(changes).length === 0) {
        tx.withoutAudit('nothing changed');
        return { ...was, warnings: [] };
      }
      const now = this.clock.now();
      const { profile, rest } = split(body);
      refuseImplausible(profile, (await this.settings.of(tx, now)).today);
      if ('park_id' in rest) await this.refuseForeignPark(tx, rest.park_id ?? null);
      if (rest.user_id) await this.refuseStrangeLogin(actor, rest.user_id);
      const full = { ...((await this.profiles.profile(tx, before)) as Profile), ...profile };
      const columns = await this.profiles.columns(tx, before.id, full);
      const warnings = await this.seenBefore(tx, before.id, columns);
      if (rest.hired_on && before.left_on && rest.hired_on > before.left_on) throw invalid('DRIVER_DAYS_REVERSED', 'hired_on lies after left_on.');
      await conflictOn(identityTaken, () => tx.em.update(Driver, { id: before.id }, { ...rest, ...columns, updated_at: now }));
      await this.history.note(tx, before.id, { action: 'amended', changes });
      await record(tx, { action: 'driver_module.driver.amended', subject: { type: 'driver', id: before.id }, data: { fields: Object.keys(changes) } });
      return { ...(await this.profiles.view(tx, await this.find(tx, before.id))), warnings };
    });
  }

  async changeStatus(actor: Actor, id: string, to: Status, reason: string | undefined, version?: number): Promise<DriverView> {
    if (to === 'left' && !reason) throw invalid('LEAVE_REASON_REQUIRED', 'Say why the driver leaves.');
    return this.db.write(actor, async (tx) => {
      const before = await this.lock(tx, id);
      expectVersion(before.version, version);
      if (!mayMove(before.status, to)) {
        throw rule('DRIVER_STATUS_MOVE_REFUSED', `A driver who is ${before.status} cannot become ${to}.`, { facts: { from: before.status, to, possible: movesFrom(before.status) } });
      }
      const now = this.clock.now();
      const { today, checklist } = await this.settings.of(tx, now);
      if (to === 'active') await this.refuseUnready(tx, before, checklist.filter((item) => item.required).map((item) => item.key));
      if (to === 'left') await this.endPlans(tx, before.id, now);
      const days = to === 'active' ? { hired_on: before.hired_on ?? today, left_on: null } : to === 'left' ? { left_on: before.hired_on && before.hired_on > today ? before.hired_on : today } : { left_on: null };
      // Who comes back gets a checklist of their own time.
      if (to === 'applicant') await tx.sql('delete from driver_module.onboarding_step where driver_id = $1', [before.id]);
      await conflictOn(identityTaken, () => tx.em.update(Driver, { id: before.id }, { status: to, status_since: now, ...days, updated_at: now }));
      await this.history.note(tx, before.id, { action: 'status_changed', facts: { from: before.status, to }, reason });
      await record(tx, { action: 'driver_module.driver.status_changed', subject: { type: 'driver', id: before.id }, data: { from: before.status, to } });
      await emit(tx, DriverStatusChanged, { driver_id: before.id, from: before.status, to, blacklisted: before.blacklisted_at !== null });
      return this.profiles.view(tx, await this.find(tx, before.id));
    });
  }

  /** On the list or off it; either way with a reason, and who. */
  async blacklist(actor: Actor, id: string, reason: string, on: boolean): Promise<DriverView> {
    return this.db.write(actor, async (tx) => {
      const before = await this.lock(tx, id);
      if ((before.blacklisted_at !== null) === on) throw rule(on ? 'DRIVER_BLACKLISTED_ALREADY' : 'DRIVER_NOT_BLACKLISTED', on ? 'The driver is on the blacklist already.' : 'The driver is not on the blacklist.');
      const now = this.clock.now();
      const sealed = on ? await this.sealer.seal(tx, before.id, 'blacklist', { reason }) : null;
      await tx.em.update(Driver, { id: before.id }, { blacklisted_at: on ? now : null, blacklisted_by: on ? actor.id : null, blacklist_sealed: sealed, updated_at: now });
      const action = on ? 'blacklisted' : 'taken_off_blacklist';
      await this.history.note(tx, before.id, { action, reason });
      await record(tx, { action: `driver_module.driver.${action}`, subject: { type: 'driver', id: before.id } });
      await emit(tx, DriverStatusChanged, { driver_id: before.id, from: before.status, to: before.status, blacklisted: on });
      return this.profiles.view(tx, await this.find(tx, before.id));
    });
  }

  /** The driver, or 404 also in a park the actor is not limited to. The id of a merged row leads to the one that stayed. */
  async find(tx: ReadTx, id: string): Promise<Driver> {
    const row = await tx.one(byId, [id]);
    const driver = row?.merged_into ? await tx.one(byId, [row.merged_into]) : row;
    if (!driver || !mayEnter(tx.actor, driver.park_id)) throw notFound('driver', id);
    return driver;
  }

  /** The driver whose login this is. */
  async ofLogin(tx: ReadTx): Promise<Driver> {
    const driver = tx.actor.kind === 'user' ? await tx.one(byLogin, [tx.actor.id]) : undefined;
    if (!driver) throw rule('LOGIN_WITHOUT_DRIVER', 'This login is not linked to a driver. Ask your park.');
    return driver;
  }

  /** Locks the row for a change; an erased person has none. */
  async lock(tx: Tx, id: string): Promise<Driver> {
    const { id: found } = await this.find(tx, id);
    await tx.sql('select 1 from driver_module.driver where id = $1 for update', [found]);
    const driver = await this.find(tx, found);
    if (driver.erased_at) throw rule('DRIVER_ERASED', 'This person was erased; nothing can be changed or added.');
    return driver;
  }

  private async refuseUnready(tx: ReadTx, driver: Driver, required: string[]): Promise<void> {
    if (driver.blacklisted_at) throw rule('DRIVER_BLACKLISTED', 'Take the driver off the blacklist first.');
    const done = new Set((await tx.sql<{ item: string }>('select item from driver_module.onboarding_step where driver_id = $1', [driver.id])).map((step) => step.item));
    const open = required.filter((key) => !done.has(key));
    if (open.length > 0) throw rule('DRIVER_ONBOARDING_OPEN', `Still to be done: ${open.join(', ')}.`, { facts: { open } });
  }

  private async endPlans(tx: Tx, driverId: string, now: Date): Promise<void> {
    const open = await tx.one<{ id: string }>(`select id from driver_module.shift where driver_id = $1 and state = 'open'`, [driverId]);
    if (open) throw rule('DRIVER_HAS_OPEN_SHIFT', 'The driver still has a vehicle. End the shift first.', { facts: { shift_id: open.id } });
    await tx.sql(`update driver_module.shift set state = 'cancelled', updated_at = $2, version = version + 1 where driver_id = $1 and state = 'planned'`, [driverId, now]);
  }

  /** People who left keep their indexes, so that somebody who applies again is recognized. */
  private async seenBefore(tx: ReadTx, id: string, columns: Pick<Driver, 'phone_index' | 'email_index'>): Promise<DriverWarningView[]> {
    const rows = await tx.sql<{ id: string; driver_no: number; listed: boolean }>(
      `select id, driver_no, blacklisted_at is not null as listed from driver_module.driver
        where account_id = $1 and status = 'left' and id <> $2 and (phone_index = $3 or email_index = $4) order by driver_no limit 5`,
      [tx.accountId, id, columns.phone_index, columns.email_index],
    );
    return rows.map((row) => ({
      code: row.listed ? 'DRIVER_BLACKLISTED_BEFORE' : 'DRIVER_SEEN_BEFORE',
      detail: `Driver ${row.driver_no}, who left, had the same phone or e-mail${row.listed ? ' and is on the blacklist' : ''}. If it is the same person, merge them.`,
      driver_id: row.id,
    }));
  }

  private async refuseForeignPark(tx: ReadTx, parkId: string | null): Promise<void> {
    const known = parkId ? await tx.one('select 1 as one from auth.park where id = $1 and closed_at is null', [parkId]) : undefined;
    if ((parkId && !known) || !mayEnter(tx.actor, parkId)) throw invalid('UNKNOWN_PARK', parkId ? `There is no open park ${parkId} you may use.` : 'Say which of your parks the driver belongs to.');
  }

  private async refuseStrangeLogin(actor: Actor, userId: string): Promise<void> {
    const person = await this.directory.get(actor, userId).catch(() => undefined);
    if (person?.role !== 'driver' || person.disabled_at) throw invalid('DRIVER_LOGIN_UNKNOWN', 'There is no such login with the role driver in this account.', { errors: [{ field: 'user_id', code: 'unknown', detail: 'user_id is no login of a driver here' }] });
  }
}

export const mayEnter = (actor: Actor, parkId: string | null): boolean => actor.parkIds === null || (parkId !== null && actor.parkIds.includes(parkId));

function split(body: AmendDriverBody): { profile: Partial<Profile>; rest: Pick<AmendDriverBody, 'park_id' | 'tags' | 'hired_on' | 'user_id'> } {
  const said = Object.entries(body).filter(([, value]) => value !== undefined);
  const personal = new Set<string>(profileFields);
  const pick = (inside: boolean): object => Object.fromEntries(said.filter(([field]) => personal.has(field) === inside));
  return { profile: pick(true), rest: pick(false) };
}
