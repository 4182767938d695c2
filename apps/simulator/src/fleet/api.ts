import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { demoFleetFile, type PlayedFleet } from '@fleet/telemetry_engine/play';
import type { Credentials } from '../devices/http-gateway';

/** The few calls of the API that a fleet needs before it can speak. */
export class Api {
  constructor(
    readonly url: string,
    private readonly token: string,
  ) {}

  async post<T>(path: string, body: object): Promise<T> {
    for (let attempt = 0; ; attempt += 1) {
      const response = await fetch(`${this.url}/api/v1/${path}`, { method: 'POST', headers: { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' }, body: JSON.stringify(body) });
      if (response.ok) return (await response.json()) as T;
      const text = await response.text();
      if (![429, 503].includes(response.status) || attempt >= 5) throw new Error(`${path}: ${response.status} ${text.slice(0, 300)}`);
      await new Promise((resolve) => setTimeout(resolve, 1000 * Number(response.headers.get('retry-after') ?? 1)));
    }
  }
}

/** A token that was given, or that of the demo admin, whose login stands in the data directory. */
export async function tokenFor(url: string, { token, dataDir }: { token?: string | undefined; dataDir?: string | undefined }): Promise<string> {
  if (token) return token;
  if (!dataDir) throw new Error('Say --token, or --data-dir of a demo whose admin may sign in.');
  const logins = JSON.parse(readFileSync(join(dataDir, 'demo-logins.json'), 'utf8')) as { role: string; email: string; password: string }[];
  const admin = logins.find((login) => login.role === 'admin');
  const response = await fetch(`${url}/api/v1/auth/login`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ email: admin?.email, password: admin?.password }) });
  if (!response.ok) throw new Error(`The demo admin cannot sign in at ${url}: ${response.status}`);
  return ((await response.json()) as { access_token: string }).access_token;
}

/** For uploads: a token that was given, or the ingest key of the demo. */
export function uploadCredentials({ token, dataDir }: { token?: string | undefined; dataDir?: string | undefined }): Credentials | undefined {
  if (token) return { token };
  return dataDir ? (JSON.parse(readFileSync(join(dataDir, demoFleetFile), 'utf8')) as PlayedFleet).ingest_key : undefined;
}
