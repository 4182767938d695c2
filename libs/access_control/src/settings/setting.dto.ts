import { Flag, Instant, Int, Text } from '@fleet/platform/http';

export class AmendImmobilizingBody {
  @Flag({ optional: true, about: 'Remote immobilization for the whole account; off until somebody switches it on.' }) immobilizing?: boolean;
  @Text({ optional: true, min: 10, max: 1000, about: 'On what ground the account may stop vehicles from afar: contract clause, consent, law. Needed to switch it on.' }) legal_basis?: string;
  @Flag({ optional: true, about: 'A second permitted person must approve each immobilization.' }) second_approver?: boolean;
  @Int({ optional: true, min: 1, max: 60, about: 'How long a request waits for the second person.' }) approval_minutes?: number;
  @Int({ optional: true, min: 1, max: 100 }) vehicle_per_hour?: number;
  @Int({ optional: true, min: 1, max: 1000 }) person_per_hour?: number;
  @Int({ optional: true, min: 1, max: 10_000 }) account_per_hour?: number;
}

export class KillSwitchBody {
  @Text({ min: 4, max: 300 }) reason: string;
}

export class ImmobilizingView {
  @Flag() immobilizing: boolean;
  @Text({ nullable: true }) legal_basis: string | null;
  @Flag() second_approver: boolean;
  @Int() approval_minutes: number;
  @Int() vehicle_per_hour: number;
  @Int() person_per_hour: number;
  @Int() account_per_hour: number;
  @Instant({ nullable: true, about: 'Since when the kill switch is on; null while it is off.' }) stopped_at: Date | null;
  @Text({ nullable: true }) stopped_by: string | null;
  @Text({ nullable: true }) stop_reason: string | null;
  @Instant({ nullable: true }) updated_at: Date | null;
  @Int() version: number;
}
