import { Checkbox, Group, Select, Text, TextInput } from '@mantine/core';
import { useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { StatusBadge } from '../../kit/badge';
import { Icon } from '../../kit/icons';
import { SavedViews } from '../../kit/list/saved-views';
import { within, type Box } from '../../kit/map/ground';
import { useParks } from '../../kit/options';
import { useParamsInUrl } from '../../kit/search-params';
import { FleetList } from './fleet-list';
import { FleetMap } from './fleet-map';
import { countByState, matching, onMap } from './fleet-store';
import classes from './map.module.css';
import { useFleet } from './use-fleet';
import { VehicleCard } from './vehicle-card';
import { motions, MotionBadge, type Motion } from './words';

export default function LiveMapPage(): ReactNode {
  const { t } = useTranslation();
  const { fleet, live } = useFleet();
  const [params, setParams] = useParamsInUrl();
  const [onlyView, setOnlyView] = useState(false);
  const [bounds, setBounds] = useState<Box | undefined>();
  const state = motions.find((motion) => motion === params['state']);
  const text = params['q'] ?? '';
  const park = params['park'];
  const chosen = params['vehicle'];
  const parks = useParks();
  const counts = useMemo(() => countByState(fleet), [fleet]);
  const found = useMemo(() => matching(fleet, { text, state, park }), [fleet, text, state, park]);
  const listed = onlyView && bounds ? found.filter(onMap).filter((v) => within(bounds, v)) : found;
  const choose = (id: string | undefined): void => setParams({ vehicle: id });
  const view = Object.fromEntries(Object.entries({ q: text, state, park }).filter((entry): entry is [string, string] => Boolean(entry[1])));
  const vehicle = fleet.find((v) => v.vehicle_id === chosen);
  return (
    <div className={classes.page}>
      <section className={classes.side} aria-label={t('telemetry:map.list')}>
        <div className={classes.tools}>
          <Group justify="space-between">
            <h1 style={{ margin: 0, fontSize: '1rem' }}>{t('telemetry:map.nav')}</h1>
            <Group gap={6}>
              <StatusBadge tone={live ? 'good' : 'warn'}>{t(live ? 'telemetry:map.live' : 'telemetry:map.waiting')}</StatusBadge>
              <SavedViews id="map" current={view} onApply={(kept) => setParams({ q: undefined, state: undefined, park: undefined, ...kept })} />
            </Group>
          </Group>
          <TextInput size="xs" type="search" aria-label={t('telemetry:map.search')} placeholder={t('telemetry:map.search')} leftSection={<Icon name="search" size={14} />} value={text} onChange={(event) => setParams({ q: event.currentTarget.value || undefined })} />
          <div className={classes.states} role="group" aria-label={t('telemetry:map.by_state')}>
            {motions.map((motion) => (
              <StateButton key={motion} motion={motion} count={counts[motion]} pressed={state === motion} onPress={() => setParams({ state: state === motion ? undefined : motion })} />
            ))}
          </div>
          {parks.options.length > 0 && <Select size="xs" aria-label={t('telemetry:map.park')} placeholder={t('telemetry:map.park')} data={parks.options} value={park ?? null} onChange={(value) => setParams({ park: value ?? undefined })} clearable />}
          <Checkbox size="xs" label={t('telemetry:map.only_view')} checked={onlyView} onChange={(event) => setOnlyView(event.currentTarget.checked)} />
          <Text size="xs" c="dimmed" role="status">
            {t('telemetry:map.count', { count: listed.length, all: fleet.length })}
          </Text>
        </div>
        <FleetList fleet={listed} chosen={chosen} onChoose={choose} />
      </section>
      <div className={classes.place}>
        <FleetMap fleet={found} chosen={chosen} onChoose={choose} onBounds={onlyView ? setBounds : undefined} />
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
