import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../api/client';
import type { ImportCount } from '../../kit/import/types';

export function useFineImportCounts(): ImportCount<Schemas['FineImportView']>[] {
  const { t } = useTranslation();
  return [
    { label: t('events:imports.recorded'), of: (i) => i.recorded_count },
    { label: t('events:imports.known'), of: (i) => i.known_count },
    { label: t('events:imports.review'), of: (i) => i.review_count },
  ];
}
