import { Button, Select, TextInput } from '@mantine/core';
import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../app/me';
import { Icon } from '../icons';
import { boundsOfDay, dayOf } from '../zoned';
import type { Filter } from './types';

interface FilterBarProps {
  search: { name: string; label: string } | undefined;
  filters: Filter[];
  params: Readonly<Record<string, string>>;
  onChange: (change: Record<string, string | undefined>) => void;
  onClear: (() => void) | undefined;
}

export function FilterBar({ search, filters, params, onChange, onClear }: FilterBarProps): ReactNode {
  const { t } = useTranslation();
  return (
    <>
      {search && <Typed label={search.label} value={params[search.name] ?? ''} onSettle={(value) => onChange({ [search.name]: value || undefined })} find />}
      {filters.map((filter) =>
        filter.options ? (
          <Select
            key={filter.name}
            size="xs"
            w={150}
            label={filter.label}
            data={filter.options}
            value={params[filter.name] ?? null}
            onChange={(value) => onChange({ [filter.name]: value ?? undefined })}
            placeholder={t('kit:list.any')}
            clearable
            searchable={filter.options.length > 8}
            comboboxProps={{ width: 'max-content', position: 'bottom-start' }}
          />
        ) : filter.kind === 'from' || filter.kind === 'to' ? (
          <DayInput key={filter.name} label={filter.label} end={filter.kind === 'to'} value={params[filter.name]} onChange={(value) => onChange({ [filter.name]: value })} />
        ) : (
          <Typed key={filter.name} label={filter.label} type={filter.kind ?? 'text'} value={params[filter.name] ?? ''} onSettle={(value) => onChange({ [filter.name]: value || undefined })} />
        ),
      )}
      {onClear && (
        <Button size="xs" variant="subtle" onClick={onClear}>
          {t('kit:list.clear')}
        </Button>
      )}
    </>
  );
}

/** The last day is meant whole: its end is the midnight after it. */
function DayInput({ label, end, value, onChange }: { label: string; end: boolean; value: string | undefined; onChange: (moment: string | undefined) => void }): ReactNode {
  const zone = useFormat().habits.timeZone;
  const moment = value ? Date.parse(value) - (end ? 1 : 0) : Number.NaN;
  return (
    <TextInput
      size="xs"
      w={150}
      type="date"
      label={label}
      value={Number.isNaN(moment) ? '' : dayOf(moment, zone)}
      onChange={(event) => {
        const day = event.currentTarget.value;
        onChange(day ? boundsOfDay(day, zone)[end ? 'to' : 'from'] : undefined);
      }}
    />
  );
}

/** Asks the server when typing has settled, not for each letter. */
function Typed({ label, value, onSettle, find, type = 'text' }: { label: string; value: string; onSettle: (value: string) => void; find?: boolean; type?: string }): ReactNode {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (text === value) return;
    const timer = setTimeout(() => onSettle(text.trim()), 300);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <TextInput
      size="xs"
      w={find ? 220 : 150}
      type={find ? 'search' : type}
      label={label}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      {...(find ? { leftSection: <Icon name="search" size={14} />, placeholder: '/' } : {})}
    />
  );
}
