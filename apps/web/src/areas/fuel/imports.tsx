import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take } from '../../api/client';
import { ImportsPage } from '../../kit/import/imports-page';
import { useFuelImportCounts } from './import-counts';

const path = '/api/v1/fuel_log/imports';

/** Fill-ups from a table, first only checked. */
export default function FuelImportsPage(): ReactNode {
  const { t } = useTranslation();
  return (
    <ImportsPage
      id="fuel-imports"
      title={t('fuel:imports.nav')}
      lead={t('fuel:imports.lead')}
      path={path}
      page="/fuel-imports"
      template={`${path}/template`}
      counts={useFuelImportCounts()}
      fields={[{ name: 'assume_full', label: t('fuel:imports.assume_full'), help: t('fuel:imports.assume_full_help'), kind: 'flag' }]}
      start={(file, dryRun, { assume_full }, key) => take(api.POST(path, { params: { query: { dry_run: dryRun, assume_full: assume_full === true } }, body: file as never, headers: { 'Idempotency-Key': key } }))}
    />
  );
}
