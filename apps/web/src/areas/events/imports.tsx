import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take } from '../../api/client';
import { ImportsPage } from '../../kit/import/imports-page';
import { useOptions } from '../../kit/options';
import { useFineImportCounts } from './import-counts';

const path = '/api/v1/event_log/imports';

export default function FineImportsPage(): ReactNode {
  const { t } = useTranslation();
  return (
    <ImportsPage
      id="fine-imports"
      title={t('events:imports.nav')}
      lead={t('events:imports.lead')}
      path={path}
      page="/fine-imports"
      template={`${path}/template`}
      counts={useFineImportCounts()}
      fields={[
        { name: 'day_order', label: t('events:imports.day_order_label'), kind: 'select', options: useOptions('events:imports.day_order', ['dmy', 'mdy']), placeholder: t('events:imports.day_order.dmy') },
        { name: 'mapping', label: t('events:imports.mapping'), help: t('events:imports.mapping_help'), placeholder: 'Kennz.=plate; Betrag=amount' },
      ]}
      start={(file, dryRun, { day_order, mapping }, key) =>
        take(
          api.POST(path, {
            params: { query: { dry_run: dryRun, ...(day_order ? { day_order: day_order as 'dmy' } : {}), ...(mapping ? { mapping: String(mapping) } : {}) } },
            body: file as never,
            headers: { 'Idempotency-Key': key },
          }),
        )
      }
    />
  );
}
