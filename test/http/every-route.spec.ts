import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { AuditSealer } from '@fleet/platform/audit';
import { MachineClients, PermissionTable, roles } from '@fleet/platform/auth';
import { routesOf, type Route } from '../../apps/cli/src/docs/routes';
import { testApp, type Agent, type TestApp } from '../support/app';
import { describe_, nuisancesFor, resolved, sample, type Described, type Description } from '../support/described';
import { bodies, exampleName, examples, mayEcho, parametersOf, pointers, stageFor, uploads, type Stage } from '../support/fixtures';
import { as, foundCompany, session, settle, type People } from '../support/people';
import { jpeg } from '../support/pictures';

/** Tables an attack may change for the victim without harm, each with the reason. */
const mayChange: Record<string, string> = {
  'audit.seal': 'verifying seals what is committed, whoever asks',
  'audit.batch': 'verifying seals what is committed, whoever asks',
  'audit.unsealed': 'verifying seals what is committed, whoever asks',
};

interface Answer {
  status: number;
  body: { code?: string };
  text: string;
  headers: Record<string, string>;
}

let app: TestApp;
let people: People;
let routes: Route[];
let guarded: Route[];
let api: Described;
let victim: Stage;
let stranger: Stage;
/** A second stranger, whose own things may come to harm. */
let careless: Stage;

beforeAll(async () => {
  app = await testApp({ FLEET_ROLES: 'api' });
  people = await settle(app);
  routes = routesOf(app.app);
  guarded = routes.filter((r) => !r.access?.public && missingIn(r).length === 0);
  api = (await app.request.get('/api/openapi.json').expect(200)).body as Described;
  victim = await stageFor(app, people.north);
  stranger = await stageFor(app, people.south);
  careless = await stageFor(app, await foundCompany(app, 'west'));
  for (const stage of [victim, stranger, careless]) for (const name of Object.keys(examples)) await stage.the(name);
}, 120_000);
afterAll(() => app?.close());

const label = (route: Route): string => `${route.method} ${route.path}`;
/** Parameters nobody registered an example for. */
const missingIn = (route: Route): string[] => parametersOf(route.path).filter((address) => !exampleName(address));
const isOwned = (address: string): boolean => !examples[exampleName(address) ?? '']?.shared;
/** Somebody of that company who may use the route: its admin, unless it is for others only. */
async function userOf(stage: Stage, route: Route): Promise<Agent> {
  const table = app.app.get(PermissionTable);
  const role = roles.find((r) => table.of(r).has(route.access?.permission ?? '')) ?? 'admin';
  return app.as((await session(app, stage.company[role], { steppedUp: true })).access_token);
}
const described = (route: Route): Description => describe_(api, route.method, route.path);

/** Sends one request; files and bodies as the route wants them. */
async function send(agent: Agent, route: Route, path: string, body?: unknown): Promise<Answer> {
  const method = route.method.toLowerCase() as 'get' | 'post' | 'put' | 'patch' | 'delete';
  const request = agent[method](path);
  if (described(route).streams) return firstWords(agent, path);
  if (method === 'get' || method === 'delete') return (await request) as unknown as Answer;
  const { contentType } = described(route);
  if (contentType === 'multipart/form-data' && body === undefined) {
    const { name, content } = uploads[label(route)] ?? { name: 'x.jpg', content: jpeg({ salt: 200 }) };
    return (await request.attach('file', content, name)) as unknown as Answer;
  }
  return (await request.set('content-type', 'application/json').send(JSON.stringify(body === undefined ? {} : body))) as unknown as Answer;
}

/** What comes within a moment over an answer that never ends. */
async function firstWords(agent: Agent, path: string): Promise<Answer> {
  const answer = await agent.get(path).buffer(false);
  // A refusal ends by itself.
  if (answer.status !== 200) return (await agent.get(path)) as unknown as Answer;
  const stream = (answer as unknown as { res: IncomingMessage }).res;
  let text = '';
  stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  await Promise.race([once(stream, 'end'), sleep(300)]);
  stream.destroy();
  return { status: answer.status, headers: answer.headers as Record<string, string>, text, body: {} };
}

