import { ActionIcon, Autocomplete, Button, Group, Input, Select, Stack, TagsInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../api/client';
import type { Value } from '../../kit/form/fields';
import { Icon } from '../../kit/icons';
import { useOptions } from '../../kit/options';

type Condition = Schemas['FilterField'];
const comparisons = ['is', 'is_not', 'over', 'under', 'present'] as const;
/** What events say most often; any other field can be typed. */
const fields = ['kind', 'state', 'vehicle_id', 'driver_id', 'park_id', 'value', 'place.lat', 'details.name', 'days_left', 'amount_minor'];
const detections = ['overspeed', 'geofence_enter', 'geofence_exit', 'geofence_dwell', 'device_silent', 'new_dtc', 'towing_suspected', 'jamming_suspected', 'harsh_acceleration', 'harsh_braking', 'harsh_cornering', 'idling'];

/** A form's value is text, so each condition is kept as one. */
export const textOf = (condition: Condition): string => JSON.stringify([condition.field, condition.is, condition.values]);
export function conditionOf(text: string): Condition {
  const [field, is, values] = JSON.parse(text) as [string, Condition['is'], string[]];
  return { field, is, values: is === 'present' ? [] : values };
}

/** All of them must hold for somebody to be told. */
export function Conditions({ value, fault, onChange }: { value: Value | undefined; fault: string | undefined; onChange: (value: Value) => void }): ReactNode {
  const { t } = useTranslation();
  const conditions = (Array.isArray(value) ? value : []).map(conditionOf);
  const put = (next: readonly Condition[]): void => onChange(next.map(textOf));
  return (
    <Input.Wrapper label={t('notify:rule.filters')} description={t('notify:rule.filters_help')} error={fault} labelElement="div">
      <Stack gap={6} mt={4} role="group" aria-label={t('notify:rule.filters')}>
        {conditions.map((condition, index) => (
          <Row key={index} condition={condition} onChange={(next) => put(conditions.map((one, i) => (i === index ? next : one)))} onRemove={() => put(conditions.filter((_, i) => i !== index))} />
        ))}
        <Button size="compact-sm" variant="default" w="fit-content" leftSection={<Icon name="plus" size={14} />} onClick={() => put([...conditions, { field: 'kind', is: 'is', values: [] }])}>
          {t('notify:rule.add_filter')}
        </Button>
      </Stack>
    </Input.Wrapper>
  );
}

function Row({ condition, onChange, onRemove }: { condition: Condition; onChange: (next: Condition) => void; onRemove: () => void }): ReactNode {
  const { t } = useTranslation();
  return (
    <Group gap={6} wrap="wrap" align="flex-start">
      <Autocomplete size="sm" w={140} aria-label={t('notify:rule.filter_field')} data={fields} value={condition.field} onChange={(field) => onChange({ ...condition, field })} />
      <Select size="sm" w={130} aria-label={t('notify:rule.filter_is')} data={useOptions('notify:rule.comparison', comparisons)} value={condition.is} allowDeselect={false} onChange={(is) => onChange({ ...condition, is: is as Condition['is'] })} />
      {condition.is !== 'present' && (
        <TagsInput size="sm" flex={1} miw={160} aria-label={t('notify:rule.filter_values')} data={condition.field === 'kind' ? detections : []} value={condition.values} onChange={(values) => onChange({ ...condition, values })} acceptValueOnBlur />
      )}
      <ActionIcon variant="subtle" color="gray" mt={4} aria-label={t('notify:rule.remove_filter')} onClick={onRemove}>
        <Icon name="close" size={16} />
      </ActionIcon>
    </Group>
  );
}
