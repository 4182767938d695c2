/** What of the built app is kept: one cache a version. Answers of the API are never in it. */
export interface Shell {
  version: string;
  /** A script that the index of this version names. */
  entry: string;
  files: readonly string[];
}

export interface Means {
  caches: Pick<CacheStorage, 'open' | 'keys' | 'delete' | 'match'>;
  fetch: (request: Request | string, init?: RequestInit) => Promise<Response>;
}

const prefix = 'fleet-shell-';
const nameOf = (shell: Shell): string => prefix + shell.version;
const index = '/';

/** Everything or nothing: a half-kept version would open and break. What an older version keeps already is not loaded again. */
export async function install(shell: Shell, { caches, fetch }: Means): Promise<void> {
  const page = await fetch(index, { cache: 'no-cache' });
  // During a roll-out another server may still answer with its own version; the next attempt finds this one.
  if (!page.ok || !(await page.clone().text()).includes(shell.entry)) throw new Error('The index is of another version.');
  const cache = await caches.open(nameOf(shell));
  await cache.put(index, page);
  for (const path of shell.files) {
    const known = path.startsWith('/assets/') ? await caches.match(path) : undefined;
    const response = known ?? (await fetch(path, { cache: 'no-cache' }));
    if (!response.ok) throw new Error(`${path} is not there.`);
    await cache.put(path, response);
  }
}

/** Older versions go when this one takes over. */
export async function activate(shell: Shell, { caches }: Means): Promise<void> {
  for (const name of await caches.keys()) if (name.startsWith(prefix) && name !== nameOf(shell)) await caches.delete(name);
}

/** Addresses that are no page of the app: programs, and files. */
const notOurs = /^\/(api|oauth|\.well-known|healthz|livez|readyz|metrics|assets)(\/|$)|\.[^/]*$/;

/** How long a page may take before the kept one opens. */
const patienceMs = 4000;

/** What the worker answers; undefined leaves the request to the browser. */
export function answerOf(shell: Shell, request: Pick<Request, 'method' | 'url' | 'mode'>, origin: string, means: Means): Promise<Response> | undefined {
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== origin) return undefined;
  if (request.mode === 'navigate') return notOurs.test(url.pathname) ? undefined : page(shell, request as Request, means);
  return shell.files.includes(url.pathname) ? kept(shell, url.pathname, request as Request, means) : undefined;
}

async function page(shell: Shell, request: Request, { caches, fetch }: Means): Promise<Response> {
  const keptPage = async (): Promise<Response | undefined> => (await caches.open(nameOf(shell))).match(index);
  // Not an AbortSignal: a request of mode navigate takes no options.
  const fresh = fetch(request);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('late')), patienceMs);
  });
  try {
    const response = await Promise.race([fresh, late]);
    return response.status >= 500 ? ((await keptPage()) ?? response) : response;
  } catch {
    return (await keptPage()) ?? fresh;
  } finally {
    clearTimeout(timer);
  }
}

async function kept(shell: Shell, path: string, request: Request, { caches, fetch }: Means): Promise<Response> {
  return (await (await caches.open(nameOf(shell))).match(path)) ?? fetch(request);
}
