import { useQuery } from '@tanstack/react-query';
import { fetchPage, useList } from '../../api/lists';
import type { Span } from './board';
import type { Shift } from './words';

export type By = 'vehicle' | 'driver';

export interface BoardRows {
  rows: { id: string; label: string; shifts: Shift[] }[];
  nameOf: (shift: Shift) => string;
  pending: boolean;
  error: Error | null;
  again: () => void;
  /** Present when there are more rows than are shown. */
  more: (() => void) | undefined;
}

const rowsAtOnce = 100;
const shiftsAtOnce = 500;
const pagesMax = 10;

async function shiftsWithin({ from, to }: Span): Promise<Shift[]> {
  const found: Shift[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < pagesMax; page += 1) {
    const { items, next_cursor } = (await fetchPage('/api/v1/driver_module/shifts', { query: { from: new Date(from).toISOString(), to: new Date(to).toISOString() }, limit: shiftsAtOnce }, cursor)) as { items: Shift[]; next_cursor: string | null };
    found.push(...items);
    cursor = next_cursor;
    if (!cursor) break;
  }
  return found;
}

/** Rows of the board with their shifts; whoever drives is named from one list and not asked for one by one. */
export function useBoard({ by, shown, text }: { by: By; shown: Span; text: string }): BoardRows {
  const query = { status: 'active', ...(text ? { q: text } : {}) };
  const vehicles = useList('/api/v1/transport_registry', { query: { ...query, sort: 'plate' }, limit: rowsAtOnce }, { enabled: by === 'vehicle' });
  const drivers = useList('/api/v1/driver_module/drivers', { query, limit: rowsAtOnce }, { enabled: by === 'driver' });
  const shifts = useQuery({ queryKey: ['/api/v1/driver_module/shifts', 'board', shown.from, shown.to], queryFn: () => shiftsWithin(shown), refetchInterval: 60_000 });
  const { data: names } = useQuery({ queryKey: ['/api/v1/driver_module/drivers', 'names'], queryFn: () => fetchPage('/api/v1/driver_module/drivers', { limit: 500 }, null), staleTime: 300_000 });
  const list = by === 'vehicle' ? vehicles : drivers;
  const subjects = by === 'vehicle' ? vehicles.rows.map(({ id, plate }) => ({ id, label: plate })) : drivers.rows.map(({ id, name, driver_no }) => ({ id, label: name ?? `№ ${driver_no}` }));
  const nameById = new Map((names?.items ?? []).map(({ id, name }) => [id, name]));
  return {
    rows: subjects.map((subject) => ({ ...subject, shifts: (shifts.data ?? []).filter((shift) => (by === 'vehicle' ? shift.vehicle_id : shift.driver_id) === subject.id) })),
    nameOf: (shift) => nameById.get(shift.driver_id) ?? `№ ${shift.driver_no}`,
    pending: list.isPending || shifts.isPending,
    error: list.error ?? shifts.error,
    again: () => void Promise.all([list.refetch(), shifts.refetch()]),
    more: list.hasNextPage ? () => void list.fetchNextPage() : undefined,
  };
}