/** The address with each parameter filled by whoever `from` names for it. */
async function addressOf(route: Route, from: (index: number) => Stage): Promise<string> {
  let path = route.path;
  for (const [index, address] of parametersOf(route.path).entries()) {
    const name = exampleName(address) ?? '';
    path = path.replace(/:\w+/, await from(index).the(name));
  }
  return path;
}

/** Examples for what a body or query points at: `vehicle_id` is `:vehicle_id`, or what `pointers` says. */
const idsOf = (stage: Stage) => async (property: string): Promise<string | undefined> => {
  const name = pointers[property] ?? pointers[`${property}s`] ?? `:${property}`;
  return examples[name] ? stage.the(name) : undefined;
};

async function bodyOf(route: Route, pointsAt: Stage): Promise<unknown> {
  const given = bodies[label(route)];
  if (given) return given(pointsAt);
  const { body, contentType } = described(route);
  return body && contentType === 'application/json' ? sample(api, body, '', idsOf(pointsAt)) : undefined;
}

describe('examples', () => {
  it('exist for every parameter in an address', () => {
    const missing = routes.flatMap((route) => missingIn(route).map((address) => `${label(route)}: add an example for "${address.split('/').slice(-2).join('/')}" (or "${address.split('/').at(-1)}") to test/support/fixtures.ts`));
    expect(missing).toEqual([]);
  });

  it('are found by the address’s end, the longer end first', () => {
    expect(exampleName('/api/v1/auth/users/:id')).toBe('auth/users/:id');
    expect(exampleName('/api/v1/anything/:vehicle_id')).toBe(':vehicle_id');
    expect(exampleName('/api/v1/nobody_knows/:this')).toBeUndefined();
    expect(parametersOf('/a/:b/c/:d/e')).toEqual(['/a/:b', '/a/:b/c/:d']);
  });
});

describe('every route', () => {
  it('asks for a token unless it says why it does not', async () => {
    expect(guarded.length).toBeGreaterThan(50);
    for (const route of guarded) {
      const answer = await send(app.request, route, await addressOf(route, () => victim));
      expect({ route: label(route), status: answer.status, code: answer.body.code, type: answer.headers['content-type'] }).toEqual({ route: label(route), status: 401, code: 'UNAUTHENTICATED', type: 'application/problem+json; charset=utf-8' });
    }
  }, 60_000);

  it.each(roles)('is closed to the %s who lacks its permission', async (role) => {
    const granted = app.app.get(PermissionTable).of(role);
    const agent = await as(app, people.north[role], { steppedUp: true });
    for (const route of guarded.filter((r) => !granted.has(r.access?.permission ?? ''))) {
      const answer = await send(agent, route, await addressOf(route, () => victim));
      expect({ route: label(route), status: answer.status, code: answer.body.code }).toEqual({ route: label(route), status: 403, code: 'FORBIDDEN' });
    }
  }, 60_000);

  it('is closed to a program that lacks its scope', async () => {
    const clients = app.app.get(MachineClients);
    const narrow = await clients.register({ ...victimActor(), id: people.north.admin.id }, { name: 'narrow', scopes: ['auth.account.read'] });
    const token = (await clients.exchange(narrow.id, narrow.client_secret ?? ''))?.access_token ?? '';
    for (const route of guarded.filter((r) => r.access?.permission !== 'auth.account.read')) {
      const answer = await send(app.as(token), route, await addressOf(route, () => victim));
      expect({ route: label(route), status: answer.status }).toEqual({ route: label(route), status: 403 });
    }
  }, 60_000);

  it('that wants a fresh second factor is closed without one', async () => {
    const agent = await as(app, people.north.admin);
    for (const route of guarded.filter((r) => r.access?.steppedUp)) {
      const answer = await send(agent, route, await addressOf(route, () => victim));
      expect({ route: label(route), status: answer.status, code: answer.body.code }).toEqual({ route: label(route), status: 403, code: 'STEP_UP_REQUIRED' });
    }
  }, 60_000);

  it.each(roles)('that reads is open to the %s who has its permission', async (role) => {
    const granted = app.app.get(PermissionTable).of(role);
    const agent = await as(app, people.north[role], { steppedUp: true });
    for (const route of guarded.filter((r) => r.method === 'GET' && granted.has(r.access?.permission ?? ''))) {
      const answer = await send(agent, route, await addressOf(route, () => victim));
      // 404: the example is somebody else's, or has nothing to show yet. 400: it wants to be asked something.
      expect({ route: label(route), status: [200, 400, 404].includes(answer.status) ? 'read' : answer.status }).toEqual({ route: label(route), status: 'read' });
    }
  }, 60_000);
});

