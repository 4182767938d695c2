import { Button, Group } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take } from '../../api/client';
import { useList } from '../../api/lists';
import { May, useFormat, useMay } from '../../app/me';
import { ExportButton } from '../../kit/export-button';
import { Icon } from '../../kit/icons';
import { ListPage } from '../../kit/list/list-page';
import type { Column, Filter } from '../../kit/list/types';
import { useOptions, useParks } from '../../kit/options';
import { useParamsInUrl } from '../../kit/search-params';
import { fillUpPath, FillUpState, fillUpStates, fuelTypes, useConsumption, useQuantity, useVehicle, Who, type FillUp } from './words';
import classes from './fuel.module.css';
import { consumptionOf } from './units';

const filterNames = ['q', 'vehicle_id', 'driver_id', 'park_id', 'from', 'to', 'fuel_type', 'state', 'currency'] as const;

export default function FillUpsPage(): ReactNode {
  const { t } = useTranslation();
  const filters = useFillUpFilters();
  return (
    <ListPage
      id="fill-ups"
      title={t('fuel:nav')}
      path={fillUpPath}
      hrefOf={(f) => `/fill-ups/${f.id}`}
      search={{ name: 'q', label: t('fuel:search') }}
      filters={filters}
      empty={{ title: t('fuel:none'), hint: t('fuel:none_hint') }}
      actions={
        <>
          <Totals />
          <ExportButton path={`${fillUpPath}/export`} names={[...filterNames, 'sort']} />
          <May permission="fuel_log.fill_up.write">
            <Button size="xs" component={Link} to="/fill-ups/new" leftSection={<Icon name="plus" size={14} />}>
              {t('fuel:add')}
            </Button>
          </May>
        </>
      }
      columns={useFillUpColumns()}
    />
  );
}

function useFillUpFilters(): Filter[] {
  const { t } = useTranslation();
  const parks = useParks();
  return [
    { name: 'vehicle_id', label: t('drivers:vehicle'), kind: 'vehicle' },
    { name: 'driver_id', label: t('drivers:driver'), kind: 'driver' },
    { name: 'from', label: t('fuel:from'), kind: 'from' },
    { name: 'to', label: t('fuel:to'), kind: 'to' },
    { name: 'fuel_type', label: t('vehicles:field.fuel_type'), options: useOptions('vehicles:fuel', fuelTypes) },
    { name: 'state', label: t('vehicles:field.status'), options: useOptions('fuel:state', fillUpStates) },
    { name: 'park_id', label: t('vehicles:field.park'), options: parks.options },
    { name: 'currency', label: t('fuel:field.currency') },
  ];
}

export function useFillUpColumns(): Column<FillUp>[] {
  const { t } = useTranslation();
  const format = useFormat();
  const parks = useParks();
  const quantity = useQuantity();
  const consumption = useConsumption();
  const struck = (f: FillUp, text: string): ReactNode => <span className={f.state === 'voided' ? `struck ${classes.one}` : classes.one}>{text}</span>;
  return [
    { id: 'date', header: t('fuel:field.fuel_date'), cell: (f) => format.dateTime(f.fuel_date), sort: 'fuel_date' },
    { id: 'plate', header: t('drivers:vehicle'), cell: (f) => <span className={classes.one}>{f.plate ?? '–'}</span>, phone: 'title' },
    { id: 'state', header: t('vehicles:field.status'), cell: (f) => <FillUpState state={f.state} /> },
    { id: 'fuel', header: t('vehicles:field.fuel_type'), cell: (f) => <span className={classes.one}>{t(`vehicles:fuel.${f.fuel_type}`)}</span> },
    { id: 'quantity', header: t('fuel:field.fuel_quantity'), cell: (f) => struck(f, `${quantity(f)}${f.is_full_tank ? '' : ` · ${t('fuel:partial')}`}`), align: 'right' },
    { id: 'cost', header: t('fuel:field.total'), cell: (f) => struck(f, format.money(f.total_cost_minor, f.currency)), sort: 'total_cost_minor', align: 'right' },
    { id: 'odometer', header: t('vehicles:field.odometer'), cell: (f) => <span className={f.odometer_counts ? classes.one : `struck ${classes.one}`}>{format.distance(f.odometer_km)}</span>, align: 'right' },
    { id: 'distance', header: t('fuel:since_last'), cell: (f) => <span className={classes.one}>{format.distance(f.distance_since_last)}</span>, align: 'right', phone: 'skip' },
    { id: 'efficiency', header: t('fuel:use.since_last'), cell: (f) => (f.distance_since_last ? consumption.show(consumptionOf(f.distance_since_last, f.fuel_l ?? 0, f.energy_kwh ?? 0)) : '–'), align: 'right', hidden: true },
    { id: 'driver', header: t('drivers:driver'), cell: (f) => <Who id={f.driver_id} /> },
    { id: 'station', header: t('fuel:field.fuel_station'), cell: (f) => f.fuel_station ?? '–' },
    { id: 'receipt', header: t('fuel:receipt'), cell: (f) => (f.receipt_ids.length > 0 ? format.number(f.receipt_ids.length) : '–'), phone: 'skip', hidden: true },
    { id: 'park', header: t('vehicles:field.park'), cell: (f) => parks.nameOf(f.park_id), hidden: true },
    { id: 'department', header: t('vehicles:field.department'), cell: (f) => f.department ?? '–', hidden: true },
    { id: 'payment', header: t('fuel:field.payment_method'), cell: (f) => (f.payment_method ? t(`fuel:payment.${f.payment_method}`) : '–'), hidden: true },
    { id: 'created', header: t('fuel:entered'), cell: (f) => format.dateTime(f.created_at), sort: 'created_at', hidden: true },
  ];
}

