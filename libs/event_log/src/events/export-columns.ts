import type { Column } from '@fleet/platform/tables';
import type { EventView } from './event.dto';

const plain = ['id', 'type', 'kind', 'title', 'text', 'state', 'source', 'reference', 'issuer', 'plate', 'driver_no', 'at', 'to_at', 'lat', 'lon', 'severity', 'fine_state', 'amount_minor', 'currency', 'outcome', 'recorded_at'] as const;

/** What an export writes; the review reasons and details as text, so that nothing is left out. */
export const exportColumns: Column<EventView>[] = [
  ...plain.map((name) => ({ name, value: (e: EventView) => e[name] })),
  { name: 'review', value: (e) => e.review.join('; ') },
  { name: 'details', value: (e) => (Object.keys(e.details).length > 0 ? JSON.stringify(e.details) : '') },
];
