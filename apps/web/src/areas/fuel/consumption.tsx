import { Button, Group, Select, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take, type Schemas } from '../../api/client';
import { useFormat, useMay } from '../../app/me';
import { useOptions, useParks } from '../../kit/options';
import { useParamsInUrl } from '../../kit/search-params';
import { Nothing, Trouble, Waiting } from '../../kit/states';
import { boundsOfDay, dayOf } from '../../kit/zoned';
import { DriverLink } from '../drivers/words';
import { DataTable, type DataColumn } from './data-table';
import { SegmentRows } from './segment-rows';
import { kmPerMile } from './units';
import { UseChart } from './use-chart';
import { useConsumption, VehicleLink } from './words';

type Group_ = Schemas['EfficiencyGroupView'];
const groupings = ['vehicle', 'driver', 'department', 'park', 'fuel_type'] as const;
const spans = ['30', '90', '180', '365'] as const;
const dayMs = 86_400_000;
const shownStep = 100;

/** The groups whose stretches can be asked for by name; the others are opened through their vehicles. */
const filterOf: Partial<Record<(typeof groupings)[number], 'vehicle_id' | 'driver_id' | 'department' | 'park_id'>> = { vehicle: 'vehicle_id', driver: 'driver_id', department: 'department', park: 'park_id' };

/** All fuel over all kilometres of each group, over time, and every figure down to its stretches. */
export default function ConsumptionPage(): ReactNode {
  const { t } = useTranslation();
  const zone = useFormat().habits.timeZone;
  const consumption = useConsumption();
  const [params, setParams] = useParamsInUrl();
  const by = groupings.find((g) => g === params['by']) ?? 'vehicle';
  const days = spans.find((s) => s === params['days']) ?? '90';
  // Whole days, so that the same question stays the same until midnight.
  const to = Date.parse(boundsOfDay(dayOf(Date.now(), zone), zone).to);
  const from = to - Number(days) * dayMs;
  const period = { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
  const { data, error, refetch } = useQuery({ queryKey: ['/api/v1/fuel_log/efficiency', by, period], queryFn: () => take(api.GET('/api/v1/fuel_log/efficiency', { params: { query: { by, ...period } } })) });
  const group = params['group'];
  const filter = filterOf[by];
  return (
    <Stack gap="sm">
      <Group justify="space-between" gap="xs" align="flex-end">
        <Title order={1} size="h3">
          {t('fuel:use.nav')}
        </Title>
        <Group gap="xs">
          <Select size="xs" w={150} aria-label={t('fuel:use.by_label')} data={useOptions('fuel:use.by', groupings)} value={by} onChange={(next) => next && setParams({ by: next, group: undefined })} allowDeselect={false} />
          <Select size="xs" w={130} aria-label={t('fuel:use.period')} data={spans.map((value) => ({ value, label: t('fuel:use.days', { count: Number(value) }) }))} value={days} onChange={(next) => next && setParams({ days: next })} allowDeselect={false} />
          {consumption.choice}
        </Group>
      </Group>
      {error ? (
        <Trouble error={error} again={() => void refetch()} />
      ) : !data ? (
        <Waiting />
      ) : data.groups.length === 0 ? (
        <Nothing title={t('fuel:use.none')} hint={t('fuel:use.none_hint')} />
      ) : (
        <>
          <UseChart from={from} to={to} filter={group && filter ? { [filter]: group } : {}} title={group ? <Name by={by} group={data.groups.find((g) => g.key === group)} /> : t('fuel:use.everything')} />
          {group && filter && <SegmentRows period={period} filter={{ [filter]: group }} onClose={() => setParams({ group: undefined })} />}
          <Groups by={by} data={data} group={group} onOpen={filter ? (key) => setParams({ group: key === group ? undefined : key }) : undefined} />
        </>
      )}
    </Stack>
  );
}

function Name({ by, group }: { by: string; group: Group_ | undefined }): ReactNode {
  const { t } = useTranslation();
  const may = useMay();
  const parks = useParks();
  const key = group?.key;
  if (!key) return <span>{t(`fuel:use.nobody.${by}`)}</span>;
  if (by === 'vehicle') return <VehicleLink id={key} plate={group?.label ?? null} />;
  if (by === 'driver') return may('driver_module.driver.read') ? <DriverLink id={key} number={0} /> : <span>{key.slice(0, 8)}</span>;
  if (by === 'park') return <span>{parks.nameOf(key)}</span>;
  return <span>{by === 'fuel_type' ? t(`vehicles:fuel.${key}`, { defaultValue: key }) : key}</span>;
}

interface GroupsProps {
  by: (typeof groupings)[number];
  data: Schemas['FleetEfficiencyView'];
  group: string | undefined;
  onOpen: ((key: string) => void) | undefined;
}

function Groups({ by, data, group, onOpen }: GroupsProps): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const consumption = useConsumption();
  const [shown, setShown] = useState(shownStep);
  const columns: DataColumn<Group_>[] = [
    { id: 'name', header: t(`fuel:use.by.${by}`), cell: (g) => <Name by={by} group={g} /> },
    { id: 'use', header: t('fuel:use.consumption'), cell: (g) => consumption.show(g), right: true },
    { id: 'distance', header: t('drivers:shifts.distance'), cell: (g) => format.distance(g.distance_km), right: true },
    { id: 'fuel', header: t('fuel:field.fuel_quantity'), cell: (g) => [g.fuel_l !== null && format.fuel(g.fuel_l), g.energy_kwh !== null && `${format.number(g.energy_kwh)} ${t('fuel:quantity_unit.kwh')}`].filter(Boolean).join(' · ') || '–', right: true },
    { id: 'cost', header: t('fuel:field.total'), cell: (g) => (g.cost_minor === null ? '–' : format.money(g.cost_minor, g.currency ?? undefined)), right: true },
    { id: 'per_km', header: t('fuel:use.cost_per', { distance: t(`fuel:distance_unit.${format.habits.distanceUnit}`) }), cell: (g) => (g.cost_minor_per_km === null ? '–' : format.money(g.cost_minor_per_km * (format.habits.distanceUnit === 'mi' ? kmPerMile : 1), g.currency ?? undefined)), right: true },
    { id: 'co2', header: t('fuel:use.carbon'), cell: (g) => (g.co2_kg === null ? '–' : `${format.number(g.co2_kg)} kg`), right: true },
    {
      id: 'rows',
      header: t('fuel:use.stretches'),
      cell: (g) =>
        onOpen && g.key ? (
          <Button size="compact-xs" variant={g.key === group ? 'filled' : 'subtle'} aria-pressed={g.key === group} onClick={() => g.key && onOpen(g.key)}>
            {format.number(g.segments)}
          </Button>
        ) : (
          format.number(g.segments)
        ),
      right: true,
    },
  ];
  const total: Group_ = { ...data.total, key: null, label: null, segments: data.groups.reduce((sum, g) => sum + g.segments, 0), rows: null };
  return (
    <Stack gap="xs">
      <DataTable caption={t('fuel:use.nav')} columns={columns} rows={data.groups.slice(0, shown)} keyOf={(g) => g.key ?? ''} total={{ row: total, label: t('fuel:use.everything') }} />
      <Text size="xs" c="dimmed">
        {t('fuel:use.lead')}
      </Text>
      {data.groups.length > shown && (
        <Group>
          <Button size="xs" variant="light" onClick={() => setShown(shown + shownStep)}>
            {t('kit:list.more')}
          </Button>
        </Group>
      )}
    </Stack>
  );
}
