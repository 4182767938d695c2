import { randomUUID } from 'node:crypto';
import { ApprovalAsked, CommandEnded, LateOutcomeSeen, LockoutOpened } from '@fleet/contracts';
import { Db, systemActor } from '@fleet/platform/database';
import { emit } from '@fleet/platform/outbox';
import { testApp, type TestApp } from '../support/app';
import { as, settle, type People, type TestPerson } from '../support/people';
import { until } from '../support/until';

let app: TestApp;
let people: People;
beforeAll(async () => {
  app = await testApp({ FLEET_ROLES: 'api,worker' });
  people = await settle(app);
}, 60_000);
afterAll(() => app?.close());

it('whoever must look at a vehicle or decide is told by the rules every account has', async () => {
  const { north } = people;
  const command = { command_id: randomUUID(), vehicle_id: randomUUID(), kind: 'immobilize' as const, method: 'ips_text', origin: 'person' as const };
  const at = new Date().toISOString();
  await app.app.get(Db).write(systemActor(north.accountId, 'test'), async (tx) => {
    tx.withoutAudit('test');
    await emit(tx, CommandEnded, { ...command, command_id: randomUUID(), state: 'completed', code: null, evidence: 'executed', at });
    await emit(tx, CommandEnded, { ...command, state: 'unknown', code: 'NO_ANSWER', evidence: 'none', at });
    await emit(tx, LateOutcomeSeen, { ...command, seen: 'relay_seen', at });
    await emit(tx, ApprovalAsked, { ...command, approver_id: null, until: at });
    await emit(tx, LockoutOpened, { lockout_id: randomUUID(), subject_type: 'driver', subject_id: randomUUID(), reason_code: 'debt', until: null });
  });
  const told = async (person: TestPerson): Promise<string[]> => {
    const { items } = (await (await as(app, person)).get('/api/v1/notify/inbox').expect(200)).body as { items: { kind: string; severity: string; link: string | null }[] };
    return items.map((n) => `${n.kind} ${n.severity}`).sort();
  };
  const forStaff = ['access_control.command_ended critical', 'access_control.late_outcome_seen critical', 'access_control.lockout_opened warning'];
  const forDeciders = ['access_control.approval_asked warning', ...forStaff];
  await until(async () => (await told(north.admin)).length === forDeciders.length);
  await expect(told(north.admin)).resolves.toEqual(forDeciders);
  await expect(told(north.immobilizing_operator)).resolves.toEqual(forDeciders);
  await expect(told(north.operator)).resolves.toEqual(forStaff);
  await expect(told(people.south.admin)).resolves.toEqual([]);
});
