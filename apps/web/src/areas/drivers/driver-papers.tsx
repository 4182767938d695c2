import { Button, Group } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, download, ifMatch, take, type Schemas } from '../../api/client';
import { May, useFormat, useMay } from '../../app/me';
import { StatusBadge } from '../../kit/badge';
import { ask, openDialog } from '../../kit/dialogs';
import { EditForm } from '../../kit/form/edit-form';
import type { Field } from '../../kit/form/fields';
import { Icon } from '../../kit/icons';
import { ListPage } from '../../kit/list/list-page';
import type { Column } from '../../kit/list/types';
import { useOptions } from '../../kit/options';
import { done, failed } from '../../kit/toast';
import { PaperState } from '../vehicles/words';
import { driverPaperKinds } from './words';

type Paper = Schemas['DriverDocumentView'];
const ofDriver = '/api/v1/driver_module/drivers/{driver_id}/documents';

function usePapersChanged(): () => Promise<void> {
  const queries = useQueryClient();
  return async () => {
    await Promise.all([ofDriver, '/api/v1/driver_module/documents', 'driver'].map((key) => queries.invalidateQueries({ queryKey: [key] })));
  };
}

function usePaperFields(): Field[] {
  const { t } = useTranslation();
  return [
    { name: 'number', label: t('vehicles:papers.number') },
    { name: 'issuer', label: t('vehicles:papers.issuer') },
    { name: 'categories', label: t('drivers:papers.categories'), kind: 'tags' },
    { name: 'issued_on', label: t('vehicles:papers.issued_on'), kind: 'date' },
    { name: 'expires_on', label: t('vehicles:papers.expires_on'), kind: 'date' },
    { name: 'notes', label: t('vehicles:field.notes'), kind: 'textarea', wide: true },
  ];
}

export function useDriverPaperColumns(): Column<Paper>[] {
  const { t } = useTranslation();
  const format = useFormat();
  return [
    { id: 'kind', header: t('vehicles:papers.kind_label'), cell: (p) => t(`drivers:papers.kind.${p.kind}`) },
    { id: 'state', header: t('vehicles:field.status'), cell: (p) => <PaperState state={p.state} /> },
    { id: 'number', header: t('vehicles:papers.number'), cell: (p) => p.number ?? '–' },
    { id: 'categories', header: t('drivers:papers.categories'), cell: (p) => p.categories.join(', ') || '–' },
    { id: 'expires', header: t('vehicles:papers.expires_on'), cell: (p) => format.day(p.expires_on) },
    { id: 'verified', header: t('drivers:papers.checked'), cell: (p) => (p.verified_at ? <StatusBadge tone="good">{format.day(p.verified_at)}</StatusBadge> : <StatusBadge tone="warn">{t('drivers:papers.unchecked')}</StatusBadge>) },
    { id: 'act', header: t('kit:list.actions'), cell: (p) => <PaperActions paper={p} />, phone: 'skip' },
  ];
}

export function DriverPapers({ driverId }: { driverId: string }): ReactNode {
  const { t } = useTranslation();
  const columns = useDriverPaperColumns();
  const fields = usePaperFields();
  const kinds = useOptions('drivers:papers.kind', driverPaperKinds);
  const changed = usePapersChanged();
  const add = (): void =>
    ask({
      title: t('vehicles:papers.add'),
      columns: 2,
      size: 'lg',
      fields: [{ name: 'kind', label: t('vehicles:papers.kind_label'), kind: 'select', options: kinds, required: true }, ...fields],
      submitLabel: t('vehicles:papers.add'),
      act: async (values, key) => {
        const body = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null)) as never;
        await api.POST(ofDriver, { params: { path: { driver_id: driverId } }, body, headers: { 'Idempotency-Key': key } });
        done(t('kit:saved'));
        await changed();
      },
    });
  return (
    <ListPage
      id="driver-papers-tab"
      inner
      title={t('drivers:papers.tab')}
      path={ofDriver}
      pathParams={{ driver_id: driverId }}
      columns={columns}
      empty={{ title: t('vehicles:papers.none') }}
      actions={
        <May permission="driver_module.document.write">
          <Button size="xs" leftSection={<Icon name="plus" size={14} />} onClick={add}>
            {t('vehicles:papers.add')}
          </Button>
        </May>
      }
    />
  );
}

function PaperActions({ paper }: { paper: Paper }): ReactNode {
  const { t } = useTranslation();
  const may = useMay();
  const changed = usePapersChanged();
  const path = { document_id: paper.id };
  const write = may('driver_module.document.write') && paper.state !== 'withdrawn';
  const verify = (): void => {
    api
      .POST('/api/v1/driver_module/documents/{document_id}/verify', { params: { path } })
      .then(() => done(t('drivers:papers.verified')))
      .then(changed)
      .catch(failed);
  };
  const withdraw = (): void =>
    ask({
      title: t('vehicles:papers.withdraw'),
      fields: [{ name: 'reason', label: t('vehicles:reason'), kind: 'textarea', required: true }],
      submitLabel: t('vehicles:papers.withdraw'),
      danger: true,
      act: async ({ reason }) => {
        await api.POST('/api/v1/driver_module/documents/{document_id}/withdraw', { params: { path }, body: { reason: String(reason) } });
        done(t('vehicles:papers.withdrawn'));
        await changed();
      },
    });
  return (
    <Group gap={4} wrap="nowrap">
      {paper.file_ids.map((id, index) => (
        <Button key={id} size="compact-xs" variant="light" onClick={() => void download(`/api/v1/driver_module/files/${id}`).catch(failed)}>
          {t('vehicles:papers.file')} {paper.file_ids.length > 1 ? index + 1 : ''}
        </Button>
      ))}
      {write && (
        <>
          {!paper.verified_at && (
            <Button size="compact-xs" variant="light" color="green" onClick={verify}>
              {t('drivers:papers.verify')}
            </Button>
          )}
          <Button size="compact-xs" variant="default" onClick={() => openDialog(t('vehicles:papers.edit'), (close) => <EditPaper paper={paper} close={close} />, 'lg')}>
            {t('kit:edit')}
          </Button>
          <Button size="compact-xs" variant="subtle" color="red" onClick={withdraw}>
            {t('vehicles:papers.withdraw')}
          </Button>
        </>
      )}
    </Group>
  );
}

function EditPaper({ paper, close }: { paper: Paper; close: () => void }): ReactNode {
  const { t } = useTranslation();
  const changed = usePapersChanged();
  const path = { document_id: paper.id };
  return (
    <EditForm
      fields={usePaperFields()}
      subject={paper}
      reload={() => take(api.GET('/api/v1/driver_module/documents/{document_id}', { params: { path } }))}
      save={async (changes, version) => {
        await api.PATCH('/api/v1/driver_module/documents/{document_id}', { params: { path, header: ifMatch(version) }, body: changes as never });
        done(t('kit:saved'));
      }}
      onDone={() => {
        close();
        void changed();
      }}
      onCancel={close}
    />
  );
}
