import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { record } from '@fleet/platform/audit';
import { Accounts, Directory, newTotpSecret, type Role } from '@fleet/platform/auth';
import { useConfig, type Config } from '@fleet/platform/config';
import { Db, systemActor, type Tx } from '@fleet/platform/database';
import { createLogger, NestLogger } from '@fleet/platform/observability';
import { Dice } from '@fleet/platform/random';
import { AppModule } from '../../../server/src/app.module';
import { seedOrder } from '../../../server/src/subsystems';
import { demoPeople } from './people';

interface DemoLogin {
  role: Role;
  email: string;
  password: string;
  totp_secret?: string;
  account: string;
}

const company = { name: 'Demo Cabs Nairobi', time_zone: 'Africa/Nairobi', currency: 'KES' };
const stranger = { name: 'Another Fleet (demo)', time_zone: 'Europe/Berlin', currency: 'EUR' };
const adminEmail = 'admin@demo.example';
const strangerEmail = 'admin@other.example';

/** Fills an empty database with a company to try everything on, and a foreign account to see that walls stand. Goes on where a crash left it. */
export async function seedDemo(config: Config): Promise<void> {
  useConfig({ ...config, FLEET_ROLES: ['api'] });
  const app = await NestFactory.createApplicationContext(AppModule.forRoot(), { logger: new NestLogger(createLogger('warn')), abortOnError: false });
  try {
    const directory = app.get(Directory);
    const strangerThere = await directory.emailKnown(strangerEmail);
    if (await directory.emailKnown(adminEmail)) return;
    if (!strangerThere && !(await app.get(Accounts).needsSetup())) return;
    const logins = decideLogins(config);
    if (!strangerThere) await app.get(Accounts).found(stranger, person(logins, strangerEmail, 'Demo Admin of another fleet'));
    const actor = systemActor(randomUUID(), 'demo');
    await app.get(Db).write(actor, (tx) => foundCompany(app, tx, logins));
  } finally {
    await app.close();
  }
}

/** Logins are written down before anything is stored, so that no crash leaves a company nobody can enter. */
function decideLogins(config: Config): DemoLogin[] {
  const file = join(config.FLEET_DATA_DIR, 'demo-logins.json');
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as DemoLogin[];
  const password = (): string => config.FLEET_DEMO_PASSWORD ?? randomBytes(9).toString('base64url');
  const logins: DemoLogin[] = [
    { role: 'admin', email: adminEmail, password: password(), account: company.name },
    ...demoPeople.map((p) => ({ role: p.role, email: p.email, password: password(), account: company.name, ...(p.totp ? { totp_secret: newTotpSecret() } : {}) })),
    { role: 'admin', email: strangerEmail, password: password(), account: stranger.name },
  ];
  writeFileSync(file, `${JSON.stringify(logins, null, 2)}\n`, { mode: 0o600 });
  return logins;
}

async function foundCompany(app: INestApplicationContext, tx: Tx, logins: DemoLogin[]): Promise<void> {
  const accounts = app.get(Accounts);
  const directory = app.get(Directory);
  await accounts.found(company, person(logins, adminEmail, 'Demo Admin'), tx.accountId);
  const west = await accounts.openPark(tx.actor, { name: 'Westlands', city: 'Nairobi', address: 'Demo yard, Westlands' });
  const east = await accounts.openPark(tx.actor, { name: 'Eastleigh', city: 'Nairobi', address: 'Demo yard, Eastleigh' });
  const userIds = new Map<string, string>();
  for (const { email, name, role, onePark } of demoPeople) {
    const userId = await directory.create(tx, person(logins, email, name));
    await directory.join(tx, tx.accountId, userId, role, onePark ? [west.id] : null);
    userIds.set(email, userId);
    const secret = logins.find((l) => l.email === email)?.totp_secret;
    if (secret) await directory.presetTotp(tx, userId, secret);
  }
  const seed = { app, tx, dice: new Dice(20_261_121), parkIds: [west.id, east.id], userIds };
  for (const subsystem of seedOrder) await subsystem.seedDemo?.(seed);
  await record(tx, { action: 'demo.seeded', subject: { type: 'account', id: tx.accountId } });
}

function person(logins: DemoLogin[], email: string, name: string): { email: string; name: string; password: string } {
  const login = logins.find((l) => l.email === email);
  if (!login) throw new Error(`demo-logins.json has no ${email}. Delete it and start again.`);
  return { email, name, password: login.password };
}
