import { spawn, type ChildProcess } from 'node:child_process';
import { appendFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { remove } from './files';
import { codeOf, Problem } from './problem';
import { makeDir, type RunAs } from './run-as';

export interface Bootstrap {
  binDir: string;
  runAs?: RunAs;
  passwords: { owner: string; app: string };
  fsync: boolean;
  /** Lets the owner make further databases, which a test suite needs and the product does not. */
  ownerMayCreateDatabases: boolean;
  signal?: AbortSignal;
}

/** Messages in English and an empty working directory: PostgreSQL must be able to enter the one it is started in. */
export const spawnOptions = (runAs?: RunAs) => ({
  ...runAs,
  cwd: '/',
  env: { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/local/bin:/usr/bin:/bin' },
});

/** Case and word rules for pg_trgm come from the operating system; without one of these it would know ASCII only. */
const CTYPES = ['C.UTF-8', 'C.utf8', 'en_US.UTF-8', 'en_US.utf8', 'UTF-8', 'C'];

const CONFIGURATION = `
# Fleet ERP: a small server. Change freely; the address, port and sockets are set by the start command.
shared_buffers = 128MB
effective_cache_size = 512MB
maintenance_work_mem = 128MB
work_mem = 8MB
max_connections = 100
max_wal_size = 2GB
min_wal_size = 256MB
checkpoint_timeout = 15min
wal_compression = on
random_page_cost = 1.1
jit = off
max_parallel_workers_per_gather = 1
timezone = 'UTC'
log_timezone = 'UTC'
log_checkpoints = off
log_min_duration_statement = 2s
log_line_prefix = '%m [%p] %u@%d '
`;

/** Sorting is by code point, from PostgreSQL itself: no update of the operating system can damage an index. */
const initdbArguments = (dir: string, ctype: string, fsync: boolean): string[] => [
  ...['-D', dir, '-U', 'postgres', '--encoding=UTF8', '--locale=C', `--lc-ctype=${ctype}`],
  ...['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--data-checksums'],
  ...['--auth-local=reject', '--auth-host=scram-sha-256', ...(fsync ? [] : ['--no-sync'])],
];

/** Builds the cluster beside its place and moves it there when it is complete. */
export async function createCluster(dir: string, options: Bootstrap): Promise<void> {
  const draft = `${dir}.new`;
  for (const ctype of CTYPES) {
    remove(draft);
    makeDir(draft, options.runAs);
    const { status, output } = await run('initdb', initdbArguments(draft, ctype, options.fsync), options);
    if (status === 0) break;
    if (/invalid locale|locale .* requires|encoding mismatch/i.test(output) && ctype !== CTYPES.at(-1)) continue;
    throw new Problem(
      `PostgreSQL could not create its data directory: ${lastLine(output)}`,
      `Make room and access for ${dir}, or set DATABASE_URL to another server.`,
    );
  }
  appendFileSync(join(draft, 'postgresql.conf'), CONFIGURATION);
  await writeRoles(draft, options, true);
  renameSync(draft, dir);
}

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

const createRole = (name: string): string =>
  `DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${name}') THEN CREATE ROLE ${name}; END IF; END $$`;

/**
 * Roles and database are written in single-user mode, so the superuser needs no password and nobody can log in as it.
 * Done again on an existing cluster, it puts the passwords right.
 */
export async function writeRoles(dir: string, options: Bootstrap, fresh = false): Promise<void> {
  const { passwords, ownerMayCreateDatabases } = options;
  const create = ownerMayCreateDatabases ? 'CREATEDB' : 'NOCREATEDB';
  const roles = [
    createRole('fleet_owner'),
    `ALTER ROLE fleet_owner LOGIN NOSUPERUSER NOBYPASSRLS CREATEROLE ${create} PASSWORD ${quoted(passwords.owner)}`,
    createRole('fleet_app'),
    `ALTER ROLE fleet_app LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB PASSWORD ${quoted(passwords.app)}`,
  ];
  const database = 'CREATE DATABASE fleet OWNER fleet_owner';
  const mode = ['--single', '-D', dir, '-c', `fsync=${options.fsync ? 'on' : 'off'}`];
  const strict = [...mode, '-c', 'exit_on_error=on', 'postgres'];
  await statements(strict, fresh ? [...roles, database] : roles, options);
  // There is no CREATE DATABASE IF NOT EXISTS: beside an existing one this statement alone may fail.
  if (!fresh) await run('postgres', [...mode, 'postgres'], options, `${database}\n`);
}

async function statements(args: string[], lines: string[], options: Bootstrap): Promise<void> {
  const { status, output } = await run('postgres', args, options, `${lines.join('\n')}\n`);
  if (status === 0) return;
  const reason = output.split('\n').find((line) => /(ERROR|FATAL|PANIC):/.test(line)) ?? 'no reason given';
  throw new Problem(`PostgreSQL could not write its roles: ${reason}`, 'Make sure the disk is not full and start again.');
}

const lastLine = (output: string): string => {
  const lines = output
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  return lines.find((line) => /error:|FATAL:/.test(line)) ?? lines.at(-1) ?? 'no reason given';
};

/** Detached, so that Ctrl-C in a terminal reaches the supervisor alone. */
function run(
  program: string,
  args: string[],
  { binDir, runAs, signal }: Bootstrap,
  input = '',
): Promise<{ status: number; output: string }> {
  signal?.throwIfAborted();
  return new Promise((resolve, reject) => {
    const child: ChildProcess = spawn(join(binDir, program), args, { ...spawnOptions(runAs), detached: true, stdio: 'pipe' });
    let output = '';
    const kill = (): void => void child.kill('SIGTERM');
    signal?.addEventListener('abort', kill, { once: true });
    child.stdout?.on('data', (data: Buffer) => (output += data));
    child.stderr?.on('data', (data: Buffer) => (output += data));
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
    child.once('error', (error) => reject(cannotRun(join(binDir, program), error)));
    child.once('close', (code) => {
      signal?.removeEventListener('abort', kill);
      if (signal?.aborted) return reject(signal.reason as Error);
      resolve({ status: code ?? 1, output });
    });
  });
}

export const cannotRun = (program: string, error: Error): Problem =>
  new Problem(
    `${program} could not be run (${codeOf(error) ?? error.message}).`,
    'Run npm ci again, or set DATABASE_URL to a PostgreSQL server of your own.',
    { cause: error },
  );
