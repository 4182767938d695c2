import { Injectable } from '@nestjs/common';
import type { ReadTx } from '@fleet/platform/database';
import type { Driver } from '../drivers/driver.entity';
import { subjectsOf } from '../files/driver-files';
import type { ErasureBlockerView, ErasurePartView, ErasureReportView } from './privacy.dto';

interface Counts {
  papers: number;
  files: number;
  shift_notes: number;
  reports: number;
  feedback: number;
  history: number;
  corrections: number;
  shifts: number;
  score_inputs: number;
  audit: number;
  open_shifts: number;
}

const counting = `select
  (select count(*)::int from driver_module.document where driver_id = $1) as papers,
  (select count(*)::int from files.stored_file where subject_id = any($2::uuid[]) and erased_at is null) as files,
  (select count(*)::int from driver_module.shift where driver_id = $1 and notes_sealed is not null) as shift_notes,
  (select count(*)::int from driver_module.status_report where driver_id = $1) as reports,
  (select count(*)::int from driver_module.feedback where driver_id = $1) as feedback,
  (select count(*)::int from driver_module.driver_change where driver_id = any($2::uuid[])) as history,
  (select count(*)::int from driver_module.shift_correction where subject_id = any($2::uuid[])) as corrections,
  (select count(*)::int from driver_module.shift where driver_id = $1) as shifts,
  (select count(*)::int from driver_module.score_input where driver_id = $1) as score_inputs,
  (select count(*)::int from audit.entry where account_id = $3 and subject_id = any($2::text[])) as audit,
  (select count(*)::int from driver_module.shift where driver_id = $1 and state = 'open') as open_shifts`;

/** Says before it happens what an erasure takes and what it leaves. */
@Injectable()
export class ErasureReport {
  async of(tx: ReadTx, driver: Driver): Promise<ErasureReportView> {
    const counts = (await tx.one<Counts>(counting, [driver.id, await subjectsOf(tx, driver.id), tx.accountId])) as Counts;
    return { driver_id: driver.id, driver_no: driver.driver_no, erased: erased(driver, counts).filter(some), stays: stays(driver, counts).filter(some), blockers: blockers(counts) };
  }
}

const part = (what: string, count: number, why: string): ErasurePartView => ({ what, count, why });
const some = (one: ErasurePartView): boolean => one.count > 0;

function erased(driver: Driver, c: Counts): ErasurePartView[] {
  return [
    part('profile', 1, 'Name, contacts, birth date, address and notes: the key is destroyed and the row emptied; no search finds the person.'),
    part('blacklist_reason', driver.blacklist_sealed ? 1 : 0, 'The text goes, the mark stays with the number.'),
    part('documents', c.papers, 'Numbers, issuers, days and notes go; that there was a paper of a kind stays.'),
    part('files', c.files, 'Scans and photographs are destroyed.'),
    part('shift_notes', c.shift_notes, 'Notes and photographs of handovers go.'),
    part('status_reports', c.reports, 'Texts and places go; the kind and hour stay with the number.'),
    part('feedback_texts', c.feedback, 'Texts go; ratings stay with the number.'),
    part('history_details', c.history, 'Values before and after, and reasons, become unreadable.'),
    part('correction_reasons', c.corrections, 'Reasons become unreadable.'),
    part('login_link', driver.user_id ? 1 : 0, 'The link goes and the login is disabled in this account.'),
  ];
}

function stays(driver: Driver, c: Counts): ErasurePartView[] {
  return [
    part('number', 1, `Driver ${driver.driver_no} stays as a pseudonym that points at nobody.`),
    part('shifts', c.shifts, 'Who had which vehicle when, by number: fines, damage and money of seven years rest on it.'),
    part('score_inputs', c.score_inputs, 'Figures by number: what was computed from them stays explainable.'),
    part('audit', c.audit, 'The log of acts is proof for seven years; it holds ids and no personal data.'),
    part('bookings', 1, 'Books of account name the number only and are kept seven years by law.'),
    part('login', driver.user_id ? 1 : 0, 'The login belongs to the person, maybe in other companies too; only the operator of the server erases it.'),
  ];
}

function blockers(c: Counts): ErasureBlockerView[] {
  return c.open_shifts > 0 ? [{ code: 'DRIVER_HAS_OPEN_SHIFT', detail: 'The driver still has a vehicle. End the shift first.' }] : [];
}
