import { Injectable } from '@nestjs/common';
import { record } from '@fleet/platform/audit';
import { Clock } from '@fleet/platform/clock';
import { Db, statement, type Actor, type ReadTx } from '@fleet/platform/database';
import { expectVersion, invalid } from '@fleet/platform/http';
import type { AmendSettingsBody, ChecklistItemBody, SettingsView } from './setting.dto';

/** The account's rules, and which day it is there. */
export interface AccountRules extends SettingsView {
  time_zone: string;
  /** The day of the moment asked about, in the account's zone. */
  today: string;
}

const defaults: Omit<SettingsView, 'updated_at' | 'version'> = {
  required_documents: ['licence'],
  expiring_days: 30,
  shift_max_minutes: 720,
  rest_min_minutes: 480,
  rating_counts_days: 365,
  checklist: [
    { key: 'identity_checked', title: 'Identity checked against an original', required: true },
    { key: 'licence_checked', title: 'Driving licence checked against an original', required: true },
    { key: 'contract_signed', title: 'Contract signed', required: true },
    { key: 'contact_confirmed', title: 'Phone number confirmed by a call', required: true },
    { key: 'safety_briefing', title: 'Safety briefing given', required: false },
    { key: 'photo_taken', title: 'Photo taken for the badge', required: false },
  ],
};

const byAccount = statement<Partial<SettingsView> & { time_zone: string; today: string }>(`
  select a.time_zone, ($2::timestamptz at time zone a.time_zone)::date as today, s.required_documents, s.expiring_days, s.shift_max_minutes,
         s.rest_min_minutes, s.rating_counts_days, s.checklist, s.updated_at, s.version
    from auth.account a left join driver_module.setting s on s.account_id = a.id where a.id = $1`);

@Injectable()
export class DriverSettings {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
  ) {}

  async of(tx: ReadTx, at: Date): Promise<AccountRules> {
    const row = await tx.one(byAccount, [tx.accountId, at]);
    if (!row) throw new Error('the account of the actor does not exist');
    const { time_zone, today, version, ...said } = row;
    const own = version ? (said as Omit<SettingsView, 'version'>) : { ...defaults, updated_at: null };
    return { ...own, time_zone, today, version: version ?? 1 };
  }

  get(actor: Actor): Promise<SettingsView> {
    return this.db.read(actor, (tx) => this.of(tx, this.clock.now()));
  }

  async amend(actor: Actor, body: AmendSettingsBody, version: number | undefined): Promise<SettingsView> {
    if (body.checklist) refuseTwins(body.checklist);
    return this.db.write(actor, async (tx) => {
      const now = this.clock.now();
      await tx.sql('select 1 from driver_module.setting where account_id = $1 for update', [actor.accountId]);
      const before = await this.of(tx, now);
      expectVersion(before.version, version);
      const after = { ...before, ...body };
      await tx.sql(
        `insert into driver_module.setting (account_id, required_documents, expiring_days, shift_max_minutes, rest_min_minutes, rating_counts_days, checklist, updated_at, version)
         values ($1, $2, $3, $4, $5, $6, $7, $8, 2)
         on conflict (account_id) do update set required_documents = excluded.required_documents, expiring_days = excluded.expiring_days, shift_max_minutes = excluded.shift_max_minutes,
           rest_min_minutes = excluded.rest_min_minutes, rating_counts_days = excluded.rating_counts_days, checklist = excluded.checklist, updated_at = excluded.updated_at,
           version = setting.version + 1`,
        [actor.accountId, [...new Set(after.required_documents)], after.expiring_days, after.shift_max_minutes, after.rest_min_minutes, after.rating_counts_days, JSON.stringify(after.checklist), now],
      );
      await record(tx, { action: 'driver_module.setting.amended', subject: { type: 'account', id: actor.accountId }, data: { ...body } });
      return this.of(tx, now);
    });
  }
}

function refuseTwins(checklist: readonly ChecklistItemBody[]): void {
  const twin = checklist.find((item, i) => checklist.findIndex((other) => other.key === item.key) !== i);
  if (twin) throw invalid('CHECKLIST_KEY_TWICE', `The checklist names ${twin.key} twice.`, { errors: [{ field: 'checklist', code: 'twice', detail: `${twin.key} appears twice` }] });
}
