import { join, relative } from 'node:path';
import { readJson } from './files';

interface DemoLogin {
  role: string;
  email: string;
  password: string;
  account?: string;
}

/** What the person who started it needs now. */
export function banner(address: string, dataDir: string, demo: boolean): string {
  const logins = demo ? readJson<DemoLogin[]>(join(dataDir, 'demo-logins.json')) : undefined;
  const data = relative(process.cwd(), dataDir);
  const where = data.startsWith('..') ? dataDir : `./${data}`;
  return [
    '',
    'Fleet ERP is running.',
    '',
    `  Address   ${address}`,
    `  API docs  ${address}/api/docs`,
    `  Data      ${where}`,
    `  Logs      ${where}/logs`,
    ...(Array.isArray(logins) && logins.length > 0 ? ['', 'Demo logins', ...table(logins)] : []),
    '',
    'Press Ctrl-C to stop.',
  ].join('\n');
}

function table(logins: DemoLogin[]): string[] {
  const rows = logins.map(({ role, email, password }) => [role, email, password].map((cell) => cell ?? ''));
  const width = (column: number): number => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  const [roles, emails] = [width(0), width(1)];
  return rows.map(([role = '', email = '', password = '']) => `  ${role.padEnd(roles)}  ${email.padEnd(emails)}  ${password}`);
}
