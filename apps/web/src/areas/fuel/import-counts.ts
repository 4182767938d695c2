import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../api/client';
import type { ImportCount } from '../../kit/import/types';

export function useFuelImportCounts(): ImportCount<Schemas['FuelImportView']>[] {
  const { t } = useTranslation();
  return [
    { label: t('vehicles:imports.created'), of: (i) => i.created_count },
    { label: t('vehicles:imports.unchanged'), of: (i) => i.unchanged_count },
  ];
}
