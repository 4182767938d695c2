import { ActionIcon, Button, Group, Select, Stack, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, download, take } from '../../api/client';
import { useFormat, useMay } from '../../app/me';
import { Chart } from '../../kit/chart';
import { Icon } from '../../kit/icons';
import { useParamsInUrl } from '../../kit/search-params';
import { Nothing, Trouble, Waiting } from '../../kit/states';
import { failed } from '../../kit/toast';
import { boundsOfDay, dayOf } from '../../kit/zoned';
import { bandsOf, linesOf, pointAt, type Point } from './day';
import { DayBar } from './day-bar';
import { inOrder, marksOf, readHappenings, type Happening } from './happenings';
import { HappeningsList } from './happenings-list';
import { speeds, usePlayer } from './player';
import { TrackMap, type MapMark } from './track-map';
import { fuelLine, speedLine, timesOf } from './series';
import classes from './track.module.css';

/** One day of a vehicle on the account's clock: its way on the map, its bands, its speed and fuel, played as fast as one likes. */
export default function Track({ vehicleId }: { vehicleId: string }): ReactNode {
  const { t } = useTranslation();
  const zone = useFormat().habits.timeZone;
  const [params, setParams] = useParamsInUrl();
  const day = params['day'] ?? dayOf(Date.now(), zone);
  const span = useMemo(() => boundsOfDay(day, zone), [day, zone]);
  const { data, error, refetch, isPending } = useQuery({
    queryKey: ['track', vehicleId, span],
    queryFn: () => take(api.GET('/api/v1/telemetry/{vehicle_id}/history', { params: { path: { vehicle_id: vehicleId }, query: span } })),
  });
  const shift = (days: number): void => setParams({ at: undefined, day: new Date(Date.parse(`${day}T12:00Z`) + days * 86_400_000).toISOString().slice(0, 10) });
  const save = (format: string): void => void download(`/api/v1/telemetry/${vehicleId}/export?${new URLSearchParams({ ...span, format }).toString()}`).catch(failed);
  return (
    <Stack gap="sm">
      <Group gap="xs" align="flex-end">
        <ActionIcon variant="default" size={30} aria-label={t('telemetry:track.before')} onClick={() => shift(-1)}>
          <Icon name="back" size={16} />
        </ActionIcon>
        <TextInput size="xs" type="date" aria-label={t('telemetry:track.day')} value={day} max={dayOf(Date.now(), zone)} onChange={(event) => event.currentTarget.value && setParams({ at: undefined, day: event.currentTarget.value })} />
        <ActionIcon variant="default" size={30} aria-label={t('telemetry:track.after')} disabled={day >= dayOf(Date.now(), zone)} onClick={() => shift(1)}>
          <Icon name="next" size={16} />
        </ActionIcon>
        <Group gap={4} ml="auto">
          {['gpx', 'csv'].map((format) => (
            <Button key={format} size="xs" variant="default" onClick={() => save(format)}>
              {format.toUpperCase()}
            </Button>
          ))}
        </Group>
      </Group>
      {isPending ? <Waiting /> : error ? <Trouble error={error} again={() => void refetch()} /> : <DayView key={day} vehicleId={vehicleId} points={data.items} span={span} at={Date.parse(params['at'] ?? '') || undefined} />}
    </Stack>
  );
}

interface DayProps {
  vehicleId: string;
  points: Point[];
  span: { from: string; to: string };
  /** Where the replay begins, when a link names a moment. */
  at: number | undefined;
}

function useHappenings(vehicleId: string, span: { from: string; to: string }): Happening[] {
  const may = useMay();
  const asked = { vehicleId, span, mayTrips: may('telemetry_engine.trip.read'), mayDetections: may('telemetry_engine.detection.read') };
  const { data } = useQuery({ queryKey: ['happenings', asked], queryFn: () => readHappenings(asked) });
  return useMemo(() => (data ? inOrder(data) : []), [data]);
}

function markOf(point: Point | undefined): MapMark | undefined {
  if (point?.lat == null || point.lon == null) return undefined;
  const moving = (point.speed_kmh ?? 0) > 3;
  return { id: 'here', lat: point.lat, lon: point.lon, mark: moving ? 'moving' : point.ignition ? 'idle' : 'stopped', heading: moving ? (point.heading_deg ?? 0) : 0 };
}

function DayView({ vehicleId, points, span, at }: DayProps): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const [from, to] = [Date.parse(span.from), Date.parse(span.to)];
  const bands = useMemo(() => bandsOf(points, from, Math.min(to, Date.now())), [points, from, to]);
  const lines = useMemo(() => linesOf(points), [points]);
  const happenings = useHappenings(vehicleId, span);
  const marks = useMemo(() => marksOf(happenings), [happenings]);
  const [chosen, setChosen] = useState<string | undefined>();
  const first = Date.parse(points[0]?.at ?? '') || from;
  const last = Date.parse(points.at(-1)?.at ?? '') || from;
  const player = usePlayer(first, last, at);
  const point = pointAt(points, player.at);
  const here = useMemo(() => markOf(point), [point]);
  const choose = (id: string | undefined): void => {
    const one = happenings.find((other) => other.id === id);
    setChosen(id);
    if (one) player.seek(Math.min(last, Math.max(first, Date.parse(one.at))));
  };
  if (points.length === 0) return <Nothing title={t('telemetry:track.none')} hint={t('telemetry:track.none_hint')} />;
  return (
    <>
      <div className={classes.place}>
        <TrackMap label={t('telemetry:track.map')} lines={lines} marks={marks} here={here} look={marks.find((mark) => mark.id === chosen)} onMark={choose} />
      </div>
      <div className={classes.player}>
        <ActionIcon size={30} aria-label={t(player.playing ? 'telemetry:track.pause' : 'telemetry:track.play')} onClick={player.toggle}>
          <Icon name={player.playing ? 'pause' : 'play'} size={16} />
        </ActionIcon>
        <Select size="xs" w={90} aria-label={t('telemetry:track.speed')} data={speeds.map((speed) => ({ value: String(speed), label: `× ${speed}` }))} value={String(player.speed)} onChange={(value) => value && player.setSpeed(Number(value))} allowDeselect={false} />
        <input type="range" min={first} max={last} step={1000} value={player.at} aria-label={t('telemetry:track.time')} aria-valuetext={format.time(player.at)} onChange={(event) => player.seek(Number(event.currentTarget.value))} />
        <span className={classes.now}>
          {format.time(player.at)} · {format.speed(point?.speed_kmh)}
        </span>
      </div>
      <DayBar bands={bands} from={from} to={to} />
      <Charts points={points} range={[from / 1000, to / 1000]} />
      {happenings.length > 0 && <HappeningsList happenings={happenings} chosen={chosen} onChoose={(one) => choose(one.id)} />}
    </>
  );
}

function Charts({ points, range: [begin, end] }: { points: Point[]; range: [number, number] }): ReactNode {
  const { t } = useTranslation();
  const { habits } = useFormat();
  const { times, speed, fuel } = useMemo(() => ({ times: timesOf(points), speed: speedLine(points, habits, t('telemetry:card.speed')), fuel: fuelLine(points, habits, t('telemetry:card.fuel')) }), [points, habits, t]);
  const range: [number, number] = [begin, end];
  return (
    <>
      <Chart label={t('telemetry:track.speed_chart')} times={times} line={speed} timeZone={habits.timeZone} range={range} />
      {fuel.values.some((value) => value !== null) && <Chart label={t('telemetry:track.fuel_chart')} times={times} line={fuel} timeZone={habits.timeZone} range={range} />}
    </>
  );
}
