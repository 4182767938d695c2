import { Select, type SelectProps } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take } from '../api/client';
import { fetchPage } from '../api/lists';
import type { Option } from './options';

export type Picked = 'vehicle' | 'driver';

const shown = 20;
/** Names are found from three letters on; a number is found as it is. */
const searchable = (of: Picked, text: string): boolean => text !== '' && (of === 'vehicle' || text.length > 2 || /^\d+$/.test(text));

const driverOption = ({ id, name, driver_no }: { id: string; name: string | null; driver_no: number }): Option => ({ value: id, label: name ? `${name} (${driver_no})` : `№ ${driver_no}` });

async function find(of: Picked, text: string): Promise<Option[]> {
  const request = { query: searchable(of, text) ? { q: text } : {}, limit: shown };
  if (of === 'vehicle') return (await fetchPage('/api/v1/transport_registry', request, null)).items.map(({ id, plate }) => ({ value: id, label: plate }));
  return (await fetchPage('/api/v1/driver_module/drivers', request, null)).items.map(driverOption);
}

async function read(of: Picked, id: string): Promise<Option> {
  if (of === 'driver') return driverOption(await take(api.GET('/api/v1/driver_module/drivers/{driver_id}', { params: { path: { driver_id: id } } })));
  const { plate } = await take(api.GET('/api/v1/transport_registry/{vehicle_id}', { params: { path: { vehicle_id: id } } }));
  return { value: id, label: plate };
}

interface PickProps extends Omit<SelectProps, 'data' | 'value' | 'onChange' | 'searchable' | 'filter'> {
  of: Picked;
  value: string | null;
  onChange: (id: string | null) => void;
}

/** One vehicle or driver of however many: the server searches while somebody types. */
export function Pick({ of, value, onChange, ...rest }: PickProps): ReactNode {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const [opened, setOpened] = useState(false);
  const [asked] = useDebouncedValue(text.trim(), 250);
  const { data: found = [] } = useQuery({ queryKey: ['pick', of, asked], queryFn: () => find(of, asked), enabled: opened, staleTime: 60_000, placeholderData: (before) => before });
  const { data: chosen } = useQuery({ queryKey: ['pick', of, 'one', value], queryFn: () => read(of, value ?? ''), enabled: value !== null, staleTime: 300_000, retry: false });
  const options = chosen && value && !found.some((option) => option.value === value) ? [chosen, ...found] : found;
  return (
    <Select
      comboboxProps={{ width: 'max-content', position: 'bottom-start' }}
      {...rest}
      data={options}
      value={value}
      onChange={onChange}
      searchable
      // What is chosen stands in the field too, and is no search.
      onSearchChange={(next) => setText(next === chosen?.label ? '' : next)}
      filter={({ options: all }) => all}
      onDropdownOpen={() => setOpened(true)}
      nothingFoundMessage={t('kit:palette.nothing')}
    />
  );
}
