import { Group, SegmentedControl, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take } from '../../api/client';
import { useFormat } from '../../app/me';
import { Trouble, Waiting } from '../../kit/states';
import { DataTable } from './data-table';
import { digitsOf, kmPerMile, weeksOf, type Week } from './units';
import { useConsumption } from './words';

const Chart = lazy(() => import('../../kit/chart').then((module) => ({ default: module.Chart })));
const measures = ['consumption', 'electric', 'cost', 'co2'] as const;
type Measure = (typeof measures)[number];
export type UseFilter = Partial<Record<'vehicle_id' | 'driver_id' | 'park_id' | 'department', string>>;

/** Consumption, cost and CO2 by the week, drawn, and the same figures in a table beside. */
export function UseChart({ from, to, filter, title }: { from: number; to: number; filter: UseFilter; title: ReactNode }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const zone = format.habits.timeZone;
  const period = { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
  const { data, error, refetch } = useQuery({ queryKey: ['/api/v1/fuel_log/efficiency/segments', period, filter], queryFn: () => take(api.GET('/api/v1/fuel_log/efficiency/segments', { params: { query: { ...period, ...filter } } })) });
  const [wanted, setMeasure] = useState<Measure>('consumption');
  const weeks = useMemo(() => weeksOf(data?.segments ?? [], from, to), [data, from, to]);
  const read = useMeasure();
  const known = measures.filter((m) => weeks.some((week) => read(m, week) !== null));
  const measure = known.includes(wanted) ? wanted : known[0];
  const unit = useUnit(weeks)(measure ?? 'consumption');
  const drawn = useMemo(() => ({ times: weeks.map((w) => w.at), line: { label: t(`fuel:use.measure.${measure ?? 'consumption'}`), unit, values: weeks.map((w) => (measure ? read(measure, w) : null)) } }), [weeks, measure, unit]);
  if (error) return <Trouble error={error} again={() => void refetch()} />;
  if (!data) return <Waiting />;
  if (!measure) return null;
  return (
    <Stack gap="xs" className="card" component="section" aria-label={t('fuel:use.over_time')}>
      <Group justify="space-between" gap="xs">
        <Text component="div" size="sm" fw={600}>
          {title}
        </Text>
        <SegmentedControl size="xs" aria-label={t('fuel:use.measure_label')} value={measure} onChange={(value) => setMeasure(value as Measure)} data={known.map((value) => ({ value, label: t(`fuel:use.measure.${value}`) }))} />
      </Group>
      <Suspense fallback={<Waiting />}>
        <Chart coarse label={`${t(`fuel:use.measure.${measure}`)}, ${unit}`} times={drawn.times} line={drawn.line} timeZone={zone} range={[from / 1000, to / 1000]} />
      </Suspense>
      <details>
        <summary>{t('fuel:use.as_table')}</summary>
        <DataTable
          caption={t('fuel:use.over_time')}
          rows={weeks.filter((week) => week.segments > 0)}
          keyOf={(week) => String(week.at)}
          columns={[
            { id: 'week', header: t('fuel:use.week'), cell: (week) => format.day(week.at * 1000) },
            ...known.map((m) => ({ id: m, header: t(`fuel:use.measure.${m}`), cell: (week: Week) => format.number(read(m, week), 2), right: true })),
            { id: 'distance', header: t('drivers:shifts.distance'), cell: (week) => format.distance(week.distance_km), right: true },
            { id: 'stretches', header: t('fuel:use.stretches'), cell: (week) => format.number(week.segments), right: true },
          ]}
        />
      </details>
    </Stack>
  );
}

/** A measure of a week in the units of the account. */
function useMeasure(): (measure: Measure, week: Week) => number | null {
  const consumption = useConsumption();
  const perUnit = useFormat().habits.distanceUnit === 'mi' ? kmPerMile : 1;
  return (measure, week) => {
    if (measure === 'consumption') return consumption.read(week);
    if (measure === 'electric') return week.kwh_per_100km;
    if (measure === 'co2') return week.co2_g_per_km === null ? null : week.co2_g_per_km * perUnit;
    return week.cost_per_km === null || !week.currency ? null : (week.cost_per_km * perUnit) / 10 ** digitsOf(week.currency);
  };
}

function useUnit(weeks: readonly Week[]): (measure: Measure) => string {
  const { t } = useTranslation();
  const consumption = useConsumption();
  const { distanceUnit, currency } = useFormat().habits;
  const distance = t(`fuel:distance_unit.${distanceUnit}`);
  return (measure) => {
    if (measure === 'consumption') return consumption.label;
    if (measure === 'electric') return t('fuel:unit.kwh_per_100km');
    return measure === 'co2' ? `g/${distance}` : `${weeks.find((week) => week.currency)?.currency ?? currency}/${distance}`;
  };
}
