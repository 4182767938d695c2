import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { useMay } from '../../app/me';
import { everyPage } from './all-pages';
import type { Fence } from './words';

export const fencesKey = '/api/v1/telemetry/geofences';

/** All geofences the reader may see, by name; a map needs them whole. */
export function useFences(): UseQueryResult<Fence[]> {
  const may = useMay();
  return useQuery({
    queryKey: [fencesKey, 'all'],
    queryFn: async ({ signal }) => {
      const fences: Fence[] = [];
      for await (const page of everyPage(fencesKey, { query: { sort: 'name' } }, signal)) fences.push(...page);
      return fences;
    },
    enabled: may('telemetry_engine.geofence.read'),
    staleTime: 60_000,
  });
}