const victimActor = () => ({ kind: 'user' as const, id: '', accountId: people.north.accountId, role: 'admin', permissions: { has: () => true }, parkIds: null });

describe('a stranger with the ids of somebody’s things', () => {
  /** Everything of the account, and of its people where they stand outside it. */
  async function everything(): Promise<Record<string, string>> {
    const { accountId } = people.north;
    const tables = await app.db.sql<{ name: string }>(
      `select n.nspname || '.' || c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid and a.attname = 'account_id' and not a.attisdropped
        where c.relkind in ('r', 'p') and not c.relispartition and n.nspname !~ '^pg' order by 1`,
    );
    const sums: Record<string, string> = {};
    const sum = async (name: string, where: string, params: unknown[], scope: string): Promise<void> => {
      const rows = await app.db.sql<{ sum: string }>(`select md5(coalesce(string_agg(r, e'\\n' order by r), '')) || ' ' || count(*) as sum from (select to_jsonb(t)::text as r from ${name} t where ${where}) x`, params, scope);
      sums[`${name} where ${where}`] = rows[0]?.sum ?? '';
    };
    for (const { name } of tables.filter((t) => !mayChange[t.name])) await sum(name, 'account_id = $1', [accountId], accountId);
    await sum('auth.account', 'id = $1', [accountId], accountId);
    const persons = (await app.db.sql<{ user_id: string }>(`select user_id from auth.membership where account_id = $1`, [accountId], accountId)).map((m) => m.user_id);
    await sum('auth.app_user', 'id = any($1::uuid[])', [persons], '');
    await sum('crypto.subject_key', 'subject_id = any($1::uuid[])', [persons], '');
    return sums;
  }

  async function marks(): Promise<string[]> {
    const ids = await Promise.all(Object.entries(examples).filter(([, e]) => !e.shared).map(([name]) => victim.the(name)));
    return [...ids, people.north.accountId, ...roles.map((role) => people.north[role].id), people.north.domain];
  }

  interface Attempt {
    by: Stage;
    /** Whose example fills each parameter of the address. */
    from: (index: number) => Stage;
    pointsAt: Stage;
    namesVictim: boolean;
  }

  /** Every way to slip in the victim's ids: the whole address, each part of it beside things of one's own, or only the body. */
  function attempts(route: Route): Attempt[] {
    const owned = parametersOf(route.path).flatMap((address, index) => (isOwned(address) ? [index] : []));
    const mixed = owned.length > 1 ? owned.map((theirs) => (index: number) => (index === theirs ? victim : stranger)) : [];
    const byAddress = owned.length > 0 ? [() => victim, ...mixed] : [];
    return [...byAddress.map((from) => ({ by: stranger, from, pointsAt: stranger, namesVictim: true })), { by: careless, from: () => careless, pointsAt: victim, namesVictim: false }];
  }

  async function attempt(route: Route, { by, from, pointsAt, namesVictim }: Attempt, marked: string[]): Promise<string[]> {
    const query = new URLSearchParams();
    for (const { name, required, schema } of described(route).query) {
      if (resolved(api, schema).format === 'uuid') query.set(name, (await idsOf(victim)(name)) ?? people.north.driver.id);
      else if (required) query.set(name, String(await sample(api, schema, name, idsOf(victim))));
    }
    const address = await addressOf(route, from);
    const answer = await send(await userOf(by, route), route, query.size > 0 ? `${address}?${query.toString()}` : address, await bodyOf(route, pointsAt));
    const what = `${label(route)} answered ${answer.status} ${answer.body?.code ?? ''}`;
    const shown = marked.filter((mark) => answer.text?.includes(mark));
    const unread = ['INVALID_INPUT', 'UNSUPPORTED_MEDIA_TYPE', 'MALFORMED_JSON'].includes(answer.body?.code ?? '');
    return [
      ...(answer.status >= 500 ? [what] : []),
      ...(answer.status < 300 && shown.length > 0 && !mayEcho[label(route)] ? [`${what} and shows ${shown.join(', ')}`] : []),
      ...(answer.status < 300 && namesVictim ? [`${what} to an id of another account`] : []),
      ...(unread && namesVictim ? [`${what}, so its address was never looked at: add a usable body to "bodies" in test/support/fixtures.ts. ${answer.text}`] : []),
    ];
  }

  it('neither sees nor changes any of them', async () => {
    await app.app.get(AuditSealer).sealAll();
    const before = await everything();
    const marked = await marks();
    const faults: string[] = [];
    for (const route of guarded) for (const one of attempts(route)) faults.push(...(await attempt(route, one, marked)));
    expect(faults).toEqual([]);
    const after = await everything();
    expect(Object.keys(before).filter((name) => before[name] !== after[name])).toEqual([]);
  }, 180_000);

  it('would be noticed: the owner’s own act changes the sums', async () => {
    const before = await everything();
    await victim.admin.patch(`/api/v1/auth/parks/${await victim.the('auth/parks/:id')}`).send({ city: 'Nakuru' }).expect(200);
    const after = await everything();
    expect(Object.keys(before).filter((name) => before[name] !== after[name]).map((n) => n.split(' ')[0])).toEqual(['audit.entry', 'auth.park']);
  });
});

