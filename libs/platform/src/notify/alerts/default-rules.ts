import { createHash } from 'node:crypto';
import type { Role } from '../../auth/roles';
import { staff } from '../../auth/roles';
import type { Severity } from '../catalogue';
import type { Filter } from '../rules/filters';

export type Channel = 'in_app' | 'email';
export const channels: readonly Channel[] = ['in_app', 'email'];

/** A rule as `notify.rule` has it. */
export interface RuleRow {
  id: string;
  account_id: string;
  default_key: string | null;
  name: string;
  enabled: boolean;
  event_types: string[];
  filters: Filter[];
  min_severity: Severity;
  user_ids: string[];
  roles: Role[];
  addresses_sealed: Buffer | null;
  channels: Channel[];
  quiet_from: string | null;
  quiet_to: string | null;
  urgent_breaks_through: boolean;
  coalesce_min: number;
  created_by: string;
  created_at: Date;
  version: number;
}

type Default = Pick<RuleRow, 'name' | 'event_types' | 'min_severity' | 'roles' | 'channels' | 'quiet_from' | 'quiet_to' | 'coalesce_min'>;

/** Rules every account has until it changes or switches them off. They live here, so that new ones reach old accounts too. */
const defaults: Readonly<Record<string, Default>> = {
  warnings_in_app: { name: 'Warnings and worse, to staff', event_types: ['*'], min_severity: 'warning', roles: [...staff], channels: ['in_app'], quiet_from: null, quiet_to: null, coalesce_min: 60 },
  critical_by_email: { name: 'What is critical, to admins by e-mail', event_types: ['*'], min_severity: 'critical', roles: ['admin'], channels: ['email'], quiet_from: '22:00', quiet_to: '06:00', coalesce_min: 30 },
};

/** The least grave event that some default rule tells of. */
export const defaultsFrom: Severity = 'warning';

/** The same id for the same account each time, so that a default can be addressed before anybody changed it. */
function defaultId(accountId: string, key: string): string {
  const hex = createHash('sha256').update(`notify.rule:${accountId}:${key}`).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join('-');
}

export function defaultRules(accountId: string): RuleRow[] {
  return Object.entries(defaults).map(([key, rule]) => ({
    ...rule,
    id: defaultId(accountId, key),
    account_id: accountId,
    default_key: key,
    enabled: true,
    filters: [],
    user_ids: [],
    addresses_sealed: null,
    urgent_breaks_through: true,
    created_by: 'house',
    created_at: new Date('2026-01-01T00:00:00Z'),
    version: 1,
  }));
}

/** Every rule of the account $1, with the defaults ($2, as JSON) it has not changed. */
export const rulesSql = `(select * from notify.rule where account_id = $1
  union all select d.* from jsonb_populate_recordset(null::notify.rule, $2::jsonb) d
   where not exists (select from notify.rule r where r.account_id = $1 and r.default_key = d.default_key)) r`;
