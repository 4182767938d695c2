import createClient from 'openapi-fetch';
import type { components, paths } from '../generated/api.generated';
import { Problem, problemOf } from './problem';
import { Session, type Channel } from './session';
import { browserShared } from './shared';
import { browserLock, randomId } from './tab-lock';

export type Schemas = components['schemas'];

function tabs(): Channel {
  const channel = new BroadcastChannel('fleet.session');
  return { post: (message) => channel.postMessage(message), listen: (hear) => channel.addEventListener('message', ({ data }) => hear(data)) };
}

export const session = new Session({
  fetch: (path, init) => fetch(path, init),
  shared: browserShared,
  lock: browserLock(),
  channel: tabs(),
  now: Date.now,
  somebodyElse: () => location.assign('/'),
});

/** Asks the person for a fresh second factor; resolves to whether it was given. Set by the dialog that does it. */
let askStepUp: () => Promise<boolean> = () => Promise.resolve(false);
export const onStepUp = (ask: () => Promise<boolean>): void => {
  askStepUp = ask;
};

async function send(request: Request): Promise<Response> {
  try {
    // What one person read must not be shown to the next on this device: two answers may have the same ETag, their version.
    return await fetch(request.clone(), { cache: 'no-store' });
  } catch (error) {
    if (request.signal.aborted) throw error;
    throw new Problem(0, 'OFFLINE', 'The server cannot be reached.');
  }
}

/**
 * One request with everything that has nothing to do with what it asks: the token, a renewed token, a sign-in that ran
 * out (it waits for the person), a second factor. None of these leaves a trace on the server, so writes pass here too.
 */
async function guarded(input: Request): Promise<Response> {
  if (input.method === 'POST' && !input.headers.has('idempotency-key')) input.headers.set('idempotency-key', randomId());
  // An empty key: this POST only asks, and the server need not remember its answer.
  if (input.headers.get('idempotency-key') === '') input.headers.delete('idempotency-key');
  for (let attempt = 0; ; attempt++) {
    const token = await tokenOrWait();
    input.headers.set('authorization', `Bearer ${token}`);
    const response = await send(input);
    if (response.ok) return response;
    const problem = await problemOf(response);
    if (attempt < 3 && response.status === 401) {
      await session.refresh(token);
      continue;
    }
    if (attempt < 3 && problem.code === 'STEP_UP_REQUIRED' && (await askStepUp())) continue;
    throw problem;
  }
}

async function tokenOrWait(): Promise<string> {
  for (;;) {
    const token = await session.token().catch((error: unknown) => {
      throw error instanceof TypeError ? new Problem(0, 'OFFLINE', 'The server cannot be reached.') : error;
    });
    if (token) return token;
    if (session.state === 'signed_out') throw new Problem(401, 'UNAUTHENTICATED', 'Sign in first.');
    await session.whenSignedIn();
  }
}

export const api = createClient<paths>({ baseUrl: location.origin, fetch: guarded });

/** For the few routes that need no token: signing in, setting up, accepting an invitation. */
export const openApi = createClient<paths>({
  baseUrl: location.origin,
  fetch: async (request: Request) => {
    const response = await send(request);
    if (!response.ok) throw await problemOf(response);
    return response;
  },
});

/** The answer's body; refusals were thrown before. */
export async function take<T>(answer: Promise<{ data?: T }>): Promise<T> {
  return (await answer).data as T;
}

/** A file as the server names it, saved by the browser. */
export async function download(path: string): Promise<void> {
  const response = await guarded(new Request(new URL(path, location.origin)));
  const named = /filename\*?=(?:UTF-8'')?"?([^";]+)/i.exec(response.headers.get('content-disposition') ?? '')?.[1];
  const url = URL.createObjectURL(await response.blob());
  const link = document.createElement('a');
  link.href = url;
  link.download = decodeURIComponent(named ?? path.split('/').at(-1)?.split('?')[0] ?? 'download');
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** A stream of bytes with our token: what EventSource cannot send. */
export const openStream = (path: string, signal: AbortSignal): Promise<Response> =>
  guarded(new Request(new URL(path, location.origin), { headers: { accept: 'text/event-stream' }, signal }));

export const ifMatch = (version: number): { 'If-Match': string } => ({ 'If-Match': `"${version}"` });
