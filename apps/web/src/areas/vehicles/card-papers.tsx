import type { ReactNode } from 'react';
import { api, ifMatch, take, type Schemas } from '../../api/client';
import { fileForm, Papers, type PaperWay } from '../../kit/papers';
import { paperKinds, type Vehicle } from './words';

const byVehicle = '/api/v1/transport_registry/{vehicle_id}/documents';
const one = '/api/v1/transport_registry/documents/{document_id}';
const at = (id: string): { path: { document_id: string } } => ({ path: { document_id: id } });

export const vehiclePapers: PaperWay<Schemas['DocumentView']> = {
  permission: 'transport_registry.document.write',
  kinds: ['vehicles:papers.kind', paperKinds],
  shownIn: [byVehicle, '/api/v1/transport_registry/documents'],
  files: (paper) => (paper.file_id ? [`/api/v1/transport_registry/documents/${paper.id}/file`] : []),
  upload: (paper, file) => api.PUT('/api/v1/transport_registry/documents/{document_id}/file', { params: at(paper.id), body: fileForm(file) as never }),
  read: (id) => take(api.GET(one, { params: at(id) })),
  amend: (id, changes, version) => api.PATCH(one, { params: { ...at(id), header: ifMatch(version) }, body: changes as never }),
  withdraw: (id, reason) => api.POST('/api/v1/transport_registry/documents/{document_id}/withdraw', { params: at(id), body: { reason } }),
};

export function PapersTab({ vehicle }: { vehicle: Vehicle }): ReactNode {
  const path = { vehicle_id: vehicle.id };
  return <Papers id="vehicle-papers-tab" path={byVehicle} pathParams={path} way={vehiclePapers} add={(values, key) => api.POST(byVehicle, { params: { path }, body: values as never, headers: { 'Idempotency-Key': key } })} />;
}
