import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat, useMe } from '../../app/me';
import { ListPage } from '../../kit/list/list-page';
import type { Column, Filter } from '../../kit/list/types';
import { useOptions, type Option } from '../../kit/options';
import { commandsPath, Evidence, JobKind, JobState, methods, states, useColleagues, VehicleLink, type JobSummary } from './words';

export const hrefOf = (job: Pick<JobSummary, 'job_id' | 'vehicle_id'>): string => `/immobilizations/${job.job_id}?vehicle=${job.vehicle_id}`;
const keyOf = (job: JobSummary): string => job.job_id;

function useColumns(ofVehicle: boolean): Column<JobSummary>[] {
  const { t } = useTranslation();
  const format = useFormat();
  const { nameOf } = useColleagues();
  const vehicle: Column<JobSummary>[] = ofVehicle ? [] : [{ id: 'vehicle', header: t('drivers:vehicle'), cell: (job) => <VehicleLink id={job.vehicle_id} plate={job.plate} tab="immobilizer" /> }];
  return [
    { id: 'at', header: t('kit:when'), cell: (job) => format.dateTime(job.requested_at), sort: 'requested_at' },
    ...vehicle,
    { id: 'kind', header: t('access:kind_label'), cell: (job) => <JobKind kind={job.kind} /> },
    { id: 'state', header: t('vehicles:field.status'), cell: (job) => <JobState job={job} /> },
    { id: 'evidence', header: t('access:evidence_label'), cell: (job) => <Evidence level={job.evidence} /> },
    { id: 'who', header: t('kit:who'), cell: (job) => nameOf(job.requested_by) },
    { id: 'reason', header: t('access:why_label'), cell: (job) => t(`access:reason.${job.reason}`) },
    { id: 'method', header: t('access:method_label'), cell: (job) => t(`access:method.${job.method}`), ...(ofVehicle ? { hidden: true } : {}) },
    { id: 'note', header: t('access:note'), cell: (job) => job.note ?? '–', hidden: true },
  ];
}

function useFilters(): Filter[] {
  const { t } = useTranslation();
  const me = useMe();
  const { people, nameOf } = useColleagues();
  const who: Option[] = [{ value: me.id, label: nameOf(me.id) }, ...people.filter((person) => person.id !== me.id).map((person) => ({ value: person.id, label: nameOf(person.id) }))];
  return [
    { name: 'status', label: t('vehicles:field.status'), options: useOptions('access:state', states) },
    { name: 'kind', label: t('access:kind_label'), options: useOptions('access:kind', ['immobilize', 'release']) },
    { name: 'vehicle_id', label: t('drivers:vehicle'), kind: 'vehicle' },
    { name: 'method', label: t('access:method_label'), options: useOptions('access:method', methods) },
    { name: 'requested_by', label: t('kit:who'), options: who },
    { name: 'approval', label: t('access:approval_label'), options: useOptions('access:approval', ['waiting', 'approved', 'declined']) },
  ];
}

/** Commands of one vehicle, or of the account with what narrows them. */
export function CommandList({ vehicleId, actions, period }: { vehicleId?: string; actions?: ReactNode; period?: { from?: string; to?: string } }): ReactNode {
  const { t } = useTranslation();
  const columns = useColumns(vehicleId !== undefined);
  const filters = useFilters();
  const empty = { title: t('access:commands.none'), hint: t('access:commands.none_hint') };
  return vehicleId ? (
    <ListPage id="commands-of-vehicle" inner title={t('access:commands.of_vehicle')} path="/api/v1/access/{vehicle_id}/immobilize" pathParams={{ vehicle_id: vehicleId }} columns={columns} keyOf={keyOf} hrefOf={hrefOf} empty={empty} refetchEveryMs={5_000} />
  ) : (
    <ListPage id="commands" title={t('access:commands.nav')} path={commandsPath} columns={columns} filters={filters} fixed={period ?? {}} keyOf={keyOf} hrefOf={hrefOf} empty={empty} actions={actions} refetchEveryMs={5_000} />
  );
}
