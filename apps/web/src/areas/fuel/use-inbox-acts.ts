import { useQueryClient, type InfiniteData } from '@tanstack/react-query';
import { useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ifMatch, take } from '../../api/client';
import type { Page } from '../../api/lists';
import { useFormat } from '../../app/me';
import { ask } from '../../kit/dialogs';
import type { Field, Values } from '../../kit/form/fields';
import { changesOf } from '../../kit/form/changes';
import { useOptions } from '../../kit/options';
import { done, failed } from '../../kit/toast';
import { localOf, momentOf } from '../../kit/zoned';
import { feedFuels, inboxPath, incomplete, type InboxItem } from './inbox-words';
import { useTeaching, type Learning } from './inbox-teach';
import { majorOf } from './units';

export interface InboxActs {
  apply: (item: InboxItem) => void;
  edit: (item: InboxItem) => void;
  decline: (item: InboxItem) => void;
  undo: (id: string) => Promise<void>;
  undoLast: () => void;
  take: Learning['teach'];
  ask: Learning['ask'];
  correct: (item: InboxItem, changes: Values) => void;
  learnt: Learning['learnt'];
  decided: number;
}

/** Deciding: the next record shows at once, the server answers meanwhile, and what it refuses comes back. */
export function useInboxActs(rows: readonly InboxItem[], index: number, choose: (id: string | undefined) => void): InboxActs {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { timeZone: zone, currency } = useFormat().habits;
  const fields = useEditFields();
  const declining = useDeclining();
  const teaching = useTeaching(rows);
  const lastReason = useRef('');

  const { refresh, decided, counted, undo, undoLast } = useSitting(choose);
  const leave = (item: InboxItem): void => {
    choose((rows[index + 1] ?? rows[index - 1])?.id);
    queries.setQueriesData<InfiniteData<Page<InboxItem>>>({ queryKey: [inboxPath] }, (data) => data && { ...data, pages: data.pages.map((page) => ({ ...page, items: page.items.filter((row) => row.id !== item.id) })) });
  };
  const request = (item: InboxItem) => ({ params: { path: { inbox_id: item.id }, header: ifMatch(item.version) } });

  const apply = (item: InboxItem): void => {
    if (incomplete(item)) return edit(item);
    leave(item);
    api
      .POST('/api/v1/fuel_log/inbox/{inbox_id}/apply', { ...request(item), body: {} })
      .then(() => counted(item, 'fuel:inbox.applied'))
      .catch(failed)
      .finally(() => void refresh());
  };
  const decline = (item: InboxItem): void =>
    ask({
      ...declining,
      initial: { reason: lastReason.current || null },
      act: async ({ reason }, key) => {
        lastReason.current = String(reason);
        await api.POST('/api/v1/fuel_log/inbox/{inbox_id}/decline', { ...request(item), body: { reason: String(reason) }, headers: { 'Idempotency-Key': key } });
        leave(item);
        counted(item, 'fuel:inbox.declined');
        await refresh();
      },
    });
  const send = async (item: InboxItem, changes: Values, key?: string): Promise<void> => {
    const { fueled_at, ...rest } = changes;
    const body = { ...rest, ...(fueled_at ? { fueled_at: momentOf(String(fueled_at), zone) } : {}) };
    const after = await take(api.POST('/api/v1/fuel_log/inbox/{inbox_id}/edit', { ...request(item), body: body as never, ...(key ? { headers: { 'Idempotency-Key': key } } : {}) }));
    if (after.state !== 'waiting') leave(item);
    counted(item, after.state === 'waiting' ? 'fuel:inbox.edited_waits' : 'fuel:inbox.edited');
    await refresh();
  };
  const edit = (item: InboxItem): void => {
    const before = readNow(item, zone, currency);
    ask({
      title: t('fuel:inbox.edit_title', { plate: item.car ?? '–' }),
      ...(item.message ? { body: item.message } : {}),
      fields,
      initial: { ...before, apply: true },
      columns: 2,
      size: 'lg',
      submitLabel: t('kit:form.save'),
      act: (values, key) => send(item, correctionOf(before, values), key),
    });
  };
  const correct = (item: InboxItem, changes: Values): void => void send(item, changes).catch(failed);
  return useMemo(() => ({ apply, edit, decline, undo, undoLast, correct, take: teaching.teach, ask: teaching.ask, learnt: teaching.learnt, decided }), [rows, index, decided, teaching.learnt, fields]);
}

