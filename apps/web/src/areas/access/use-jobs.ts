import { useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import { api, take } from '../../api/client';
import { fetchPage } from '../../api/lists';
import { commandsPath, isFlying, type Job, type JobSummary, type Method, type Preview } from './words';

const ofVehicle = '/api/v1/access/{vehicle_id}/immobilize';
export const jobKey = (jobId: string): string[] => ['access', 'job', jobId];

/** The relay may show itself for ten minutes after the end; so long the page looks again. */
const watchMs = 600_000;
const isWatched = (job: JobSummary): boolean => job.ended_at !== null && Date.now() - Date.parse(job.ended_at) < watchMs && job.evidence !== 'relay_seen' && (job.status === 'completed' || job.status === 'unknown');

const paceOf = (job: JobSummary | undefined, restMs: number | false): number | false => {
  if (!job) return restMs;
  if (isFlying(job)) return job.approval === 'waiting' ? 2_000 : 400;
  return isWatched(job) ? 3_000 : restMs;
};

/** One command, looked at again as often as it may change. */
export const useJob = (vehicleId: string, jobId: string): UseQueryResult<Job> =>
  useQuery({
    queryKey: jobKey(jobId),
    queryFn: () => take(api.GET('/api/v1/access/{vehicle_id}/immobilize/{job_id}', { params: { path: { vehicle_id: vehicleId, job_id: jobId } } })),
    staleTime: 0,
    refetchInterval: (query) => paceOf(query.state.data, false),
  });

/** The newest command of a vehicle, whoever gave it: also the release that the house sends of its own. */
export const useNewestJob = (vehicleId: string): UseQueryResult<JobSummary | null> =>
  useQuery({
    queryKey: [ofVehicle, vehicleId, 'newest'],
    queryFn: async () => (await fetchPage(ofVehicle, { path: { vehicle_id: vehicleId }, limit: 1 }, null)).items[0] ?? null,
    staleTime: 0,
    refetchInterval: (query) => paceOf(query.state.data ?? undefined, 5_000),
  });

/** What the policy would say just now. It is asked in a POST that leaves nothing behind. */
export const usePreview = (vehicleId: string, method: Method | undefined, everyMs: number): UseQueryResult<Preview> =>
  useQuery({
    queryKey: ['access', 'preview', vehicleId, method],
    queryFn: () =>
      take(
        api.POST('/api/v1/access/{vehicle_id}/immobilize/preview', {
          params: { path: { vehicle_id: vehicleId } },
          body: { method: method as Method, reason: 'safety_lockdown' },
          headers: { 'Idempotency-Key': '' },
        }),
      ),
    enabled: method !== undefined,
    staleTime: 0,
    gcTime: 0,
    refetchInterval: everyMs,
  });

/** After an act everything about commands is read again. */
export function useJobsChanged(): (jobId?: string) => Promise<void> {
  const queries = useQueryClient();
  return async (jobId) => {
    const keys: unknown[][] = [[commandsPath], [ofVehicle], ['access', 'preview'], ['access', 'standing'], ...(jobId ? [jobKey(jobId)] : [])];
    await Promise.all(keys.map((queryKey) => queries.invalidateQueries({ queryKey })));
  };
}
