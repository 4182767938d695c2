import { Injectable } from '@nestjs/common';
import { DriverMerged } from '@fleet/contracts';
import { record } from '@fleet/platform/audit';
import { Clock } from '@fleet/platform/clock';
import { conflictOn, Db, type Actor, type Tx } from '@fleet/platform/database';
import { invalid, rule } from '@fleet/platform/http';
import { emit } from '@fleet/platform/outbox';
import { DriverHistory } from './driver-history';
import { DriverProfiles } from './driver-profiles';
import { DriverSeal } from './driver-seal';
import type { DriverView } from './driver.dto';
import { Driver, type Profile } from './driver.entity';
import { DriverService, identityTaken } from './driver.service';

const inTheWay: Record<string, [string, string]> = {
  ...identityTaken,
  shift_driver_once: ['DRIVER_MERGE_SHIFTS_OVERLAP', 'Both had a vehicle at the same time, so they are two people, or a shift is wrong. Correct it first.'],
  shift_planned_driver_once: ['DRIVER_MERGE_SHIFTS_OVERLAP', 'Both are planned for the same time. Cancel one plan first.'],
  document_own_number_key: ['DRIVER_MERGE_DOCUMENT_TWICE', 'Both have the same paper. Withdraw one first.'],
};

/** What moves to the driver who stays. Texts keep the subject they were sealed for, so nothing is opened or written anew. */
const moving = ['document', 'shift', 'early_check_out', 'status_report', 'feedback', 'score_input', 'erasure_request'];

/** Two rows that are one person become one. The duplicate stays as a signpost: its id and its history lead to the survivor. */
@Injectable()
export class DriverMerge {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly drivers: DriverService,
    private readonly history: DriverHistory,
    private readonly profiles: DriverProfiles,
    private readonly sealer: DriverSeal,
  ) {}

  async merge(actor: Actor, id: string, duplicateId: string): Promise<DriverView> {
    return this.db.write(actor, async (tx) => {
      const { kept, gone } = await this.both(tx, id, duplicateId);
      const now = this.clock.now();
      const profile = await this.completed(tx, kept, gone);
      const listing = kept.blacklisted_at ? kept.blacklist_sealed : await this.inherited(tx, kept, gone);
      await conflictOn(inTheWay, async () => {
        await this.emptyDuplicate(tx, kept, gone, now);
        await this.moveAll(tx, kept.id, gone.id);
        const columns = await this.profiles.columns(tx, kept.id, profile);
        await tx.em.update(Driver, { id: kept.id }, { ...columns, ...unionOf(kept, gone), blacklist_sealed: listing, updated_at: now });
      });
      await this.history.note(tx, kept.id, { action: 'merged', facts: { merged_id: gone.id, merged_no: gone.driver_no } });
      await this.history.note(tx, gone.id, { action: 'merged_away', facts: { into_id: kept.id } });
      await record(tx, { action: 'driver_module.driver.merged', subject: { type: 'driver', id: kept.id }, data: { merged_id: gone.id } });
      await emit(tx, DriverMerged, { driver_id: kept.id, merged_id: gone.id });
      return this.profiles.view(tx, await this.drivers.find(tx, kept.id));
    });
  }

  /** Locked in the order of their ids, so that two merges of the same pair wait instead of dying. */
  private async both(tx: Tx, id: string, duplicateId: string): Promise<{ kept: Driver; gone: Driver }> {
    const [first, second] = [(await this.drivers.find(tx, id)).id, (await this.drivers.find(tx, duplicateId)).id].sort() as [string, string];
    if (first === second) throw invalid('DRIVER_MERGE_SAME', 'These are one driver already.');
    await this.drivers.lock(tx, first);
    await this.drivers.lock(tx, second);
    const kept = await this.drivers.lock(tx, id);
    const gone = await this.drivers.lock(tx, duplicateId);
    if (kept.id === gone.id) throw invalid('DRIVER_MERGE_SAME', 'These are one driver already.');
    if (kept.user_id && gone.user_id) throw rule('DRIVER_MERGE_TWO_LOGINS', 'Both have a login. Unlink one first.');
    return { kept, gone };
  }

  /** The survivor's own words win; what it lacks comes from the duplicate. */
  private async completed(tx: Tx, kept: Driver, gone: Driver): Promise<Profile> {
    const [mine, theirs] = await this.profiles.profiles(tx, [kept, gone]);
    if (!mine || !theirs) throw new Error('a living driver without a profile');
    const contacts = mine.emergency_contacts.length > 0 ? mine.emergency_contacts : theirs.emergency_contacts;
    const filled = Object.fromEntries(Object.entries(mine).map(([field, value]) => [field, value ?? theirs[field as keyof Profile]]));
    return { ...(filled as unknown as Profile), emergency_contacts: contacts };
  }

  private async inherited(tx: Tx, kept: Driver, gone: Driver): Promise<Buffer | null> {
    const listing = await this.sealer.open<{ reason: string }>(tx, 'blacklist', { subjectId: gone.id, sealed: gone.blacklist_sealed });
    return listing && this.sealer.seal(tx, kept.id, 'blacklist', listing);
  }

  private async emptyDuplicate(tx: Tx, kept: Driver, gone: Driver, now: Date): Promise<void> {
    const nothing = { status: 'left' as const, user_id: null, phone_index: null, email_index: null, name_tokens: [] };
    await tx.em.update(Driver, { id: gone.id }, { ...nothing, merged_into: kept.id, merged_at: now, updated_at: now });
    await tx.sql('update driver_module.driver set merged_into = $1 where merged_into = $2', [kept.id, gone.id]);
  }

  private async moveAll(tx: Tx, keptId: string, goneId: string): Promise<void> {
    // A word about oneself, said while one was two, is a word of nobody.
    await tx.sql('update driver_module.feedback set author_driver_id = null where (driver_id = $1 and author_driver_id = $2) or (driver_id = $2 and author_driver_id = $1)', [keptId, goneId]);
    await tx.sql('update driver_module.feedback set author_driver_id = $1 where author_driver_id = $2', [keptId, goneId]);
    await tx.sql(
      `update driver_module.erasure_request set state = 'withdrawn', decided_at = $3, decided_by = 'merge' where driver_id = $2 and state = 'requested'
          and exists (select from driver_module.erasure_request k where k.driver_id = $1 and k.state = 'requested')`,
      [keptId, goneId, this.clock.now()],
    );
    for (const table of moving) await tx.sql(`update driver_module.${table} set driver_id = $1 where driver_id = $2`, [keptId, goneId]);
    await tx.sql('insert into driver_module.onboarding_step (account_id, driver_id, item, done_by, done_at) select account_id, $1, item, done_by, done_at from driver_module.onboarding_step where driver_id = $2 on conflict do nothing', [keptId, goneId]);
    await tx.sql('delete from driver_module.onboarding_step where driver_id = $1', [goneId]);
  }
}

/** Nobody gets off the blacklist by being merged. */
function unionOf(kept: Driver, gone: Driver): Partial<Driver> {
  const listed = kept.blacklisted_at ?? gone.blacklisted_at;
  const hired = [kept.hired_on, gone.hired_on].filter((day) => day !== null).sort();
  return {
    user_id: kept.user_id ?? gone.user_id,
    park_id: kept.park_id ?? gone.park_id,
    tags: [...new Set([...kept.tags, ...gone.tags])].slice(0, 20),
    hired_on: hired[0] ?? null,
    blacklisted_at: listed,
    blacklisted_by: listed ? (kept.blacklisted_by ?? gone.blacklisted_by) : null,
  };
}
