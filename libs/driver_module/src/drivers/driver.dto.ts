import { Day, Flag, Instant, Int, Json, ListQuery, Nested, OneOf, Text, Uuid } from '@fleet/platform/http';
import { statuses, type Status } from '../rules/life-cycle';

export class EmergencyContactBody {
  @Text({ max: 120 }) name: string;
  @Text({ max: 30 }) phone: string;
  @Text({ optional: true, nullable: true, max: 60 }) relation?: string | null;
}

export class OnboardDriverBody {
  @Text({ max: 120, example: 'Demo Driver One' }) name: string;
  @Text({ optional: true, nullable: true, max: 30, example: '+254 700 000001' }) phone?: string | null;
  @Text({ optional: true, nullable: true, max: 200, pattern: /^[^\s@]+@[^\s@]+\.[^\s@]+$/, says: 'email must be an e-mail address' }) email?: string | null;
  @Day({ optional: true, nullable: true }) birth_date?: string | null;
  @Text({ optional: true, nullable: true, max: 500 }) address?: string | null;
  @Nested(() => EmergencyContactBody, { optional: true, listMax: 5 }) emergency_contacts?: EmergencyContactBody[];
  @Text({ optional: true, nullable: true, max: 2000 }) notes?: string | null;
  @Uuid({ optional: true, nullable: true }) park_id?: string | null;
  @Text({ optional: true, max: 40, listMax: 20, about: 'Labels, not sealed: nothing personal belongs here.' }) tags?: string[];
  @Day({ optional: true, nullable: true }) hired_on?: string | null;
  @Uuid({ optional: true, nullable: true, about: 'The login of this driver, a member with the role driver.' }) user_id?: string | null;
}

export class AmendDriverBody {
  @Text({ optional: true, max: 120 }) name?: string;
  @Text({ optional: true, nullable: true, max: 30 }) phone?: string | null;
  @Text({ optional: true, nullable: true, max: 200, pattern: /^[^\s@]+@[^\s@]+\.[^\s@]+$/, says: 'email must be an e-mail address' }) email?: string | null;
  @Day({ optional: true, nullable: true }) birth_date?: string | null;
  @Text({ optional: true, nullable: true, max: 500 }) address?: string | null;
  @Nested(() => EmergencyContactBody, { optional: true, listMax: 5 }) emergency_contacts?: EmergencyContactBody[];
  @Text({ optional: true, nullable: true, max: 2000 }) notes?: string | null;
  @Uuid({ optional: true, nullable: true }) park_id?: string | null;
  @Text({ optional: true, max: 40, listMax: 20 }) tags?: string[];
  @Day({ optional: true, nullable: true }) hired_on?: string | null;
  @Uuid({ optional: true, nullable: true }) user_id?: string | null;
}

export class ChangeDriverStatusBody {
  @OneOf(statuses) status: Status;
  @Text({ optional: true, max: 500 }) reason?: string;
}

export class BlacklistBody {
  @Text({ max: 500 }) reason: string;
}

export class MergeDriverBody {
  @Uuid({ about: 'The row that goes; everything it has moves here.' }) duplicate_id: string;
}

export class DriverWarningView {
  @Text() code: string;
  @Text() detail: string;
  @Uuid({ nullable: true }) driver_id: string | null;
}

/** What a list shows: enough to tell people apart, no more. */
export class DriverSummaryView {
  @Uuid() id: string;
  @Int({ about: 'Short number; it stays when the person is erased.' }) driver_no: number;
  @Text({ nullable: true, about: 'null once the person is erased.' }) name: string | null;
  @Text({ nullable: true }) phone: string | null;
  @OneOf(statuses) status: Status;
  @Instant() status_since: Date;
  @Uuid({ nullable: true }) park_id: string | null;
  @Text({ listMax: 20 }) tags: string[];
  @Day({ nullable: true }) hired_on: string | null;
  @Day({ nullable: true }) left_on: string | null;
  @Instant({ nullable: true }) blacklisted_at: Date | null;
  @Instant({ nullable: true }) erased_at: Date | null;
  @Int() version: number;
}

export class DriverView extends DriverSummaryView {
  @Text({ nullable: true }) email: string | null;
  @Day({ nullable: true }) birth_date: string | null;
  @Text({ nullable: true }) address: string | null;
  @Nested(() => EmergencyContactBody, { listMax: 5 }) emergency_contacts: EmergencyContactBody[];
  @Text({ nullable: true }) notes: string | null;
  @Uuid({ nullable: true }) user_id: string | null;
  @Text({ nullable: true }) blacklisted_by: string | null;
  @Text({ nullable: true }) blacklist_reason: string | null;
  @Instant() created_at: Date;
  @Instant() updated_at: Date;
}

export class DriverWithWarningsView extends DriverView {
  @Nested(() => DriverWarningView, { listMax: 10 }) warnings: DriverWarningView[];
}

export class DriverChangeView {
  @Text() id: string;
  @Uuid({ about: 'The row it happened to; another than the one asked for when it was merged in.' }) driver_id: string;
  @Instant() at: Date;
  @Text() action: string;
  @OneOf(['user', 'client', 'system']) actor_kind: string;
  @Text() actor_id: string;
  @Text({ nullable: true }) reason: string | null;
  @Json({ about: 'Ids, codes and days.' }) facts: Record<string, unknown>;
  @Json({ nullable: true, about: 'Field -> [before, after]; null once the person is erased.' }) changes: Record<string, unknown> | null;
}

export class DriverQuery extends ListQuery {
  @Text({ optional: true, max: 80, about: 'Beginnings of words of the name (three letters or more), a whole phone number, e-mail address or driver number.' }) q?: string;
  @OneOf(statuses, { optional: true }) status?: Status;
  @Uuid({ optional: true }) park_id?: string;
  @Text({ optional: true, max: 40 }) tag?: string;
  @Flag({ optional: true, fromText: true }) blacklisted?: boolean;
  @Flag({ optional: true, fromText: true, about: 'Erased drivers are left out unless asked for.' }) erased?: boolean;
}

export class DriverExportQuery extends DriverQuery {
  @OneOf(['csv', 'xlsx'], { optional: true, about: 'csv unless said.' }) format?: 'csv' | 'xlsx';
}
