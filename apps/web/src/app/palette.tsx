import '@mantine/spotlight/styles.css';
import { Spotlight, spotlight, type SpotlightActionData, type SpotlightActionGroupData } from '@mantine/spotlight';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { fetchPage } from '../api/lists';
import { Icon } from '../kit/icons';
import { navigation } from './area';
import { useMay } from './me';

export const openPalette = (): void => spotlight.open();

/** Ctrl-K: every page, and vehicles and drivers by what is typed. */
export default function Palette(): ReactNode {
  const { t } = useTranslation();
  const may = useMay();
  const navigate = useNavigate();
  const [text, setText] = useState('');
  const [asked] = useDebouncedValue(text.trim(), 200);
  const go = (to: string) => (): void => void navigate({ to });
  const vehicles = useQuery({
    queryKey: ['palette', 'vehicles', asked],
    queryFn: () => fetchPage('/api/v1/transport_registry', { query: { q: asked }, limit: 6 }, null),
    enabled: asked.length > 1 && may('transport_registry.vehicle.read'),
  });
  const drivers = useQuery({
    queryKey: ['palette', 'drivers', asked],
    queryFn: () => fetchPage('/api/v1/driver_module/drivers', { query: { q: asked }, limit: 6 }, null),
    enabled: asked.length > 1 && may('driver_module.driver.read'),
  });
  const pages = navigation
    .filter((entry) => may(entry.permission))
    .map((entry): SpotlightActionData => ({ id: entry.to, label: t(entry.label), onClick: go(entry.to), leftSection: <Icon name={entry.icon} /> }))
    .filter((entry) => entry.label?.toLowerCase().includes(text.trim().toLowerCase()));
  const found: SpotlightActionGroupData[] = [
    { group: t('kit:palette.pages'), actions: pages },
    { group: t('kit:palette.vehicles'), actions: (vehicles.data?.items ?? []).map((v) => ({ id: v.id, label: v.plate, description: [v.make, v.model, v.name].filter(Boolean).join(' '), onClick: go(`/vehicles/${v.id}`), leftSection: <Icon name="car" /> })) },
    { group: t('kit:palette.drivers'), actions: (drivers.data?.items ?? []).map((d) => ({ id: d.id, label: d.name ?? String(d.driver_no), description: d.phone ?? '', onClick: go(`/drivers/${d.id}`), leftSection: <Icon name="person" /> })) },
  ];
  return (
    <Spotlight
      actions={found.filter((group) => group.actions.length > 0)}
      query={text}
      onQueryChange={setText}
      filter={(_, all) => all}
      shortcut={['mod + K']}
      nothingFound={t('kit:palette.nothing')}
      searchProps={{ placeholder: t('kit:palette.placeholder'), 'aria-label': t('kit:palette.open'), leftSection: <Icon name="search" /> }}
      clearQueryOnClose
      // Blurring draws the page anew for every letter: seconds each where there is no graphics card.
      overlayProps={{ blur: 0 }}
      highlightQuery
      maxHeight="60vh"
      scrollable
    />
  );
}
