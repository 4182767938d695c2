import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { fetchPage } from '../api/lists';
import { useMay } from '../app/me';

export interface Option {
  value: string;
  label: string;
}

/** The words of an enumeration: `useOptions('vehicles:status', statuses)`. */
export function useOptions(prefix: string, values: readonly string[]): Option[] {
  const { t } = useTranslation();
  return values.map((value) => ({ value, label: t(`${prefix}.${value}`) }));
}

export const flagOptions = (yes: string, no: string): Option[] => [
  { value: 'true', label: yes },
  { value: 'false', label: no },
];

/** Parks of the account, by name. */
export function useParks(): { options: Option[]; nameOf: (id: string | null | undefined) => string } {
  const may = useMay();
  const { data } = useQuery({ queryKey: ['/api/v1/auth/parks', 'all'], queryFn: () => fetchPage('/api/v1/auth/parks', { limit: 500 }, null), enabled: may('auth.park.read'), staleTime: 300_000 });
  const options = (data?.items ?? []).map((park) => ({ value: park.id, label: park.name }));
  return { options, nameOf: (id) => (id ? (options.find((option) => option.value === id)?.label ?? id.slice(0, 8)) : '–') };
}
