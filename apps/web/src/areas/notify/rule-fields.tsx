import type { Schemas } from '../../api/client';
import type { Field, Value, Values } from '../../kit/form/fields';
import { useOptions } from '../../kit/options';
import { useTranslation } from 'react-i18next';
import { roles } from '../admin/words';
import { Conditions, conditionOf, textOf } from './conditions';
import { channels, severities, useEventTypes, usePeople } from './words';

export type Rule = Schemas['RuleView'];

/** The rule as a form knows it: one value a field. */
export function valuesOf(rule: Rule): Values & { version: number } {
  const { quiet, filters } = rule;
  return {
    name: rule.name,
    event_types: rule.event_types,
    filters: filters.map(textOf),
    min_severity: rule.min_severity,
    roles: rule.roles,
    user_ids: rule.user_ids,
    addresses: rule.addresses,
    channels: rule.channels,
    quiet_from: quiet?.from ?? null,
    quiet_to: quiet?.to ?? null,
    urgent: quiet?.urgent ?? 'breaks_through',
    coalesce_min: rule.coalesce_min,
    enabled: rule.enabled,
    version: rule.version,
  };
}

const list = (value: Value | undefined): string[] => (Array.isArray(value) ? value : []);
const quietNames = ['quiet_from', 'quiet_to', 'urgent'];

/** What of it the server is told; `names` limits it to what was changed. */
export function bodyOf(values: Values, names: readonly string[] = Object.keys(values)): Schemas['RuleBody'] {
  const { quiet_from, quiet_to, urgent } = values;
  const said = Object.fromEntries(names.filter((name) => !quietNames.includes(name) && name !== 'version').map((name) => [name, name === 'filters' ? list(values[name]).map(conditionOf) : (values[name] ?? [])]));
  const quiet = quiet_from || quiet_to ? { from: quiet_from ?? '', to: quiet_to ?? '', urgent: urgent ?? 'breaks_through' } : null;
  return { ...said, ...(names.some((name) => quietNames.includes(name)) ? { quiet } : {}) } as unknown as Schemas['RuleBody'];
}

export function useRuleFields(): Field[] {
  const { t } = useTranslation();
  const label = (name: string): string => t(`notify:rule.${name}`);
  return [
    { name: 'name', label: label('name'), required: true, wide: true },
    { name: 'event_types', label: label('event_types'), kind: 'multi', options: useEventTypes(), required: true, wide: true },
    { name: 'filters', label: label('filters'), wide: true, input: (given) => <Conditions {...given} /> },
    { name: 'min_severity', label: label('min_severity'), kind: 'select', options: useOptions('notify:severity', severities), required: true },
    { name: 'channels', label: label('channels'), kind: 'multi', options: useOptions('notify:channel', channels), required: true },
    { name: 'roles', label: label('roles'), kind: 'multi', options: useOptions('kit:roles', roles) },
    { name: 'user_ids', label: label('user_ids'), kind: 'multi', options: usePeople() },
    { name: 'addresses', label: label('addresses'), kind: 'tags', wide: true, help: label('addresses_help') },
    { name: 'quiet_from', label: label('quiet_from'), kind: 'time', help: label('quiet_help') },
    { name: 'quiet_to', label: label('quiet_to'), kind: 'time' },
    { name: 'urgent', label: label('urgent_label'), kind: 'select', options: useOptions('notify:rule.urgent', ['breaks_through', 'waits']), required: true },
    { name: 'coalesce_min', label: label('coalesce_min'), kind: 'number', min: 0, max: 10_080, unit: 'min', help: label('coalesce_help') },
    { name: 'enabled', label: label('enabled'), kind: 'flag' },
  ];
}
