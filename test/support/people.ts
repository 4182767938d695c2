import { randomBytes } from 'node:crypto';
import { Accounts, Directory, roles, totpAt, totpStep, type Role } from '@fleet/platform/auth';
import { SignIn } from '@fleet/platform/auth/sign-in.service';
import { Db, systemActor } from '@fleet/platform/database';
import type { Agent, TestApp } from './app';

export interface TestPerson {
  id: string;
  email: string;
  name: string;
  password: string;
  role: Role;
  accountId: string;
}

export interface Tokens {
  access_token: string;
  refresh_token: string;
  expires_in: number;
  token_type: string;
}

/** One company: its account and one person of each role. */
export interface Company extends Record<Role, TestPerson> {
  accountId: string;
  domain: string;
}

export interface People {
  north: Company;
  /** A foreign company on the same server. */
  south: Company;
}

/** Founds two companies with one person of each role in each. */
export async function settle(app: TestApp): Promise<People> {
  return { north: await foundCompany(app, 'north'), south: await foundCompany(app, 'south') };
}

export async function foundCompany(app: TestApp, name: string): Promise<Company> {
  const domain = `${name}.example`;
  const password = newPassword();
  const admin = { email: `admin@${domain}`, name: `Admin of ${name}`, password };
  const { accountId, adminId } = await app.app.get(Accounts).found({ name, time_zone: 'Africa/Nairobi', currency: 'KES' }, admin);
  const company = { accountId, domain, admin: { ...admin, id: adminId, role: 'admin', accountId } } as Company;
  for (const role of roles.filter((r) => r !== 'admin')) company[role] = await addPerson(app, company, role);
  return company;
}

let serial = 0;

/** One more person; without an e-mail it is made from the role. */
export async function addPerson(app: TestApp, company: Pick<Company, 'accountId' | 'domain'>, role: Role, options: { email?: string; parkIds?: string[] } = {}): Promise<TestPerson> {
  serial += 1;
  const person = { email: options.email ?? `${role.replaceAll('_', '.')}.${serial}@${company.domain}`, name: `${role} ${serial}`, password: newPassword() };
  const directory = app.app.get(Directory);
  const id = await app.app.get(Db).write(systemActor(company.accountId, 'test.people'), async (tx) => {
    tx.withoutAudit('arranged for a test');
    const created = await directory.create(tx, person);
    await directory.join(tx, company.accountId, created, role, options.parkIds ?? null);
    return created;
  });
  return { ...person, id, role, accountId: company.accountId };
}

export const newPassword = (): string => `long enough ${randomBytes(6).toString('hex')}`;

/** Signs in the way people do. */
export async function login(app: TestApp, person: Pick<TestPerson, 'email' | 'password'>, extra: { totp?: string; account_id?: string } = {}): Promise<Tokens> {
  const answer = await app.request.post('/api/v1/auth/login').send({ email: person.email, password: person.password, ...extra });
  if (answer.status !== 200) throw new Error(`${person.email} cannot sign in: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body as Tokens;
}

/** A session opened behind the login form: no password hashing, no throttle. `steppedUp` as if a second factor was just proven. */
export async function session(app: TestApp, person: TestPerson, options: { steppedUp?: boolean } = {}): Promise<Tokens> {
  const who = { userId: person.id, accountId: person.accountId, steppedUpAt: options.steppedUp ? app.clock.now() : null };
  return app.app.get(SignIn, { strict: false }).openSession(who, 'fleet-web', { address: '127.0.0.1', userAgent: 'test' });
}

/** An agent that sends every request as this person. */
export async function as(app: TestApp, person: TestPerson, options: { steppedUp?: boolean } = {}): Promise<Agent> {
  return app.as((await session(app, person, options)).access_token);
}

/** Enrols an authenticator app; the answer gives codes that were not used yet, moving the clock where it must. */
export async function enrolTotp(app: TestApp, agent: Agent): Promise<{ secret: string; code: () => string }> {
  const { body } = await agent.post('/api/v1/auth/totp').send().expect(201);
  const { secret } = body as { secret: string };
  let lastStep = 0;
  const code = (): string => {
    while (totpStep(app.clock.now()) <= lastStep) app.clock.advance({ seconds: 30 });
    lastStep = totpStep(app.clock.now());
    return totpAt(secret, lastStep);
  };
  await agent.post('/api/v1/auth/totp/confirm').send({ totp: code() }).expect(204);
  return { secret, code };
}
