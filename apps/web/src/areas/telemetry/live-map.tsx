import { Checkbox, CloseButton, Group, Text, TextInput } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { May, useFormat } from '../../app/me';
import { StatusBadge } from '../../kit/badge';
import { Icon } from '../../kit/icons';
import { useParamsInUrl } from '../../kit/search-params';
import { Ago } from '../../kit/time';
import { FleetList } from './fleet-list';
import { FleetMap, type Bounds } from './fleet-map';
import { countByState, matching, type Tracked } from './fleet-store';
import classes from './map.module.css';
import { useFleet } from './use-fleet';
import { motions, MotionBadge, type Motion } from './words';

const inside = (v: Tracked, [west, south, east, north]: Bounds): boolean => v.lon !== null && v.lat !== null && v.lon >= west && v.lon <= east && v.lat >= south && v.lat <= north;

export default function LiveMapPage(): ReactNode {
  const { t } = useTranslation();
  const { fleet, live } = useFleet();
  const [params, setParams] = useParamsInUrl();
  const [onlyView, setOnlyView] = useState(false);
  const [bounds, setBounds] = useState<Bounds | undefined>();
  const state = motions.find((motion) => motion === params['state']);
  const text = params['q'] ?? '';
  const chosen = params['vehicle'];
  const counts = useMemo(() => countByState(fleet), [fleet]);
  const found = useMemo(() => matching(fleet, { text, state }), [fleet, text, state]);
  const listed = onlyView && bounds ? found.filter((v) => inside(v, bounds)) : found;
  const choose = (id: string | undefined): void => setParams({ vehicle: id });
  const vehicle = fleet.find((v) => v.vehicle_id === chosen);
  return (
    <div className={classes.page}>
      <section className={classes.side} aria-label={t('telemetry:map.list')}>
        <div className={classes.tools}>
          <Group justify="space-between">
            <h1 style={{ margin: 0, fontSize: '1rem' }}>{t('telemetry:map.nav')}</h1>
            <StatusBadge tone={live ? 'good' : 'warn'}>{t(live ? 'telemetry:map.live' : 'telemetry:map.waiting')}</StatusBadge>
          </Group>
          <TextInput size="xs" type="search" aria-label={t('telemetry:map.search')} placeholder={t('telemetry:map.search')} leftSection={<Icon name="search" size={14} />} value={text} onChange={(event) => setParams({ q: event.currentTarget.value || undefined })} />
          <div className={classes.states} role="group" aria-label={t('telemetry:map.by_state')}>
            {motions.map((motion) => (
              <StateButton key={motion} motion={motion} count={counts[motion]} pressed={state === motion} onPress={() => setParams({ state: state === motion ? undefined : motion })} />
            ))}
          </div>
          <Checkbox size="xs" label={t('telemetry:map.only_view')} checked={onlyView} onChange={(event) => setOnlyView(event.currentTarget.checked)} />
          <Text size="xs" c="dimmed" role="status">
            {t('telemetry:map.count', { count: listed.length, all: fleet.length })}
          </Text>
        </div>
        <FleetList fleet={listed} chosen={chosen} onChoose={choose} />
      </section>
      <div className={classes.place}>
        <FleetMap fleet={found} chosen={chosen} onChoose={choose} onBounds={setBounds} />
        {vehicle && <VehicleCard vehicle={vehicle} close={() => choose(undefined)} />}
      </div>
    </div>
  );
}

function StateButton({ motion, count, pressed, onPress }: { motion: Motion; count: number; pressed: boolean; onPress: () => void }): ReactNode {
  return (
    <button type="button" className={classes.state} aria-pressed={pressed} onClick={onPress}>
      <MotionBadge state={motion} />
      {count}
    </button>
  );
}

function VehicleCard({ vehicle, close }: { vehicle: Tracked; close: () => void }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  // The place may be older than the word: a device without a fix still reports.
  const oldPlace = vehicle.position_at !== null && Date.parse(vehicle.at) - Date.parse(vehicle.position_at) > 60_000;
  const fuel = vehicle.fuel_level_l !== null ? format.fuel(vehicle.fuel_level_l) : vehicle.fuel_level_pct !== null ? `${format.number(vehicle.fuel_level_pct)} %` : '–';
  const pairs: [string, ReactNode][] = [
    [t('telemetry:card.heard'), <Ago key="at" at={vehicle.at} />],
    [t('telemetry:card.speed'), format.speed(vehicle.state === 'no_data' ? null : vehicle.speed_kmh)],
    [t('telemetry:card.ignition'), vehicle.ignition === null ? '–' : t(vehicle.ignition ? 'telemetry:card.on' : 'telemetry:card.off')],
    [t('telemetry:card.fuel'), fuel],
    [t('telemetry:card.odometer'), format.distance(vehicle.odometer_km)],
    [t('telemetry:card.place'), oldPlace ? <Ago key="place" at={vehicle.position_at} /> : t('telemetry:card.fresh')],
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
