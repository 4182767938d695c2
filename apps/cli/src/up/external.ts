import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { codeOf, describe, Problem } from './problem';

const STARTING_UP = '57P03';
const WAIT_FOR_START = 30_000;

/** Host, port and database of a connection string; never its password. */
function nameOf(url: string): string {
  try {
    const { protocol, host, pathname } = new URL(url);
    if (!/^postgres(ql)?:$/.test(protocol)) throw new TypeError(protocol);
    return `${host || 'localhost'}${pathname}`;
  } catch {
    throw new Problem(
      'DATABASE_URL is not an address of a PostgreSQL database.',
      'It looks like this: postgres://user:password@host:5432/fleet (special characters in the password are percent-encoded).',
    );
  }
}

const unset = 'Or leave DATABASE_URL out to use the embedded PostgreSQL.';

function refusal(error: unknown, name: string): Problem {
  const [host, database] = [name.split('/')[0], name.split('/')[1] ?? ''];
  const because = (message: string, advice: string): Problem => new Problem(message, `${advice}\n${unset}`, { cause: error });
  switch (codeOf(error)) {
    case 'ECONNREFUSED':
      return because(
        `Nothing answers at ${host}, the server DATABASE_URL names.`,
        'Start that PostgreSQL server, or correct the host and port.',
      );
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return because(`The host of DATABASE_URL, ${host}, is unknown.`, 'Correct the host name.');
    case '28P01':
    case '28000':
      return because(
        `The server at ${host} does not accept the user or password in DATABASE_URL.`,
        'Correct them, or let that user in (pg_hba.conf).',
      );
    case '3D000':
      return because(
        `The server at ${host} has no database "${database}".`,
        `Create it: CREATE DATABASE ${database}, owned by the user in DATABASE_URL.`,
      );
    default:
      return because(
        `The database at ${name} cannot be used: ${describe(error)}.`,
        'Make sure that the server runs and that this machine can reach it.',
      );
  }
}

/** Makes sure that the database the user named can be used, before anything is started on it. */
export async function checkExternal(url: string): Promise<void> {
  const name = nameOf(url);
  for (const begin = Date.now(); ; await sleep(500)) {
    const client = new Client({ connectionString: url, connectionTimeoutMillis: 8000 });
    client.on('error', () => undefined);
    try {
      await client.connect();
      const { rows } = await client.query<{ server_version_num: string }>('SHOW server_version_num');
      return checkVersion(Math.floor(Number(rows[0]?.server_version_num) / 10_000));
    } catch (error) {
      if (error instanceof Problem) throw error;
      if (codeOf(error) !== STARTING_UP || Date.now() - begin > WAIT_FOR_START) throw refusal(error, name);
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}

export function checkVersion(major: number): void {
  if (major >= 15 && major <= 18) return;
  throw new Problem(`DATABASE_URL names a PostgreSQL ${major} server.`, `Fleet ERP runs on PostgreSQL 15 to 18.\n${unset}`);
}
