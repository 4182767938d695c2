import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take } from '../../api/client';
import { ImportPage } from '../../kit/import/import-page';
import { Notice } from '../../kit/notice';
import { useFineImportCounts } from './import-counts';

export default function FineImportPage(): ReactNode {
  const { t } = useTranslation();
  return (
    <ImportPage
      back={{ to: '/fine-imports', label: t('events:imports.nav') }}
      read={(id) => take(api.GET('/api/v1/event_log/imports/{import_id}', { params: { path: { import_id: id } } }))}
      counts={useFineImportCounts()}
      next={(row) => (
        <Notice tone={row.review_count > 0 ? 'warn' : 'good'}>
          <Anchor component={Link} to={row.review_count > 0 ? '/fines?tab=review' : '/fines?tab=attributed'} size="sm">
            {t(row.review_count > 0 ? 'events:imports.to_review' : 'events:imports.to_fines')}
          </Anchor>
        </Notice>
      )}
    />
  );
}
