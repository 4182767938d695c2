import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { May } from '../../app/me';
import { openDialog } from '../../kit/dialogs';
import { ExportButton } from '../../kit/export-button';
import { Icon } from '../../kit/icons';
import { ListPage } from '../../kit/list/list-page';
import type { Filter } from '../../kit/list/types';
import { useOptions } from '../../kit/options';
import { useParamsInUrl } from '../../kit/search-params';
import { RecordEvent } from './record';
import { reviewReasons, severities, sources, states, useEventColumns, useKindOptions, usePeriodFilters, useTypeFilter } from './words';

export default function EventsPage(): ReactNode {
  const { t } = useTranslation();
  const [{ type }] = useParamsInUrl();
  const kinds = useKindOptions(type);
  const filters: Filter[] = [
    useTypeFilter(),
    ...(kinds.length > 0 ? [{ name: 'kind', label: t('events:kind_label'), options: kinds }] : []),
    { name: 'vehicle_id', label: t('drivers:vehicle'), kind: 'vehicle' },
    { name: 'driver_id', label: t('drivers:driver'), kind: 'driver' },
    ...usePeriodFilters(),
    { name: 'state', label: t('vehicles:field.status'), options: useOptions('events:state', states) },
    { name: 'review', label: t('events:review_label'), options: useOptions('events:review', reviewReasons) },
    { name: 'severity', label: t('events:severity_label'), options: useOptions('events:severity', severities) },
    { name: 'source', label: t('events:source_label'), options: useOptions('events:source', sources) },
  ];
  return (
    <ListPage
      id="events"
      title={t('events:nav')}
      path="/api/v1/event_log/events"
      hrefOf={(e) => `/events/${e.id}`}
      search={{ name: 'q', label: t('events:search') }}
      filters={filters}
      columns={useEventColumns()}
      empty={{ title: t('events:none'), hint: t('events:none_hint') }}
      actions={
        <>
          <ExportButton path="/api/v1/event_log/events/export" names={['q', 'sort', ...filters.map((filter) => filter.name)]} />
          <May permission="event_log.event.write">
            <RecordButton />
          </May>
        </>
      }
    />
  );
}

function RecordButton(): ReactNode {
  const { t } = useTranslation();
  return (
    <Button size="xs" leftSection={<Icon name="plus" size={14} />} onClick={() => openDialog(t('events:record.title'), (close) => <RecordEvent close={close} />, 'lg')}>
      {t('events:record.button')}
    </Button>
  );
}
