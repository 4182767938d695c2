import { CloseButton, Group } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { May, useFormat } from '../../app/me';
import { Ago } from '../../kit/time';
import { DriverNow } from '../vehicles/driver-now';
import type { Tracked } from './fleet-store';
import classes from './map.module.css';
import { fuelOf, placeIsOld, useVehicleNow } from './vehicle-now';
import { MotionBadge } from './words';

/** What somebody asks who has found a vehicle on the map. */
export function VehicleCard({ vehicle, close }: { vehicle: Tracked; close: () => void }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const { data: now } = useVehicleNow(vehicle.vehicle_id);
  const silent = vehicle.state === 'no_data';
  const pairs: [string, ReactNode][] = [
    [t('telemetry:card.heard'), <Ago key="at" at={vehicle.at} />],
    [t('telemetry:card.since'), silent || !now?.since_at ? '–' : <Ago key="since" at={now.since_at} />],
    [t('telemetry:card.speed'), format.speed(silent ? null : vehicle.speed_kmh)],
    [t('telemetry:card.ignition'), vehicle.ignition === null || silent ? '–' : t(vehicle.ignition ? 'telemetry:card.on' : 'telemetry:card.off')],
    [t('telemetry:card.driver'), <DriverNow key="driver" vehicleId={vehicle.vehicle_id} />],
    [t('telemetry:card.inside'), now?.geofences.map((fence) => fence.name).join(', ') || '–'],
    [t('telemetry:card.fuel'), fuelOf(format, vehicle)],
    [t('telemetry:card.odometer'), format.distance(vehicle.odometer_km)],
    [t('telemetry:card.place'), placeIsOld(vehicle) ? <Ago key="place" at={vehicle.position_at} /> : t('telemetry:card.fresh')],
  ];
  return (
    <section className={classes.card} aria-label={vehicle.plate}>
      <Group justify="space-between" wrap="nowrap">
        <Group gap="xs">
          <strong>{vehicle.plate}</strong>
          <MotionBadge state={vehicle.state} />
        </Group>
        <CloseButton size="sm" onClick={close} aria-label={t('kit:close')} />
      </Group>
      <dl className={classes.pairs}>
        {pairs.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <Group gap="md">
        <Link to={`/vehicles/${vehicle.vehicle_id}?tab=track`}>{t('telemetry:card.track')}</Link>
        <Link to={`/vehicles/${vehicle.vehicle_id}`}>{t('telemetry:card.open')}</Link>
        <May permission="access_control.immobilization.read">
          <Link to={`/vehicles/${vehicle.vehicle_id}?tab=immobilizer`}>{t('access:tab')}</Link>
        </May>
      </Group>
    </section>
  );
}
