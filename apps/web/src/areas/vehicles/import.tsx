import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take } from '../../api/client';
import { ImportPage } from '../../kit/import/import-page';
import { useVehicleImportCounts } from './import-counts';

export default function VehicleImportPage(): ReactNode {
  const { t } = useTranslation();
  return (
    <ImportPage
      back={{ to: '/vehicle-imports', label: t('vehicles:imports.nav') }}
      read={(id) => take(api.GET('/api/v1/transport_registry/imports/{import_id}', { params: { path: { import_id: id } } }))}
      counts={useVehicleImportCounts()}
    />
  );
}