/** Filters of which the server sums everything; with any other, what is shown is summed and called so. */
const summed = ['from', 'to', 'fuel_type', 'vehicle_id'];

function Totals(): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const may = useMay();
  const [params] = useParamsInUrl();
  const names = [...filterNames, 'sort'].filter((name) => params[name]);
  const query = Object.fromEntries(names.map((name) => [name, params[name]]));
  const plate = useVehicle(params['vehicle_id'] ?? null)?.plate;
  const whole = names.every((name) => name === 'sort' || summed.includes(name)) && (!params['vehicle_id'] || Boolean(plate)) && may('fuel_log.fill.read');
  const { data } = useQuery({
    queryKey: ['/api/v1/fuel_log/totals', query],
    queryFn: () => take(api.GET('/api/v1/analytics/fuel-fills/totals', { params: { query: { source: 'fill_up', from: params['from'], to: params['to'], fuel_type: params['fuel_type'] as never, plate } } })),
    enabled: whole,
  });
  const { rows, isSuccess } = useList(fillUpPath, { query }, { enabled: !whole });
  const sum = whole ? data : isSuccess ? totalOf(rows.filter((row) => row.state === 'recorded')) : undefined;
  if (!sum || sum.fills === 0) return null;
  const parts = [t('fuel:total_fills', { count: sum.fills }), sum.litres > 0 && format.fuel(sum.litres, 0), sum.energy_kwh > 0 && `${format.number(sum.energy_kwh, 0)} ${t('fuel:quantity_unit.kwh')}`, ...sum.money.map((m) => format.money(m.amount_minor, m.currency ?? undefined))];
  return (
    <Group gap={6} fz="sm" role="status" aria-label={t('fuel:totals')}>
      <span style={{ color: 'var(--soft)' }}>{t(whole ? 'fuel:totals' : 'fuel:totals_shown')}:</span>
      <span>{parts.filter(Boolean).join(' · ')}</span>
    </Group>
  );
}

function totalOf(rows: readonly FillUp[]): { fills: number; litres: number; energy_kwh: number; money: { currency: string | null; amount_minor: number }[] } {
  const sum = (of: readonly FillUp[], read: (f: FillUp) => number | null): number => of.reduce((total, f) => total + (read(f) ?? 0), 0);
  const money = [...new Set(rows.map((f) => f.currency))].map((currency) => ({ currency, amount_minor: sum(rows.filter((f) => f.currency === currency), (f) => f.total_cost_minor) }));
  return { fills: rows.length, litres: sum(rows, (f) => f.fuel_l), energy_kwh: sum(rows, (f) => f.energy_kwh), money };
}
