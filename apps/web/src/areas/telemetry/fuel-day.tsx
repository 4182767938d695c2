import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take } from '../../api/client';
import { useFormat, useMay } from '../../app/me';
import { Chart, type Band } from '../../kit/chart';
import { Trouble, Waiting } from '../../kit/states';
import { readHappenings } from './happenings';
import { fuelLine, timesOf } from './series';

const dayMs = 86_400_000;
const colors = { trip: 'rgba(63, 156, 102, 0.2)', stop: 'rgba(88, 112, 150, 0.16)' };

/** The tank over the last day, with what the vehicle did meanwhile behind it. */
export default function FuelDay({ vehicleId }: { vehicleId: string }): ReactNode {
  const { t } = useTranslation();
  const { habits } = useFormat();
  const may = useMay();
  const { data, error, refetch } = useQuery({
    queryKey: ['fuel-day', vehicleId],
    queryFn: async () => {
      const now = Date.now();
      const span = { from: new Date(now - dayMs).toISOString(), to: new Date(now).toISOString() };
      const [history, happened] = await Promise.all([
        take(api.GET('/api/v1/telemetry/{vehicle_id}/history', { params: { path: { vehicle_id: vehicleId }, query: span } })),
        readHappenings({ vehicleId, span, mayTrips: may('telemetry_engine.trip.read'), mayDetections: false }),
      ]);
      return { now, points: history.items, happened };
    },
    refetchInterval: 60_000,
  });
  const shown = useMemo(() => {
    if (!data) return undefined;
    const { now, points, happened } = data;
    const bandsOf = (list: { from_at: string; to_at: string | null }[], color: string): Band[] => list.map((s) => ({ from: Date.parse(s.from_at) / 1000, to: (s.to_at ? Date.parse(s.to_at) : now) / 1000, color }));
    return { range: [(now - dayMs) / 1000, now / 1000] as [number, number], times: timesOf(points), line: fuelLine(points, habits, t('telemetry:card.fuel')), bands: [...bandsOf(happened.trips, colors.trip), ...bandsOf(happened.stops, colors.stop)] };
  }, [data, habits, t]);
  if (error) return <Trouble error={error} again={() => void refetch()} />;
  if (!shown) return <Waiting />;
  if (shown.line.values.every((value) => value === null)) {
    return (
      <Text size="sm" c="dimmed">
        {t('telemetry:now.no_fuel')}
      </Text>
    );
  }
  return (
    <>
      <Chart label={t('telemetry:now.fuel_chart')} times={shown.times} line={shown.line} timeZone={habits.timeZone} range={shown.range} bands={shown.bands} />
      <Text size="xs" c="dimmed">
        <Swatch color={colors.trip} /> {t('telemetry:trips.one')} <Swatch color={colors.stop} /> {t('telemetry:stops.one')}
      </Text>
    </>
  );
}

const Swatch = ({ color }: { color: string }): ReactNode => <span aria-hidden="true" style={{ display: 'inline-block', width: 12, height: 12, background: color, border: '1px solid var(--line)', verticalAlign: 'middle', marginLeft: 8 }} />;
