import { activate, answerOf, install, type Means, type Shell } from './shell-cache';

const origin = 'https://fleet.example.org';
const shellOf = (version: string): Shell => ({ version, entry: `/assets/index-${version}.js`, files: [`/assets/index-${version}.js`, '/assets/same.css', '/favicon.svg'] });

/** Caches of a browser, in memory. */
function memoryCaches(): Means['caches'] & { named: Map<string, Map<string, Response>> } {
  const named = new Map<string, Map<string, Response>>();
  const keyOf = (key: RequestInfo | URL): string => String(key);
  return {
    named,
    open: async (name) => {
      const found = named.get(name) ?? new Map<string, Response>();
      named.set(name, found);
      return { put: async (key: RequestInfo, response: Response) => void found.set(keyOf(key), response), match: async (key: RequestInfo) => found.get(keyOf(key))?.clone() } as unknown as Cache;
    },
    keys: async () => [...named.keys()],
    delete: async (name) => named.delete(name),
    match: async (key) => [...named.values()].map((files) => files.get(keyOf(key))).find(Boolean)?.clone(),
  };
}

function house(): { means: Means; asked: string[]; serve: { version: string; down: boolean; status: number }; named: Map<string, Map<string, Response>> } {
  const asked: string[] = [];
  const serve = { version: '1', down: false, status: 200 };
  const caches = memoryCaches();
  const fetch = async (request: Request | string): Promise<Response> => {
    const path = typeof request === 'string' ? request : new URL(request.url).pathname;
    asked.push(path);
    if (serve.down) throw new TypeError('Failed to fetch');
    return new Response(path === '/' || !path.includes('.') ? `<script src="/assets/index-${serve.version}.js">` : path, { status: serve.status });
  };
  return { means: { caches, fetch }, asked, serve, named: caches.named };
}

const navigate = (path: string): Request => ({ method: 'GET', url: origin + path, mode: 'navigate' }) as Request;
const load = (path: string, method = 'GET'): Request => ({ method, url: origin + path, mode: 'cors' }) as Request;

describe('the kept shell', () => {
  it('opens every page without a network, and the newest with one', async () => {
    const { means, serve } = house();
    const shell = shellOf('1');
    await install(shell, means);
    serve.version = '2';
    expect(await (await answerOf(shell, navigate('/driver/fuel?edit=1'), origin, means))?.text()).toContain('index-2.js');
    serve.down = true;
    expect(await (await answerOf(shell, navigate('/driver/fuel'), origin, means))?.text()).toContain('index-1.js');
    expect(await (await answerOf(shell, load('/assets/same.css'), origin, means))?.text()).toBe('/assets/same.css');
    Object.assign(serve, { down: false, status: 502 });
    expect((await answerOf(shell, navigate('/'), origin, means))?.status).toBe(200);
  });

  it.each([
    ['the API', load('/api/v1/driver_module/me')],
    ['a page of the API', navigate('/api/docs')],
    ['a file', navigate('/api.json')],
    ['a write', load('/assets/same.css', 'POST')],
    ['what is not in it', load('/assets/map.js')],
    ['another server', { method: 'GET', url: 'https://other.example.org/favicon.svg', mode: 'cors' } as Request],
  ])('leaves %s alone', async (_, request) => {
    const { means } = house();
    await install(shellOf('1'), means);
    expect(answerOf(shellOf('1'), request, origin, means)).toBeUndefined();
  });

  it('is whole or not there: an index of another version, or a missing file, installs nothing', async () => {
    const { means, serve } = house();
    serve.version = '2';
    await expect(install(shellOf('1'), means)).rejects.toThrow('another version');
    Object.assign(serve, { version: '1', status: 404 });
    await expect(install(shellOf('1'), means)).rejects.toThrow();
  });

  it('takes over what has not changed, and clears what came before', async () => {
    const { means, asked, serve, named } = house();
    await install(shellOf('1'), means);
    asked.length = 0;
    serve.version = '2';
    await install(shellOf('2'), means);
    expect(asked).toEqual(['/', '/assets/index-2.js', '/favicon.svg']);
    (await means.caches.open('somebody-elses'));
    await activate(shellOf('2'), means);
    expect([...named.keys()]).toEqual(['fleet-shell-2', 'somebody-elses']);
  });
});
