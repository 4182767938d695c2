import { Flag, Instant, Int, Nested, OneOf, Text, Uuid } from '../../http';
import { roles } from '../../auth/roles';
import { severities } from '../catalogue';
import { comparisons } from '../rules/filters';
import { channels } from './default-rules';

export const time = { pattern: /^([01]\d|2[0-3]):[0-5]\d$/, max: 5, example: '22:00' };

export class FilterField {
  @Text({ max: 120, pattern: /^[a-z0-9_]+(\.[a-z0-9_]+)*$/, example: 'kind', about: 'A field of what the event says; `place.lat` reaches inside.' }) field: string;
  @OneOf(comparisons, { name: 'Comparison' }) is: (typeof comparisons)[number];
  @Text({ listMax: 50, max: 200, about: '`is` and `is_not` take any of these, `over` and `under` one number, `present` none.' }) values: string[];
}

export class QuietField {
  @Text({ ...time, about: 'By the clock of the account.' }) from: string;
  @Text({ ...time, example: '06:00' }) to: string;
  @OneOf(['breaks_through', 'waits'], { name: 'UrgentPolicy', about: 'Whether what is critical is sent at once or waits for the morning too.' }) urgent: 'breaks_through' | 'waits';
}

const address = { max: 254, pattern: /^[^@\s,;:<>"()[\]\\]+@[^@\s,;:<>"()[\]\\]+$/, says: '$property must hold e-mail addresses' };

export class RuleBody {
  @Text({ max: 120 }) name: string;
  @Text({ listMax: 100, max: 120, example: ['*'], about: 'Names of events, `subsystem.*`, or `*`.' }) event_types: string[];
  @Nested(() => FilterField, { optional: true, listMax: 20 }) filters?: FilterField[];
  @OneOf(severities, { optional: true, name: 'Severity', about: 'Only what is at least this grave; `info` unless said.' }) min_severity?: (typeof severities)[number];
  @Uuid({ optional: true, listMax: 200 }) user_ids?: string[];
  @OneOf(roles, { optional: true, listMax: 5 }) roles?: (typeof roles)[number][];
  @Text({ optional: true, listMax: 20, ...address, example: ['workshop@example.org'], about: 'People outside; they get e-mail whatever the event.' }) addresses?: string[];
  @OneOf(channels, { listMax: 2 }) channels: ('in_app' | 'email')[];
  @Nested(() => QuietField, { optional: true, nullable: true, about: 'Hours in which e-mail is held; the inbox fills at once.' }) quiet?: QuietField | null;
  @Int({ optional: true, min: 0, max: 10_080, about: 'Repeats about the same subject within so many minutes are put together; 0 for none.' }) coalesce_min?: number;
  @Flag({ optional: true }) enabled?: boolean;
}

export class AmendRuleBody {
  @Text({ optional: true, max: 120 }) name?: string;
  @Text({ optional: true, listMax: 100, max: 120 }) event_types?: string[];
  @Nested(() => FilterField, { optional: true, listMax: 20 }) filters?: FilterField[];
  @OneOf(severities, { optional: true, name: 'Severity' }) min_severity?: (typeof severities)[number];
  @Uuid({ optional: true, listMax: 200 }) user_ids?: string[];
  @OneOf(roles, { optional: true, listMax: 5 }) roles?: (typeof roles)[number][];
  @Text({ optional: true, listMax: 20, ...address }) addresses?: string[];
  @OneOf(channels, { optional: true, listMax: 2 }) channels?: ('in_app' | 'email')[];
  @Nested(() => QuietField, { optional: true, nullable: true }) quiet?: QuietField | null;
  @Int({ optional: true, min: 0, max: 10_080 }) coalesce_min?: number;
  @Flag({ optional: true }) enabled?: boolean;
}

export class RuleView {
  @Uuid() id: string;
  @Flag({ about: 'Came with the house; it can be changed and switched off, not removed.' }) is_default: boolean;
  @Text() name: string;
  @Flag() enabled: boolean;
  @Text({ listMax: 100 }) event_types: string[];
  @Nested(() => FilterField, { listMax: 20 }) filters: FilterField[];
  @OneOf(severities, { name: 'Severity' }) min_severity: string;
  @Uuid({ listMax: 200 }) user_ids: string[];
  @OneOf(roles, { listMax: 5 }) roles: string[];
  @Text({ listMax: 20, max: 254 }) addresses: string[];
  @OneOf(channels, { listMax: 2 }) channels: string[];
  @Nested(() => QuietField, { nullable: true }) quiet: QuietField | null;
  @Int() coalesce_min: number;
  @OneOf(['ready', 'not_configured', 'not_used'], { about: '`not_configured`: the house has no mail server, so this rule sends no e-mail.' }) email_state: string;
  @Text() created_by: string;
  @Instant() created_at: Date;
  @Int() version: number;
}
