import { useCallback, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take } from '../api/client';
import { useMay, useMe } from '../app/me';

const most = 50;
const isPerson = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Names by account and id; null while it is asked for, or when there is none. A history names the same few people over and over, so they are asked for together. */
const names = new Map<string, string | null>();
const wanted = new Set<string>();
const listeners = new Set<() => void>();
let [version, timer]: [number, ReturnType<typeof setTimeout> | undefined] = [0, undefined];

async function ask(account: string): Promise<void> {
  timer = undefined;
  const ids = [...wanted].slice(0, most);
  ids.forEach((id) => wanted.delete(id));
  if (wanted.size > 0) timer = setTimeout(() => void ask(account), 0);
  const { items } = await take(api.GET('/api/v1/auth/colleagues', { params: { query: { ids: ids.join(',') } } }));
  for (const { id, name } of items) names.set(`${account} ${id}`, name);
  version += 1;
  listeners.forEach((listener) => listener());
}

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** Who did it, as far as the reader may know: by name, else by what acted. `kind` is the actor's, `id` a user's, a program's or a task's. */
export function useWho(): (id: string | null | undefined, kind?: string) => string {
  const { t } = useTranslation();
  const me = useMe();
  const may = useMay()('auth.colleague.read');
  useSyncExternalStore(subscribe, () => version);
  const nameOf = useCallback(
    (id: string): string | null => {
      const key = `${me.account_id} ${id}`;
      const known = names.get(key);
      if (known !== undefined || !may) return known ?? null;
      names.set(key, null);
      wanted.add(id);
      timer ??= setTimeout(() => void ask(me.account_id).catch(() => undefined), 0);
      return null;
    },
    [me.account_id, may],
  );
  return (id, kind = 'user') => {
    if (!id) return '–';
    if (id === me.id) return t('kit:you');
    if (!isPerson.test(id)) return t('kit:actor.system');
    return (kind === 'user' ? nameOf(id) : null) ?? t(`kit:actor.${kind}`);
  };
}
