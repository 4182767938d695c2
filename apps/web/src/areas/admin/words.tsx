import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../api/client';
import type { Field } from '../../kit/form/fields';
import { useOptions, useParks } from '../../kit/options';

export type Person = Schemas['PersonView'];
export const roles = ['admin', 'operator', 'immobilizing_operator', 'driver', 'investor'] as const;
export type Role = (typeof roles)[number];

/** What somebody may do here, and where. */
export function useRightsFields(): Field[] {
  const { t } = useTranslation();
  const parks = useParks();
  return [
    { name: 'role', label: t('admin:people.role'), kind: 'select', options: useOptions('kit:roles', roles), required: true },
    { name: 'park_ids', label: t('admin:people.parks'), kind: 'multi', options: parks.options, help: t('admin:people.parks_help') },
  ];
}

/** An empty choice of parks means all of them; the server says null for that. */
export const parkIdsOf = (value: unknown): string[] | null => (Array.isArray(value) && value.length > 0 ? (value as string[]) : null);
