import { ActionIcon, Anchor, Button, Group, Stack, Text, TextInput, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take, type Schemas } from '../../api/client';
import { useFormat } from '../../app/me';
import { ExportButton } from '../../kit/export-button';
import { Icon } from '../../kit/icons';
import { useParamsInUrl } from '../../kit/search-params';
import { Nothing, Trouble, Waiting } from '../../kit/states';
import { dayOf } from '../../kit/zoned';
import { DataTable, type DataColumn } from './data-table';
import { consumptionOf } from './units';
import { useConsumption, VehicleLink } from './words';

export type MonthRow = Schemas['MonthlyVehicleView'] | Schemas['VehicleMonthView'];
const shownStep = 200;

/** Where the list behind a line is: the same filters, on the page of fill-ups. */
export const listBehind = (rows: string): string => `/fill-ups?${rows.split('?')[1] ?? ''}`;

const shifted = (month: string, by: number): string => {
  const [year = 0, number = 1] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number - 1 + by, 15)).toISOString().slice(0, 7);
};

/** What every vehicle was given and cost in a month of the account. Currencies are never added up. */
export default function MonthPage(): ReactNode {
  const { t } = useTranslation();
  const zone = useFormat().habits.timeZone;
  const [params, setParams] = useParamsInUrl();
  const present = dayOf(Date.now(), zone).slice(0, 7);
  const month = params['month'] ?? present;
  useEffect(() => {
    // The export takes the month from the address.
    if (!params['month']) setParams({ month: present });
  }, [params, present, setParams]);
  const { data, error, refetch } = useQuery({ queryKey: ['/api/v1/fuel_log/reports/monthly', month], queryFn: () => take(api.GET('/api/v1/fuel_log/reports/monthly', { params: { query: { month } } })) });
  return (
    <Stack gap="sm">
      <Group justify="space-between" gap="xs">
        <Title order={1} size="h3">
          {t('fuel:month.nav')}
        </Title>
        <Group gap="xs">
          <ActionIcon variant="default" size={30} aria-label={t('fuel:month.before')} onClick={() => setParams({ month: shifted(month, -1) })}>
            <Icon name="back" size={16} />
          </ActionIcon>
          <TextInput size="xs" type="month" aria-label={t('fuel:month.month')} value={month} max={present} onChange={(event) => /^\d{4}-\d\d$/.test(event.currentTarget.value) && setParams({ month: event.currentTarget.value })} />
          <ActionIcon variant="default" size={30} aria-label={t('fuel:month.after')} disabled={month >= present} onClick={() => setParams({ month: shifted(month, 1) })}>
            <Icon name="next" size={16} />
          </ActionIcon>
          <ExportButton path="/api/v1/fuel_log/reports/monthly/export" names={['month']} />
        </Group>
      </Group>
      {error ? <Trouble error={error} again={() => void refetch()} /> : !data ? <Waiting /> : data.vehicles.length === 0 ? <Nothing title={t('fuel:month.none')} /> : <Report of={data} />}
    </Stack>
  );
}

function Report({ of }: { of: Schemas['MonthlyReportView'] }): ReactNode {
  const { t } = useTranslation();
  const [shown, setShown] = useState(shownStep);
  const columns = useMonthColumns();
  const totals = useTotalColumns<Schemas['MonthlyTotalView']>();
  return (
    <Stack gap="sm">
      <Text size="xs" c="dimmed">
        {t('fuel:month.zone', { zone: of.time_zone })}
      </Text>
      <DataTable caption={t('fuel:totals')} rows={of.totals} keyOf={(row) => row.currency} columns={[{ id: 'currency', header: t('fuel:totals'), cell: (row) => row.currency }, ...totals]} />
      <DataTable caption={t('fuel:month.nav')} rows={of.vehicles.slice(0, shown)} keyOf={(row) => `${row.vehicle_id}${row.currency}`} columns={[{ id: 'vehicle', header: t('drivers:vehicle'), cell: (row) => <VehicleLink id={row.vehicle_id} plate={row.plate} /> }, ...columns]} />
      {of.vehicles.length > shown && (
        <Group>
          <Button size="xs" variant="light" onClick={() => setShown(shown + shownStep)}>
            {t('kit:list.more')}
          </Button>
        </Group>
      )}
    </Stack>
  );
}

function useTotalColumns<Row extends Schemas['MonthlyTotalView']>(): DataColumn<Row>[] {
  const { t } = useTranslation();
  const kwh = t('fuel:quantity_unit.kwh');
  const format = useFormat();
  return [
    { id: 'fuel', header: t('fuel:field.fuel_quantity'), cell: (row) => [row.fuel_l ? format.fuel(row.fuel_l) : '', row.energy_kwh ? `${format.number(row.energy_kwh, 1)} ${kwh}` : ''].filter(Boolean).join(' · ') || '–', right: true },
    { id: 'cost', header: t('fuel:field.total'), cell: (row) => format.money(row.cost_minor, row.currency), right: true },
    { id: 'price', header: t('fuel:month.average_price'), cell: (row) => [row.average_price_per_l !== null ? `${format.money(row.average_price_per_l, row.currency)} / ${t('fuel:quantity_unit.l')}` : '', row.average_price_per_kwh !== null ? `${format.money(row.average_price_per_kwh, row.currency)} / ${kwh}` : ''].filter(Boolean).join(' · ') || '–', right: true },
  ];
}

/** A line of a month; its number of fill-ups opens them. */
export function useMonthColumns(): DataColumn<MonthRow>[] {
  const { t } = useTranslation();
  const format = useFormat();
  const consumption = useConsumption();
  const used = (row: MonthRow): string => {
    const perHundred = (value: number | null): number => (value === null ? 0 : value);
    return consumption.show(consumptionOf(100, perHundred(row.l_per_100km), perHundred(row.kwh_per_100km)));
  };
  return [
    {
      id: 'fills',
      header: t('fuel:nav'),
      cell: (row) => (
        <Anchor component={Link} to={listBehind(row.rows)} size="sm" aria-label={t('fuel:month.open', { count: row.fill_ups })}>
          {format.number(row.fill_ups)}
        </Anchor>
      ),
      right: true,
    },
    ...useTotalColumns<MonthRow>(),
    { id: 'distance', header: t('drivers:shifts.distance'), cell: (row) => format.distance(row.distance_km), right: true },
    { id: 'use', header: t('fuel:use.consumption'), cell: used, right: true },
  ];
}
