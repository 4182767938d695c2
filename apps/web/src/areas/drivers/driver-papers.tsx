import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ifMatch, take, type Schemas } from '../../api/client';
import { useFormat } from '../../app/me';
import { StatusBadge } from '../../kit/badge';
import { fileForm, Papers, type PaperWay } from '../../kit/papers';
import { driverPaperKinds } from './words';

const ofDriver = '/api/v1/driver_module/drivers/{driver_id}/documents';
const one = '/api/v1/driver_module/documents/{document_id}';
const at = (id: string): { path: { document_id: string } } => ({ path: { document_id: id } });
type Paper = Schemas['DriverDocumentView'];

async function upload(paper: Paper, file: File): Promise<void> {
  const kept = await take(api.POST('/api/v1/driver_module/drivers/{driver_id}/files', { params: { path: { driver_id: paper.driver_id } }, body: fileForm(file) as never }));
  await api.PATCH(one, { params: { ...at(paper.id), header: ifMatch(paper.version) }, body: { file_ids: [...paper.file_ids, kept.id] } });
}

export function useDriverPaperWay(): PaperWay<Paper> {
  const { t } = useTranslation();
  const format = useFormat();
  return {
    permission: 'driver_module.document.write',
    kinds: ['drivers:papers.kind', driverPaperKinds],
    fields: [{ name: 'categories', label: t('drivers:papers.categories'), kind: 'tags' }],
    columns: [
      { id: 'categories', header: t('drivers:papers.categories'), cell: (p) => p.categories.join(', ') || '–' },
      { id: 'verified', header: t('drivers:papers.checked'), cell: (p) => (p.verified_at ? <StatusBadge tone="good">{format.day(p.verified_at)}</StatusBadge> : <StatusBadge tone="warn">{t('drivers:papers.unchecked')}</StatusBadge>) },
    ],
    shownIn: [ofDriver, '/api/v1/driver_module/documents', 'driver'],
    files: (paper) => paper.file_ids.map((id) => `/api/v1/driver_module/files/${id}`),
    upload,
    verify: { open: (paper) => !paper.verified_at, act: (paper) => api.POST('/api/v1/driver_module/documents/{document_id}/verify', { params: at(paper.id) }) },
    read: (id) => take(api.GET(one, { params: at(id) })),
    amend: (id, changes, version) => api.PATCH(one, { params: { ...at(id), header: ifMatch(version) }, body: changes as never }),
    withdraw: (id, reason) => api.POST('/api/v1/driver_module/documents/{document_id}/withdraw', { params: at(id), body: { reason } }),
  };
}

export function DriverPapers({ driverId }: { driverId: string }): ReactNode {
  const path = { driver_id: driverId };
  return <Papers id="driver-papers-tab" path={ofDriver} pathParams={path} way={useDriverPaperWay()} add={(values, key) => api.POST(ofDriver, { params: { path }, body: values as never, headers: { 'Idempotency-Key': key } })} />;
}
