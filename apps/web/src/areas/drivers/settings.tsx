import { ActionIcon, Button, Checkbox, Group, Input, Stack, Text, TextInput, Title } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ifMatch, take, type Schemas } from '../../api/client';
import { useMay } from '../../app/me';
import { openDialog } from '../../kit/dialogs';
import { Facts } from '../../kit/detail';
import { EditForm } from '../../kit/form/edit-form';
import type { Field, Value, Values } from '../../kit/form/fields';
import { Icon } from '../../kit/icons';
import { useOptions } from '../../kit/options';
import { Trouble, Waiting } from '../../kit/states';
import { done } from '../../kit/toast';
import { driverPaperKinds } from './words';

type Settings = Schemas['SettingsView'];
type Item = Settings['checklist'][number];
const path = '/api/v1/driver_module/settings';
const read = (): Promise<Settings> => take(api.GET(path));

const textOf = ({ key, title, required }: Item): string => JSON.stringify([key, title, required]);
function itemOf(text: string): Item {
  const [key, title, required] = JSON.parse(text) as [string, string, boolean];
  return { key, title, required };
}
/** A form knows texts, so each step of the checklist is kept as one. */
const flat = (settings: Settings): Values & { version: number } => ({ ...settings, checklist: settings.checklist.map(textOf) });
/** A step's key is its name for good; it is made from the first title. */
const keyOf = (title: string): string => title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_').replaceAll(/^_+|_+$/g, '').slice(0, 40);

/** What the account asks of everybody who drives. */
export default function DriverSettingsPage(): ReactNode {
  const { t } = useTranslation();
  const may = useMay();
  const { data, error, refetch } = useQuery({ queryKey: [path], queryFn: read });
  if (error) return <Trouble error={error} again={() => void refetch()} />;
  if (!data) return <Waiting />;
  const minutes = (value: number): string => t('drivers:settings.minutes', { count: value });
  const days = (value: number): string => t('vehicles:papers.days', { count: value });
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <Title order={1} size="h3">
          {t('drivers:settings.nav')}
        </Title>
        {may('driver_module.setting.write') && (
          <Button size="xs" variant="default" onClick={() => openDialog(t('drivers:settings.nav'), (close) => <Edit settings={data} close={close} />, 'lg')}>
            {t('kit:edit')}
          </Button>
        )}
      </Group>
      <Facts
        facts={[
          [t('drivers:settings.required_documents'), data.required_documents.map((kind) => t(`drivers:papers.kind.${kind}`)).join(', ') || null],
          [t('drivers:settings.expiring_days'), days(data.expiring_days)],
          [t('drivers:settings.shift_max_minutes'), minutes(data.shift_max_minutes)],
          [t('drivers:settings.rest_min_minutes'), minutes(data.rest_min_minutes)],
          [t('drivers:settings.rating_counts_days'), days(data.rating_counts_days)],
        ]}
      />
      <section className="card" aria-label={t('drivers:settings.checklist')}>
        <Title order={2} size="h5">
          {t('drivers:settings.checklist')}
        </Title>
        <Stack component="ol" gap={2}>
          {data.checklist.map((item) => (
            <Text component="li" size="sm" key={item.key}>
              {item.title} {!item.required && `(${t('drivers:settings.optional')})`}
            </Text>
          ))}
        </Stack>
      </section>
    </Stack>
  );
}

function Edit({ settings, close }: { settings: Settings; close: () => void }): ReactNode {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const label = (name: string): string => t(`drivers:settings.${name}`);
  const fields: Field[] = [
    { name: 'required_documents', label: label('required_documents'), kind: 'multi', options: useOptions('drivers:papers.kind', driverPaperKinds), wide: true, help: label('required_help') },
    { name: 'expiring_days', label: label('expiring_days'), kind: 'number', min: 1, max: 365, required: true },
    { name: 'rating_counts_days', label: label('rating_counts_days'), kind: 'number', min: 1, max: 3650, required: true },
    { name: 'shift_max_minutes', label: label('shift_max_minutes'), kind: 'number', min: 60, max: 2880, unit: 'min', required: true },
    { name: 'rest_min_minutes', label: label('rest_min_minutes'), kind: 'number', min: 0, max: 2880, unit: 'min', required: true },
    { name: 'checklist', label: label('checklist'), wide: true, input: (given) => <Steps {...given} /> },
  ];
  return (
    <EditForm
      fields={fields}
      subject={flat(settings)}
      reload={async () => flat(await read())}
      save={async (changes, version) => {
        const { checklist, ...rest } = changes;
        const body = { ...rest, ...(Array.isArray(checklist) ? { checklist: checklist.map(itemOf).map((item) => ({ ...item, key: item.key || keyOf(item.title) })) } : {}) };
        await api.PATCH(path, { params: { header: ifMatch(version) }, body: body as never });
        done(t('kit:saved'));
      }}
      onDone={() => {
        close();
        void queries.invalidateQueries({ queryKey: [path] });
      }}
      onCancel={close}
    />
  );
}

function Steps({ value, fault, onChange }: { value: Value | undefined; fault: string | undefined; onChange: (value: Value) => void }): ReactNode {
  const { t } = useTranslation();
  const items = (Array.isArray(value) ? value : []).map(itemOf);
  const put = (next: readonly Item[]): void => onChange(next.map(textOf));
  const change = (index: number, item: Item): void => put(items.map((old, i) => (i === index ? item : old)));
  return (
    <Input.Wrapper label={t('drivers:settings.checklist')} error={fault} labelElement="div">
      <Stack gap={6} mt={4} role="group" aria-label={t('drivers:settings.checklist')}>
        {items.map((item, index) => (
          <Group key={index} gap={8} wrap="nowrap">
            <TextInput size="sm" flex={1} aria-label={t('drivers:settings.step')} value={item.title} onChange={(event) => change(index, { ...item, title: event.currentTarget.value })} />
            <Checkbox size="sm" label={t('drivers:settings.needed')} checked={item.required} onChange={(event) => change(index, { ...item, required: event.currentTarget.checked })} />
            <ActionIcon variant="subtle" color="gray" aria-label={t('drivers:settings.remove_step')} onClick={() => put(items.filter((_, i) => i !== index))}>
              <Icon name="close" size={16} />
            </ActionIcon>
          </Group>
        ))}
        <Button size="compact-sm" variant="default" w="fit-content" leftSection={<Icon name="plus" size={14} />} onClick={() => put([...items, { key: '', title: '', required: true }])}>
          {t('drivers:settings.add_step')}
        </Button>
      </Stack>
    </Input.Wrapper>
  );
}
