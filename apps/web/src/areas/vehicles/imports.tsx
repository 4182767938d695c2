import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take } from '../../api/client';
import { ImportsPage } from '../../kit/import/imports-page';
import { useVehicleImportCounts } from './import-counts';

const path = '/api/v1/transport_registry/imports';

export default function VehicleImportsPage(): ReactNode {
  const { t } = useTranslation();
  return (
    <ImportsPage
      id="imports"
      title={t('vehicles:imports.nav')}
      lead={t('vehicles:imports.lead')}
      path={path}
      page="/vehicle-imports"
      template={`${path}/template`}
      counts={useVehicleImportCounts()}
      start={(file, dryRun, _, key) => take(api.POST(path, { params: { query: { dry_run: dryRun } }, body: file as never, headers: { 'Idempotency-Key': key } }))}
    />
  );
}
