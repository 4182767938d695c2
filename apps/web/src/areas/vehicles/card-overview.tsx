import { Anchor, Badge, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { fetchPage } from '../../api/lists';
import { May, useFormat, useMay } from '../../app/me';
import { Facts } from '../../kit/detail';
import { useParks } from '../../kit/options';
import { Waiting } from '../../kit/states';
import { tripHref } from '../telemetry/trip-columns';
import { secondsBetween } from '../telemetry/words';
import { ChecksPanel } from './card-checks';
import { NowPanel } from './card-now';
import classes from './card.module.css';
import { modelOf, type Vehicle } from './words';

const FuelDay = lazy(() => import('../telemetry/fuel-day'));

/** Where is it, is it fine, who has it: in one screen; what it is stands below. */
export function Overview({ vehicle }: { vehicle: Vehicle }): ReactNode {
  const { t } = useTranslation();
  return (
    <Stack gap="sm">
      <div className={classes.first}>
        <May permission="telemetry_engine.sample.read">
          <NowPanel vehicle={vehicle} />
        </May>
        <ChecksPanel vehicle={vehicle} />
      </div>
      <div className={classes.second}>
        <May permission="telemetry_engine.sample.read">
          <section className="card" aria-label={t('telemetry:now.fuel_chart')}>
            <h2 className={classes.title}>{t('telemetry:now.fuel_chart')}</h2>
            <Suspense fallback={<Waiting />}>
              <FuelDay vehicleId={vehicle.id} />
            </Suspense>
          </section>
        </May>
        <RecentTrips vehicle={vehicle} />
      </div>
      <Details vehicle={vehicle} />
    </Stack>
  );
}

function RecentTrips({ vehicle }: { vehicle: Vehicle }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const may = useMay()('telemetry_engine.trip.read');
  const { data } = useQuery({
    queryKey: ['/api/v1/telemetry/{vehicle_id}/trips', 'recent', vehicle.id],
    queryFn: () => fetchPage('/api/v1/telemetry/{vehicle_id}/trips', { path: { vehicle_id: vehicle.id }, query: { from: new Date(Date.now() - 7 * 86_400_000).toISOString(), sort: '-from_at' }, limit: 5 }, null),
    enabled: may,
    refetchInterval: 60_000,
  });
  if (!may) return null;
  return (
    <section className="card" aria-label={t('telemetry:now.trips')}>
      <Group justify="space-between">
        <h2 className={classes.title}>{t('telemetry:now.trips')}</h2>
        <Anchor component={Link} to={`/vehicles/${vehicle.id}?tab=trips`} size="sm">
          {t('telemetry:now.all_trips')}
        </Anchor>
      </Group>
      {data?.items.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('telemetry:now.no_trips')}
        </Text>
      )}
      <ul className={classes.checks}>
        {data?.items.map((trip) => (
          <li key={trip.id}>
            <Anchor component={Link} to={tripHref(trip)} size="sm">
              {format.dateTime(trip.from_at)}
            </Anchor>
            <span>{format.duration(secondsBetween(trip.from_at, trip.to_at) * 1000)}</span>
            <span className={classes.more}>{trip.to_at === null ? t('telemetry:trips.going_on') : format.distance(trip.distance_km, 1)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Details({ vehicle }: { vehicle: Vehicle }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const parks = useParks();
  const label = (name: string): string => t(`vehicles:field.${name}`);
  return (
    <Stack gap="sm">
      <Facts
        facts={[
          [label('vehicle_no'), vehicle.vehicle_no],
          [label('vin'), vehicle.vin],
          [label('kind'), t(`vehicles:kind.${vehicle.kind}`)],
          [label('make'), modelOf(vehicle)],
          [label('color'), vehicle.color],
          [label('fuel_type'), t(`vehicles:fuel.${vehicle.fuel_type}`)],
          [label('tank_capacity_l'), vehicle.tank_capacity_l === null ? null : format.fuel(vehicle.tank_capacity_l)],
          [label('battery_capacity_kwh'), vehicle.battery_capacity_kwh === null ? null : `${format.number(vehicle.battery_capacity_kwh, 1)} kWh`],
          [label('park'), parks.nameOf(vehicle.park_id)],
          [label('cost_centre'), vehicle.cost_centre],
          [label('assigned_city'), vehicle.assigned_city],
          [label('odometer'), `${format.distance(vehicle.odometer_km)}${vehicle.odometer_at ? ` · ${format.day(vehicle.odometer_at)}` : ''}`],
          [label('status_since'), format.dateTime(vehicle.status_since)],
          [label('created_at'), format.dateTime(vehicle.created_at)],
        ]}
      />
      {vehicle.tags.length > 0 && (
        <Group gap={6}>
          {vehicle.tags.map((tag) => (
            <Badge key={tag} variant="default" radius="sm">
              {tag}
            </Badge>
          ))}
        </Group>
      )}
      {vehicle.notes && (
        <Text size="sm" className="card" style={{ whiteSpace: 'pre-wrap' }}>
          {vehicle.notes}
        </Text>
      )}
    </Stack>
  );
}
