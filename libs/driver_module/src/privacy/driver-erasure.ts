import { Injectable } from '@nestjs/common';
import { DriverErased, DriverStatusChanged } from '@fleet/contracts';
import { record } from '@fleet/platform/audit';
import { Directory } from '@fleet/platform/auth';
import { Clock } from '@fleet/platform/clock';
import { Erasure } from '@fleet/platform/crypto';
import type { Tx } from '@fleet/platform/database';
import { FileStore } from '@fleet/platform/files';
import { Idempotency } from '@fleet/platform/http';
import { emit } from '@fleet/platform/outbox';
import { DriverHistory } from '../drivers/driver-history';
import type { Driver } from '../drivers/driver.entity';
import { subjectsOf } from '../files/driver-files';

/**
 * Forgets a person: the keys are destroyed, so every sealed text, also in history and backups, is unreadable; and what can be
 * emptied is emptied, so that nothing rests on the keys alone.
 */
@Injectable()
export class DriverErasure {
  constructor(
    private readonly clock: Clock,
    private readonly directory: Directory,
    private readonly erasure: Erasure,
    private readonly files: FileStore,
    private readonly answers: Idempotency,
    private readonly history: DriverHistory,
  ) {}

  /** The driver's row is locked and nothing is in the way. */
  async execute(tx: Tx, driver: Driver): Promise<void> {
    const subjects = await subjectsOf(tx, driver.id);
    if (driver.user_id) await this.directory.amend(tx.actor, driver.user_id, { disabled: true });
    await this.answers.forget(tx, [...subjects, driver.id], driver.user_id);
    for (const subject of subjects) await this.files.eraseOfSubject(tx, subject);
    await this.emptyRows(tx, driver.id);
    await this.emptyDriver(tx, driver, subjects);
    await this.history.note(tx, driver.id, { action: 'erased' });
    for (const subject of subjects) await this.erasure.erase(tx, subject, 'asked to be forgotten');
    await record(tx, { action: 'driver_module.driver.erased', subject: { type: 'driver', id: driver.id }, data: { subject_ids: subjects } });
    await emit(tx, DriverErased, { driver_id: driver.id, subject_ids: subjects });
  }

  private async emptyRows(tx: Tx, driverId: string): Promise<void> {
    const now = this.clock.now();
    await tx.sql(
      `update driver_module.document set details_sealed = null, number_index = null, categories = '{}', issued_on = null, expires_on = null, file_ids = '{}',
              withdrawn_at = coalesce(withdrawn_at, $2), version = version + 1 where driver_id = $1`,
      [driverId, now],
    );
    await tx.sql(`update driver_module.shift set state = case when state = 'planned' then 'cancelled' else state end, notes_sealed = null, start_file_ids = '{}', end_file_ids = '{}', version = version + 1 where driver_id = $1`, [driverId]);
    await tx.sql(`update driver_module.status_report set details_sealed = null, file_ids = '{}' where driver_id = $1`, [driverId]);
    await tx.sql(
      `update driver_module.feedback set text_sealed = null, state = case when state = 'pending' then 'rejected' else state end,
              moderated_by = coalesce(moderated_by, $2), moderated_at = coalesce(moderated_at, $3), version = version + 1 where driver_id = $1`,
      [driverId, tx.actor.id, now],
    );
    await tx.sql('delete from driver_module.early_check_out where driver_id = $1', [driverId]);
    await tx.sql('delete from driver_module.onboarding_step where driver_id = $1', [driverId]);
  }

  private async emptyDriver(tx: Tx, driver: Driver, subjects: string[]): Promise<void> {
    const now = this.clock.now();
    await tx.sql(
      `update driver_module.driver d set profile_sealed = null, blacklist_sealed = null, name_tokens = '{}', phone_index = null, email_index = null, tags = '{}', user_id = null,
              status = 'left', status_since = case when d.status = 'left' then d.status_since else $2 end,
              left_on = coalesce(d.left_on, greatest(d.hired_on, (select ($2::timestamptz at time zone a.time_zone)::date from auth.account a where a.id = d.account_id))),
              erased_at = $2, updated_at = $2, version = version + 1
        where d.id = any($1::uuid[])`,
      [subjects, now],
    );
    if (driver.status !== 'left') await emit(tx, DriverStatusChanged, { driver_id: driver.id, from: driver.status, to: 'left', blacklisted: driver.blacklisted_at !== null });
  }
}
