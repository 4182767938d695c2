import { Anchor } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take, type Schemas } from '../../api/client';
import { fetchPage } from '../../api/lists';
import { asProblem, Problem } from '../../api/problem';
import { useMay } from '../../app/me';
import { StatusBadge, type Tone } from '../../kit/badge';
import { useWho } from '../../kit/colleagues';

export type Job = Schemas['JobView'];
export type JobSummary = Schemas['JobSummaryView'];
export type Circuit = Schemas['CircuitView'];
export type Preview = Schemas['PreviewView'];
export type Policy = Schemas['ImmobilizingView'];
export type Method = JobSummary['method'];

export const methods = ['ips_text', 'teltonika_gprs', 'vialon_relay', 'tracksolid'] as const;
export const states = ['pending', 'sent', 'acknowledged', 'completed', 'failed', 'expired', 'unknown'] as const;
export const circuitKinds = ['starter', 'ignition', 'fuel_pump'] as const;
export const cutReasons = ['safety_lockdown', 'theft_suspected', 'unauthorised_use', 'end_of_rental', 'authority_request', 'installation_test', 'other'] as const;
export const releaseReasons = ['lockdown_over', 'mistake', 'vehicle_recovered', 'access_restored', 'installation_test', 'other'] as const;
export const lockoutReasons = ['debt', 'incident', 'documents', 'medical', 'misconduct', 'contract_ended', 'technical_defect', 'investigation', 'other'] as const;

export const commandsPath = '/api/v1/access/commands';
export const circuitsPath = '/api/v1/access/circuits';
export const policyKey = ['/api/v1/access/settings'];
export const circuitKey = (vehicleId: string): string[] => ['access', 'circuit', vehicleId];

export const readPolicy = (): Promise<Policy> => take(api.GET('/api/v1/access/settings'));

/** What is wired into a vehicle; null where nothing is. */
export async function readCircuit(vehicleId: string): Promise<Circuit | null> {
  try {
    return await take(api.GET('/api/v1/access/{vehicle_id}/circuit', { params: { path: { vehicle_id: vehicleId } } }));
  } catch (error) {
    if (asProblem(error).status === 404) return null;
    throw error;
  }
}

export const isFlying = (job: Pick<JobSummary, 'status'>): boolean => ['pending', 'sent', 'acknowledged'].includes(job.status);

const jobTones: Record<JobSummary['status'], Tone> = { pending: 'busy', sent: 'busy', acknowledged: 'busy', completed: 'good', failed: 'bad', expired: 'off', unknown: 'warn' };

export function JobState({ job }: { job: Pick<JobSummary, 'status' | 'approval'> }): ReactNode {
  const { t } = useTranslation();
  if (job.status === 'pending' && job.approval === 'waiting') return <StatusBadge tone="warn">{t('access:waiting_approval')}</StatusBadge>;
  return <StatusBadge tone={jobTones[job.status]}>{t(`access:state.${job.status}`)}</StatusBadge>;
}

export function JobKind({ kind }: { kind: JobSummary['kind'] }): ReactNode {
  const { t } = useTranslation();
  return <StatusBadge tone={kind === 'immobilize' ? 'bad' : 'good'} shape={kind === 'immobilize' ? '■' : '▶'}>{t(`access:kind.${kind}`)}</StatusBadge>;
}

const evidenceTones: Record<JobSummary['evidence'], Tone> = { none: 'off', accepted: 'warn', executed: 'good', relay_seen: 'good' };

export function Evidence({ level }: { level: JobSummary['evidence'] }): ReactNode {
  const { t } = useTranslation();
  return <StatusBadge tone={evidenceTones[level]}>{t(`access:evidence.${level}`)}</StatusBadge>;
}

/** Everything that speaks against an act, in the reader's words; a refusal without known words keeps the server's. */
export function useWhy(): (objection: { code: string; detail?: string | null }) => string {
  const { t } = useTranslation();
  return ({ code, detail }) => t(`access:why.${code.startsWith('GATEWAY_ERROR') || code.startsWith('GATEWAY_RESULT') ? 'GATEWAY_ERROR' : code}`, { defaultValue: detail ?? code });
}

/** A refusal that says all of its reasons in words, for forms and toasts. */
export function useInWords(): (error: unknown) => Problem {
  const why = useWhy();
  return (error) => {
    const problem = asProblem(error);
    const objections = problem.facts['objections'] as { code: string; detail: string }[] | undefined;
    const words = (objections?.length ? objections : [problem]).map(why).join(' ');
    return new Problem(problem.status, problem.code, words, problem.requestId, problem.errors, problem.facts);
  };
}

const usersPath = '/api/v1/auth/users';

/** Colleagues by name, as far as the reader may know them; the whole list is an admin's alone. */
export function useColleagues(): { people: Schemas['PersonView'][]; nameOf: (id: string | null, kind?: string) => string } {
  const may = useMay();
  const { data } = useQuery({ queryKey: [usersPath, 'all'], queryFn: () => fetchPage(usersPath, { limit: 500 }, null), enabled: may('auth.user.read'), staleTime: 300_000 });
  return { people: data?.items ?? [], nameOf: useWho() };
}

export function VehicleLink({ id, plate, tab }: { id: string; plate: string; tab?: string }): ReactNode {
  return (
    <Anchor component={Link} to={`/vehicles/${id}${tab ? `?tab=${tab}` : ''}`} size="sm">
      {plate}
    </Anchor>
  );
}

export const samePlate = (one: string, other: string): boolean => plain(one) === plain(other);
const plain = (plate: string): string => plate.replaceAll(/[\s\-.]/g, '').toUpperCase();

export const placeOf = (facts: { lat: number | null; lon: number | null }): string | null => (facts.lat === null || facts.lon === null ? null : `${facts.lat.toFixed(5)}, ${facts.lon.toFixed(5)}`);
