import { Button, FileButton, Group } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, download, ifMatch, take, type Schemas } from '../../api/client';
import { May, useFormat, useMay } from '../../app/me';
import { ask, openDialog } from '../../kit/dialogs';
import { EditForm } from '../../kit/form/edit-form';
import type { Field } from '../../kit/form/fields';
import { Icon } from '../../kit/icons';
import { ListPage } from '../../kit/list/list-page';
import type { Column } from '../../kit/list/types';
import { useOptions } from '../../kit/options';
import { done, failed } from '../../kit/toast';
import { paperKinds, PaperState, type Vehicle } from './words';

export type Paper = Schemas['DocumentView'];
const byVehicle = '/api/v1/transport_registry/{vehicle_id}/documents';

export function usePapersChanged(): () => Promise<void> {
  const queries = useQueryClient();
  return async () => {
    await Promise.all([byVehicle, '/api/v1/transport_registry/documents'].map((key) => queries.invalidateQueries({ queryKey: [key] })));
  };
}

function usePaperFields(): Field[] {
  const { t } = useTranslation();
  return [
    { name: 'number', label: t('vehicles:papers.number') },
    { name: 'issuer', label: t('vehicles:papers.issuer') },
    { name: 'issued_on', label: t('vehicles:papers.issued_on'), kind: 'date' },
    { name: 'expires_on', label: t('vehicles:papers.expires_on'), kind: 'date' },
    { name: 'notes', label: t('vehicles:field.notes'), kind: 'textarea', wide: true },
  ];
}

export function usePaperColumns(): Column<Paper>[] {
  const { t } = useTranslation();
  const format = useFormat();
  return [
    { id: 'kind', header: t('vehicles:papers.kind_label'), cell: (p) => t(`vehicles:papers.kind.${p.kind}`) },
    { id: 'state', header: t('vehicles:field.status'), cell: (p) => <PaperState state={p.state} /> },
    { id: 'number', header: t('vehicles:papers.number'), cell: (p) => p.number ?? '–' },
    { id: 'issuer', header: t('vehicles:papers.issuer'), cell: (p) => p.issuer ?? '–' },
    { id: 'expires', header: t('vehicles:papers.expires_on'), cell: (p) => format.day(p.expires_on) },
    { id: 'act', header: t('kit:list.actions'), cell: (p) => <PaperActions paper={p} />, phone: 'skip' },
  ];
}

export function PapersTab({ vehicle }: { vehicle: Vehicle }): ReactNode {
  const { t } = useTranslation();
  const columns = usePaperColumns();
  const fields = usePaperFields();
  const kindOptions = useOptions('vehicles:papers.kind', paperKinds);
  const changed = usePapersChanged();
  const add = (): void =>
    ask({
      title: t('vehicles:papers.add'),
      columns: 2,
      size: 'lg',
      fields: [{ name: 'kind', label: t('vehicles:papers.kind_label'), kind: 'select', options: kindOptions, required: true }, ...fields],
      submitLabel: t('vehicles:papers.add'),
      act: async (values, key) => {
        await api.POST(byVehicle, { params: { path: { vehicle_id: vehicle.id } }, body: values as never, headers: { 'Idempotency-Key': key } });
        done(t('kit:saved'));
        await changed();
      },
    });
  return (
    <ListPage
      id="vehicle-papers-tab"
      inner
      title={t('vehicles:papers.tab')}
      path={byVehicle}
      pathParams={{ vehicle_id: vehicle.id }}
      columns={columns}
      empty={{ title: t('vehicles:papers.none') }}
      actions={
        <May permission="transport_registry.document.write">
          <Button size="xs" leftSection={<Icon name="plus" size={14} />} onClick={add}>
            {t('vehicles:papers.add')}
          </Button>
        </May>
      }
    />
  );
}

export function PaperActions({ paper }: { paper: Paper }): ReactNode {
  const { t } = useTranslation();
  const may = useMay();
  const changed = usePapersChanged();
  const write = may('transport_registry.document.write') && paper.state !== 'withdrawn';
  const path = { document_id: paper.id };
  const upload = (file: File | null): void => {
    if (!file) return;
    const form = new FormData();
    form.set('file', file);
    api
      .PUT('/api/v1/transport_registry/documents/{document_id}/file', { params: { path }, body: form as never })
      .then(() => done(t('vehicles:papers.file_kept')))
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
        await api.POST('/api/v1/transport_registry/documents/{document_id}/withdraw', { params: { path }, body: { reason: String(reason) } });
        done(t('vehicles:papers.withdrawn'));
        await changed();
      },
    });
  return (
    <Group gap={4} wrap="nowrap">
      {paper.file_id && (
        <Button size="compact-xs" variant="light" onClick={() => void download(`/api/v1/transport_registry/documents/${paper.id}/file`).catch(failed)}>
          {t('vehicles:papers.file')}
        </Button>
      )}
      {write && (
        <>
          <FileButton onChange={upload} accept="application/pdf,image/png,image/jpeg">
            {(props) => (
              <Button {...props} size="compact-xs" variant="default">
                {t('vehicles:papers.upload')}
              </Button>
            )}
          </FileButton>
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
  const fields = usePaperFields();
  const changed = usePapersChanged();
  const path = { document_id: paper.id };
  return (
    <EditForm
      fields={fields}
      subject={paper}
      reload={() => take(api.GET('/api/v1/transport_registry/documents/{document_id}', { params: { path } }))}
      save={async (changes, version) => {
        await api.PATCH('/api/v1/transport_registry/documents/{document_id}', { params: { path, header: ifMatch(version) }, body: changes as never });
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
