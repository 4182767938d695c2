import { asProblem, type Problem } from '../../../api/problem';
import type { TabLock } from '../../../api/tab-lock';
import { beginsAgain, blockedBy, goesAlong, inOrder } from './order';
import { nextStep } from './steps';
import type { Action, Drafts, Kind, Photo, PhotoRef, Refusal, Step } from './types';

/** Where actions outlive the page. `change` is atomic between tabs; answering undefined removes the action. */
export interface QueueStore {
  all(owner: string): Promise<Action[]>;
  put(action: Action, photos: readonly Photo[]): Promise<void>;
  change(id: string, change: (action: Action) => Action | undefined): Promise<Action | undefined>;
  addPhotos(photos: readonly Photo[]): Promise<void>;
  dropPhotos(ids: readonly string[]): Promise<void>;
}

export interface QueueMeans {
  owner: string;
  store: QueueStore;
  /** Sends one request as the owner and answers the id that the server gave; throws a Problem. */
  send: (step: Step) => Promise<string>;
  lock: TabLock;
  now: () => number;
  newId: () => string;
  changed: () => void;
}

export interface NewAction<K extends Kind> {
  kind: K;
  draft: Drafts[K];
  at?: string;
  photos?: readonly Photo[];
  needs?: string | null;
  id?: string;
}

/** How sending ended: undefined when nothing is left that could be sent. */
export type Stopped = 'offline' | 'signed_out' | 'busy' | undefined;

const doneKeptMs = 7 * 86_400_000;
const doneKept = 30;

/** What a driver did, in the order they did it, until the server has it. */
export class Queue {
  private running: Promise<Stopped> | undefined;
  private again = false;

  constructor(private readonly means: QueueMeans) {}

  async list(): Promise<Action[]> {
    return inOrder(await this.means.store.all(this.means.owner));
  }

  async add<K extends Kind>(made: NewAction<K>): Promise<Action> {
    const { store, owner, now, newId } = this.means;
    const before = await store.all(owner);
    const photos = made.photos ?? [];
    const fresh = { state: 'waiting', revision: 0, answers: {}, refusal: null, trouble: null, done_at: null } as const;
    const action = {
      ...fresh,
      id: made.id ?? newId(),
      owner,
      serial: 1 + Math.max(0, ...before.map((a) => a.serial)),
      kind: made.kind,
      draft: made.draft,
      at: made.at ?? new Date(now()).toISOString(),
      photos: photos.map(refOf),
      needs: made.needs ?? null,
    } as unknown as Action;
    await store.put(action, photos);
    this.means.changed();
    return action;
  }

  /** What was refused, or has not been sent, is put right. Files that arrived already stay. */
  async edit(id: string, change: { draft: Drafts[Kind]; at?: string; photos: readonly PhotoRef[]; newPhotos: readonly Photo[] }): Promise<void> {
    await this.means.store.addPhotos(change.newPhotos);
    await this.means.store.change(id, (a) => (a.state === 'refused' || a.state === 'waiting' ? ({ ...a, draft: change.draft, at: change.at ?? a.at, photos: [...change.photos], state: 'waiting', revision: a.revision + 1, refusal: null, trouble: null } as Action) : a));
    this.means.changed();
  }

  /** Gives up what the server does not have. */
  async discard(id: string): Promise<void> {
    const all = await this.list();
    const action = all.find((a) => a.id === id);
    if (!action) return;
    for (const gone of [...goesAlong(action, all), action]) {
      const removed = await this.means.store.change(gone.id, (a) => (a.state === 'sending' ? a : undefined));
      if (!removed) await this.means.store.dropPhotos(gone.photos.map((p) => p.id));
    }
    this.means.changed();
  }

  /** Sends what can be sent, one tab at a time. Asked again while it runs, it looks once more and sends nothing twice. */
  run(): Promise<Stopped> {
    this.again = true;
    this.running ??= this.means.lock('driver_queue', () => this.sendAll()).finally(() => {
      this.running = undefined;
    });
    return this.running;
  }

  private async sendAll(): Promise<Stopped> {
    const tried = new Set<string>();
    let stopped: Stopped;
    while (this.again && !stopped) {
      this.again = false;
      stopped = await this.sendReady(tried);
    }
    await this.prune();
    this.means.changed();
    return stopped;
  }

  private async sendReady(tried: Set<string>): Promise<Stopped> {
    for (;;) {
      const all = await this.list();
      // Whoever holds the lock is alone: what is marked as being sent was left so by a page that died.
      const next = all.find((a) => (a.state === 'waiting' || a.state === 'sending') && !tried.has(a.id) && !blockedBy(a, all));
      if (!next) return undefined;
      tried.add(next.id);
      const stopped = await this.sendOne(next);
      if (stopped) return stopped;
      const released = beginsAgain(next, all);
      const ended = (await this.list()).find((a) => a.id === next.id);
      if (released && ended?.state === 'done') {
        tried.delete(released.id);
        await this.means.store.change(released.id, (a) => ({ ...a, state: 'waiting', refusal: null }));
      }
    }
  }

  private async sendOne(action: Action): Promise<Stopped> {
    const { store, send, now, changed } = this.means;
    let current = await store.change(action.id, (a) => ({ ...a, state: 'sending' }));
    changed();
    try {
      for (;;) {
        const step: Step | undefined = current && nextStep(current);
        if (!current || !step) break;
        const id = await send(step);
        current = await store.change(action.id, (a) => ({ ...a, answers: { ...a.answers, [step.name]: id } }));
      }
      await store.change(action.id, (a) => ({ ...a, state: 'done', done_at: new Date(now()).toISOString(), refusal: null, trouble: null }));
      await store.dropPhotos(action.photos.map((p) => p.id));
      return undefined;
    } catch (error) {
      const problem = asProblem(error);
      const stopped = stopOf(problem);
      const passing = stopped !== undefined || problem.passing || problem.code === 'IDEMPOTENCY_IN_PROGRESS';
      await store.change(action.id, (a) => (passing ? { ...a, state: 'waiting', trouble: problem.code } : { ...a, state: 'refused', refusal: refusalOf(problem), trouble: null }));
      return stopped;
    } finally {
      changed();
    }
  }

  private async prune(): Promise<void> {
    const done = (await this.list()).filter((a) => a.state === 'done').reverse();
    const old = done.filter((a, i) => i >= doneKept || this.means.now() - Date.parse(a.done_at ?? a.at) > doneKeptMs);
    for (const { id } of old) await this.means.store.change(id, () => undefined);
  }
}

const refOf = ({ id, name, type }: PhotoRef): PhotoRef => ({ id, name, type });

/** What would meet the next request just the same. */
function stopOf(problem: Problem): Stopped {
  if (problem.status === 0 && problem.code !== 'UNEXPECTED') return 'offline';
  if (problem.status === 401) return 'signed_out';
  return problem.status === 429 || problem.status === 503 ? 'busy' : undefined;
}

const refusalOf = ({ code, detail, facts, errors }: Problem): Refusal => ({ code, detail, facts: { ...facts }, errors: errors.map((e) => ({ field: e.field, detail: e.detail })) });
