import { useQueryClient } from '@tanstack/react-query';
import { createContext, use, useCallback, useEffect, useMemo, useState, type ReactNode } from 'react';
import { session } from '../../api/client';
import { ownerName } from '../../api/session';
import { browserLock, randomId } from '../../api/tab-lock';
import { beforeLeaving } from '../../app/leave';
import { useMe } from '../../app/me';
import { database } from './queue/database';
import { Queue, type Stopped } from './queue/queue';
import { senderOf } from './queue/sender';
import type { Action } from './queue/types';

interface Outbox {
  queue: Queue;
  actions: Action[];
  sending: boolean;
  stopped: Stopped;
  sync: () => Promise<void>;
}

const OutboxContext = createContext<Outbox | undefined>(undefined);
const lock = browserLock();

export function useOutbox(): Outbox {
  const outbox = use(OutboxContext);
  if (!outbox) throw new Error('This page stands outside of the driver app.');
  return outbox;
}

/** How often what waits is tried again while the app is open. */
const againMs = 20_000;

export function OutboxProvider({ children }: { children: ReactNode }): ReactNode {
  const me = useMe();
  const owner = ownerName(me.id, me.account_id);
  const [actions, setActions] = useState<Action[]>([]);
  const [sending, setSending] = useState(false);
  const [stopped, setStopped] = useState<Stopped>();
  const queries = useQueryClient();
  const channel = useMemo(() => new BroadcastChannel('fleet.driver_queue'), []);
  const queue = useMemo<Queue>(() => {
    const changed = (): void => {
      void made.list().then(setActions);
      channel.postMessage('changed');
    };
    const made = new Queue({ owner, store: database, send: senderOf(owner), lock, now: Date.now, newId: randomId, changed });
    return made;
  }, [owner, channel]);

  const sync = useCallback(async () => {
    if (!navigator.onLine) return setStopped('offline');
    setSending(true);
    const before = (await queue.list()).filter((a) => a.state === 'done').length;
    const ended = await queue.run().catch((): Stopped => 'busy');
    setStopped(ended);
    setSending(false);
    if ((await queue.list()).filter((a) => a.state === 'done').length !== before) await queries.invalidateQueries();
  }, [queue, queries]);

  useEffect(() => {
    const show = (): void => void queue.list().then(setActions);
    const tryNow = (): void => {
      if (navigator.onLine && document.visibilityState === 'visible') void queue.list().then((all) => (all.some((a) => a.state === 'waiting' || a.state === 'sending') ? sync() : undefined));
    };
    show();
    tryNow();
    const timer = setInterval(tryNow, againMs);
    const stop = session.subscribe(tryNow);
    channel.addEventListener('message', show);
    addEventListener('online', tryNow);
    document.addEventListener('visibilitychange', tryNow);
    return () => {
      clearInterval(timer);
      stop();
      channel.removeEventListener('message', show);
      removeEventListener('online', tryNow);
      document.removeEventListener('visibilitychange', tryNow);
    };
  }, [queue, sync, channel]);

  // What was read goes with the person; what they did stays until they are back to send it.
  useEffect(() => beforeLeaving(() => database.forgetReads()), []);

  const outbox = useMemo(() => ({ queue, actions, sending, stopped, sync }), [queue, actions, sending, stopped, sync]);
  return <OutboxContext value={outbox}>{children}</OutboxContext>;
}

/** What has not reached the server. */
export const unsent = (actions: readonly Action[]): Action[] => actions.filter((a) => a.state !== 'done');
