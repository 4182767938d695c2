import { Instant, Int, ListQuery, OneOf, Text, Uuid } from '@fleet/platform/http';

export const aliasKinds = ['fuel_type', 'department', 'plate'] as const;

export class AliasQuery extends ListQuery {
  @OneOf(aliasKinds, { optional: true }) kind?: string;
}

export class TeachAliasBody {
  @OneOf(aliasKinds) kind: 'fuel_type' | 'department' | 'plate';
  @Text({ max: 100, about: 'Capitals, spaces and signs make no difference.' }) spelling: string;
  @Text({ max: 100, about: 'What it means: a fuel type, a department, or the plate of a vehicle of the fleet.' }) canonical: string;
}

export class AliasView {
  @Uuid() id: string;
  @OneOf(aliasKinds) kind: string;
  @Text() spelling: string;
  @Text() spelling_key: string;
  @Text() canonical: string;
  @Text({ about: 'Who taught it; transport_registry for departments that stand there.' }) taught_by: string;
  @Instant() created_at: Date;
}

export class TaughtAliasView extends AliasView {
  @Int({ about: 'Records read again in this light.' }) rederived_count: number;
}
