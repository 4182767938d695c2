import { Anchor, Group, Stack, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take, type Schemas } from '../../api/client';
import { useFormat, useMay } from '../../app/me';
import { useTitle } from '../../app/title';
import { Facts } from '../../kit/detail';
import { Icon } from '../../kit/icons';
import { Notice } from '../../kit/notice';
import { Nothing, Trouble, Waiting } from '../../kit/states';
import { dayOf } from '../../kit/zoned';
import { inOrder, marksOf, readHappenings } from './happenings';
import { HappeningsList } from './happenings-list';
import { TrackMap, type MapMark } from './track-map';
import classes from './track.module.css';
import { replayAt, secondsBetween } from './words';

type TripWithTrack = Schemas['TripWithTrackView'];

export default function TripPage(): ReactNode {
  const { vehicle = '', id = '' } = useParams({ strict: false }) as { vehicle?: string; id?: string };
  const { data: trip, error, refetch } = useQuery({
    queryKey: ['/api/v1/telemetry/{vehicle_id}/trips/{trip_id}', vehicle, id],
    queryFn: () => take(api.GET('/api/v1/telemetry/{vehicle_id}/trips/{trip_id}', { params: { path: { vehicle_id: vehicle, trip_id: id } } })),
    refetchInterval: ({ state }) => (state.data?.to_at === null ? 15_000 : false),
  });
  if (error) return <Trouble error={error} again={() => void refetch()} />;
  return trip ? <TripView trip={trip} /> : <Waiting />;
}

function TripView({ trip }: { trip: TripWithTrack }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const day = dayOf(trip.from_at, format.habits.timeZone);
  const title = t('telemetry:trips.title', { plate: trip.plate, at: format.dateTime(trip.from_at) });
  useTitle(title);
  const seconds = (value: number | null): string => format.duration(value === null ? null : value * 1000);
  return (
    <Stack gap="sm">
      <Anchor component={Link} to="/trips" size="xs" className="back">
        <Icon name="back" size={12} /> {t('telemetry:trips.nav')}
      </Anchor>
      <Group justify="space-between" gap="xs">
        <Title order={1} size="h3">
          {title}
        </Title>
        <Group gap="md">
          <Anchor component={Link} to={replayAt(trip.vehicle_id, trip.from_at, day)} size="sm">
            {t('telemetry:trips.replay')}
          </Anchor>
          <Anchor component={Link} to={`/vehicles/${trip.vehicle_id}`} size="sm">
            {t('telemetry:card.open')}
          </Anchor>
        </Group>
      </Group>
      {trip.ended_by === 'gap' && <Notice tone="warn">{t('telemetry:trips.gap_note')}</Notice>}
      <Facts
        facts={[
          [t('telemetry:trips.from'), format.dateTime(trip.from_at)],
          [t('telemetry:trips.to'), trip.to_at ? format.dateTime(trip.to_at) : t('telemetry:trips.going_on')],
          [t('telemetry:trips.length'), seconds(secondsBetween(trip.from_at, trip.to_at))],
          [t('telemetry:trips.distance'), format.distance(trip.distance_km, 1)],
          [t('telemetry:trips.max_speed'), format.speed(trip.max_speed_kmh)],
          [t('telemetry:trips.moving'), seconds(trip.moving_s)],
          [t('telemetry:trips.idle'), seconds(trip.idle_s)],
          [t('telemetry:trips.stopped'), seconds(trip.stopped_s)],
          [t('telemetry:trips.no_data'), seconds(trip.no_data_s)],
          [t('telemetry:trips.fuel'), format.fuel(trip.fuel_l)],
          [t('telemetry:trips.judged'), trip.harsh_judged_share === null ? '–' : `${format.number(trip.harsh_judged_share * 100)} %`],
        ]}
      />
      <TripOnMap trip={trip} />
    </Stack>
  );
}

function TripOnMap({ trip }: { trip: TripWithTrack }): ReactNode {
  const { t } = useTranslation();
  const may = useMay();
  const mayDetections = may('telemetry_engine.detection.read');
  const to = trip.to_at ?? new Date().toISOString();
  const [chosen, setChosen] = useState<string | undefined>();
  const { data } = useQuery({
    queryKey: ['happenings', trip.vehicle_id, trip.from_at, trip.to_at],
    queryFn: () => readHappenings({ vehicleId: trip.vehicle_id, span: { from: trip.from_at, to }, mayTrips: false, mayDetections }),
  });
  const happenings = useMemo(() => inOrder(data ?? { trips: [], stops: [], detections: [] }), [data]);
  const lines = useMemo(() => [trip.track.map(({ lon, lat }): [number, number] => [lon, lat])], [trip]);
  const marks = useMemo((): MapMark[] => [{ id: 'start', mark: 'start', ...trip.from_place }, ...(trip.to_place ? [{ id: 'end', mark: 'end', ...trip.to_place } as const] : []), ...marksOf(happenings)], [trip, happenings]);
  const look = marks.find((mark) => mark.id === chosen);
  return (
    <>
      {!trip.track_kept && <Notice tone="calm">{t('telemetry:trips.no_track')}</Notice>}
      <div className={classes.place}>
        <TrackMap label={t('telemetry:trips.map')} lines={lines} marks={marks} look={look} onMark={setChosen} />
      </div>
      {mayDetections && (happenings.length > 0 ? <HappeningsList happenings={happenings} chosen={chosen} onChoose={(one) => setChosen(one.id)} /> : data && <Nothing title={t('telemetry:trips.calm')} />)}
    </>
  );
}
