import { useQuery } from '@tanstack/react-query';
import { api, take, type Schemas } from '../../api/client';
import { ownerName } from '../../api/session';
import { useMe } from '../../app/me';
import { database } from './queue/database';

export interface Read<T> {
  data: T | undefined;
  /** When the server said so. */
  at: string | undefined;
  /** Not from just now: shown with its age. */
  old: boolean;
  error: Error | null;
  refetch: () => void;
}

/** Reads from the server and keeps the answer for the time without a network. */
export function useRead<T>(name: string, read: () => Promise<T>): Read<T> {
  const me = useMe();
  const owner = ownerName(me.id, me.account_id);
  const key = `${owner} ${name}`;
  const kept = useQuery({ queryKey: ['kept', key], queryFn: async () => (await database.kept(key)) ?? null, networkMode: 'always', staleTime: Infinity, retry: false });
  const live = useQuery({
    queryKey: ['driver', key],
    networkMode: 'always',
    retry: false,
    queryFn: async () => {
      const data = await read();
      const at = new Date().toISOString();
      await database.keep({ key, owner, at, data }).catch(() => undefined);
      return { data, at };
    },
  });
  const before = kept.data ?? undefined;
  return {
    data: live.data?.data ?? (before?.data as T | undefined),
    at: live.data?.at ?? before?.at,
    old: live.isError || !live.data,
    error: live.data || before || kept.isPending ? null : live.error,
    refetch: () => void live.refetch(),
  };
}

export type MyShifts = Schemas['MyShiftView'];
export const useMyShift = (): Read<MyShifts> => useRead('shift', () => take(api.GET('/api/v1/driver_module/me/shift')));
export const useMyVehicle = (): Read<Schemas['MyVehicleAnswer']> => useRead('vehicle', () => take(api.GET('/api/v1/driver_module/me/vehicle')));
export const useMyProfile = (): Read<Schemas['MyProfileView']> => useRead('profile', () => take(api.GET('/api/v1/driver_module/me')));
export const useMyPapers = (): Read<Schemas['DriverDocumentView'][]> => useRead('papers', async () => (await take(api.GET('/api/v1/driver_module/me/documents', { params: { query: { limit: 100 } } }))).items);
export const useMyFines = (): Read<Schemas['EventView'][]> => useRead('fines', async () => (await take(api.GET('/api/v1/event_log/my/fines', { params: { query: { limit: 50 } } }))).items);
export const useMyIncidents = (): Read<Schemas['EventView'][]> => useRead('incidents', async () => (await take(api.GET('/api/v1/event_log/my/events', { params: { query: { type: 'incident', limit: 20 } } }))).items);