describe('whatever is sent', () => {
  const odd = ['x', '%00', '%F0%9F%9A%97', '..%2F..', '00000000-0000-0000-0000-000000000000', `${'9'.repeat(300)}`];

  it('in the address, every route answers that it names nothing', async () => {
    const faults: string[] = [];
    for (const route of guarded.filter((r) => r.path.includes(':'))) {
      const agent = await userOf(stranger, route);
      for (const id of odd) {
        const answer = await send(agent, route, route.path.replaceAll(/:\w+/g, id), await bodyOf(route, stranger));
        if (![400, 404].includes(answer.status)) faults.push(`${label(route)} with ${id.slice(0, 20)} answered ${answer.status} ${answer.body.code ?? ''}`);
      }
    }
    expect(faults).toEqual([]);
  }, 120_000);

  it('in the query, no route answers 5xx', async () => {
    const faults: string[] = [];
    for (const route of guarded.filter((r) => r.method === 'GET')) {
      const agent = await userOf(stranger, route);
      const path = await addressOf(route, () => stranger);
      for (const [turn, { name }] of described(route).query.entries()) {
        for (const value of nuisancesFor(turn)) {
          const answer = await agent.get(path).query({ [name]: typeof value === 'string' ? Buffer.from(value).toString() : JSON.stringify(value) }).catch((error: Error) => ({ status: 599, text: error.message }));
          if (answer.status >= 500) faults.push(`${label(route)} with ${name}=${JSON.stringify(value).slice(0, 40)} answered ${answer.status}`);
        }
      }
    }
    expect(faults).toEqual([]);
  }, 120_000);

  it('in the body, no route answers 5xx', async () => {
    const faults: string[] = [];
    for (const route of guarded) {
      const { body, contentType } = described(route);
      if (!body?.properties || contentType !== 'application/json') continue;
      const agent = await userOf(stranger, route);
      const usable = (await bodyOf(route, stranger)) as object;
      const path = await addressOf(route, () => stranger);
      for (const [turn, key] of Object.keys(body.properties).entries()) {
        for (const value of nuisancesFor(turn)) {
          const answer = await send(agent, route, path, { ...usable, [key]: value });
          if (answer.status >= 500) faults.push(`${label(route)} with ${key}: ${JSON.stringify(value).slice(0, 40)} answered ${answer.status}`);
        }
      }
      for (const whole of [[], [usable], null, 7, 'text']) {
        const answer = await send(agent, route, path, whole);
        if (answer.status >= 500 || answer.status < 300) faults.push(`${label(route)} with the body ${JSON.stringify(whole)} answered ${answer.status}`);
      }
    }
    expect(faults).toEqual([]);
  }, 240_000);
});