/** What was decided in this sitting, and taking it back. */
function useSitting(choose: (id: string | undefined) => void): { refresh: () => Promise<void>; decided: number; counted: (item: InboxItem, word: string) => void; undo: (id: string) => Promise<void>; undoLast: () => void } {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [decided, setDecided] = useState(0);
  const past = useRef<string[]>([]);
  const refresh = (): Promise<void> => queries.invalidateQueries({ queryKey: [inboxPath] });
  const undo = async (id: string): Promise<void> => {
    await api.POST('/api/v1/fuel_log/inbox/{inbox_id}/undo', { params: { path: { inbox_id: id } } });
    past.current = past.current.filter((other) => other !== id);
    setDecided((n) => Math.max(0, n - 1));
    await refresh();
    choose(id);
  };
  const counted = (item: InboxItem, word: string): void => {
    past.current.push(item.id);
    setDecided((n) => n + 1);
    done(t(word, { plate: item.car ?? item.plate_norm ?? '–' }), () => undo(item.id));
  };
  const undoLast = (): void => {
    const id = past.current.at(-1);
    if (id) undo(id).then(() => done(t('kit:undone'))).catch(failed);
  };
  return { refresh, decided, counted, undo, undoLast };
}

/** What was read, as its form shows it. */
const readNow = (item: InboxItem, zone: string, currency: string): Values => ({
  plate: item.car,
  fueled_at: item.fueled_at && localOf(item.fueled_at, zone),
  litres: item.litres,
  amount: item.amount_minor === null ? null : majorOf(item.amount_minor, item.currency ?? currency),
  odometer_km: item.odometer_km,
  fuel_type: item.fuel_type,
  department: item.department,
});

/** Only what was changed; what cannot be emptied is left as it is. */
function correctionOf(before: Values, values: Values): Values {
  const changed = changesOf(before, values, Object.keys(before));
  for (const name of ['plate', 'fueled_at', 'litres', 'fuel_type']) if (changed[name] === null) delete changed[name];
  return { ...changed, apply: values['apply'] === true, ...(values['reason'] ? { reason: values['reason'] } : {}) };
}

/** Declining asks for a reason; the usual ones are a key away. */
function useDeclining(): Pick<Parameters<typeof ask>[0], 'title' | 'body' | 'fields' | 'submitLabel'> {
  const { t } = useTranslation();
  const usual = ['no_fuel', 'twice', 'not_ours'].map((name) => ({ value: t(`fuel:inbox.reasons.${name}`), label: name }));
  return { title: t('fuel:inbox.decline'), body: t('fuel:inbox.decline_body'), fields: [{ name: 'reason', label: t('vehicles:reason'), kind: 'suggest', required: true, options: usual }], submitLabel: t('fuel:inbox.decline') };
}

function useEditFields(): Field[] {
  const { t } = useTranslation();
  const fuels = useOptions('vehicles:fuel', feedFuels);
  return useMemo(
    () => [
      { name: 'plate', label: t('vehicles:field.plate') },
      { name: 'fueled_at', label: t('fuel:field.fuel_date'), kind: 'datetime' },
      { name: 'litres', label: t('fuel:inbox.name.litres'), kind: 'number', places: 3, min: 0 },
      { name: 'amount', label: t('fuel:field.total'), kind: 'number', places: 2, min: 0 },
      { name: 'odometer_km', label: t('vehicles:field.odometer'), kind: 'number', places: 1, min: 0, unit: 'km' },
      { name: 'fuel_type', label: t('vehicles:field.fuel_type'), kind: 'select', options: fuels },
      { name: 'department', label: t('vehicles:field.department') },
      { name: 'reason', label: t('vehicles:reason') },
      { name: 'apply', label: t('fuel:inbox.apply_then'), kind: 'flag', wide: true },
    ],
    [t],
  );
}
