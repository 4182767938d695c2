import { Anchor, Group, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../app/me';
import { Nothing, Trouble, Waiting } from '../../kit/states';
import { Ago } from '../../kit/time';
import { fuelOf, placeIsOld, useVehicleNow } from '../telemetry/vehicle-now';
import { coordinates, MotionBadge, type Position } from '../telemetry/words';
import classes from './card.module.css';
import { DriverNow } from './driver-now';
import type { Vehicle } from './words';

// The map comes after the words: they answer first.
const PlaceMap = lazy(() => import('../telemetry/place-map'));

const isPlaced = (last: Position): last is Position & { lat: number; lon: number } => last.lat !== null && last.lon !== null;

/** Where it is, what it does, who has it. How old that is stands first: an old word is no news. */
export function NowPanel({ vehicle }: { vehicle: Vehicle }): ReactNode {
  const { t } = useTranslation();
  const { data, error, refetch } = useVehicleNow(vehicle.id);
  if (error) return <Trouble error={error} again={() => void refetch()} />;
  if (!data) return <Waiting />;
  const { last } = data;
  if (!last) {
    return (
      <section className="card" aria-label={t('telemetry:now.title')}>
        <Nothing title={t('telemetry:now.never')} hint={t('telemetry:now.never_hint')} action={<Anchor component={Link} to={`/vehicles/${vehicle.id}?tab=devices`}>{t('vehicles:devices.tab')}</Anchor>} />
        <Text size="sm" ta="center">
          {t('telemetry:card.driver')}: <DriverNow vehicleId={vehicle.id} />
        </Text>
      </section>
    );
  }
  return (
    <section className={`card ${classes.now}`} aria-label={t('telemetry:now.title')}>
      <NowFacts vehicleId={vehicle.id} last={last} since={data.since_at} inside={data.geofences.map((fence) => fence.name)} />
      <div className={classes.map}>
        {isPlaced(last) ? (
          <Suspense fallback={<Waiting />}>
            <PlaceMap last={last} />
          </Suspense>
        ) : (
          <Nothing title={t('telemetry:map.no_place')} />
        )}
      </div>
    </section>
  );
}

function NowFacts({ vehicleId, last, since, inside }: { vehicleId: string; last: Position; since: string | null; inside: string[] }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const silent = last.state === 'no_data';
  const place = [inside.join(', '), isPlaced(last) ? coordinates(last) : ''].filter(Boolean).join(' · ') || '–';
  const pairs: [string, ReactNode][] = [
    [t('telemetry:card.heard'), <Ago key="at" at={last.at} />],
    [t('telemetry:card.since'), silent || !since ? '–' : <Ago key="since" at={since} />],
    [t('telemetry:card.driver'), <DriverNow key="driver" vehicleId={vehicleId} />],
    [t('telemetry:trips.place'), place],
    [t('telemetry:card.place'), placeIsOld(last) ? <Ago key="place" at={last.position_at} /> : t('telemetry:card.fresh')],
    [t('telemetry:card.speed'), silent ? '–' : format.speed(last.speed_kmh)],
    [t('telemetry:card.ignition'), silent || last.ignition === null ? '–' : t(last.ignition ? 'telemetry:card.on' : 'telemetry:card.off')],
    [t('telemetry:card.fuel'), fuelOf(format, last)],
    [t('telemetry:now.voltage'), last.voltage_v === null ? '–' : `${format.number(last.voltage_v, 1)} V`],
  ];
  return (
    <div>
      <Group gap="sm" mb={8}>
        <MotionBadge state={last.state} />
        <Text size="sm">{silent ? t('telemetry:now.silent') : null}</Text>
        <Anchor component={Link} to={`/map?vehicle=${vehicleId}`} size="sm" ml="auto">
          {t('telemetry:now.live')}
        </Anchor>
      </Group>
      <dl className={classes.pairs}>
        {pairs.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
