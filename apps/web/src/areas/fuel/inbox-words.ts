import { useEffect } from 'react';
import type { Schemas } from '../../api/client';

export type InboxItem = Schemas['InboxItemView'];
export type Suggestion = Schemas['SuggestionView'];

export const inboxPath = '/api/v1/fuel_log/inbox';
export const aliasPath = '/api/v1/fuel_log/aliases';
export const inboxStates = ['waiting', 'applied', 'declined', 'settled'] as const;
export const feedFuels = ['gasoline', 'diesel', 'electric', 'hybrid', 'lpg', 'cng'] as const;
export const aliasKinds = ['fuel_type', 'department', 'plate'] as const;
export const issueCodes = [
  'plate_missing', 'plate_unknown', 'date_missing', 'date_unreadable', 'date_in_future', 'quantity_missing', 'quantity_unreadable', 'quantity_impossible', 'km_in_litres', 'amount_unreadable', 'currency_foreign',
  'fuel_type_unknown', 'department_unknown', 'odometer_out_of_line', 'duplicate',
] as const;

/** Without these nothing can count; such a record is corrected, not applied. */
export const incomplete = (item: InboxItem): boolean => item.fueled_at === null || item.litres === null;

const kindOf: Record<string, (typeof aliasKinds)[number]> = { fuel_type_unknown: 'fuel_type', department_unknown: 'department', plate_unknown: 'plate' };
const saidAs = { fuel_type: 'fuel_type', department: 'department', plate: 'car' } as const;

/** A spelling nobody taught yet, as it was written: what an alias would be made of. */
export function unknownIn(item: InboxItem, code: string): { kind: (typeof aliasKinds)[number]; spelling: string } | undefined {
  const kind = kindOf[code];
  if (!kind) return undefined;
  const name = saidAs[kind];
  const said = item.overlay?.[name] ?? item.raw[name];
  return typeof said === 'string' && said.trim() !== '' ? { kind, spelling: said.trim() } : undefined;
}

/** Single keys, never while somebody types or a dialog is open. */
export function useInboxKeys(keys: Readonly<Record<string, () => void>>): void {
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      const { target } = event;
      if (target instanceof HTMLElement && /^(input|textarea|select)$/i.test(target.tagName)) return;
      if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || document.querySelector('[role="dialog"]')) return;
      const act = keys[event.key];
      if (!act) return;
      // A dialog that opens takes the focus; the letter must not land in its first field.
      event.preventDefault();
      act();
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, [keys]);
}
