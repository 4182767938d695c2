import { testAppOn, type TestApp } from '../support/app';
import { as } from '../support/people';
import { base, cut, eventually, hurry, openYard, quick, release, rig, until, type Yard } from '../support/immobilizing';

/** The house in two processes: one answers people, the other holds the devices. */
describe('a device whose link is in another process', () => {
  let yard: Yard;
  let front: TestApp;
  let roles: string[];
  beforeAll(async () => {
    yard = await openYard();
    roles = yard.app.config.FLEET_ROLES as string[];
    front = await testAppOn({ ...yard.app.db, config: { ...yard.app.config, FLEET_ROLES: ['api'] } });
    hurry(front, quick);
  }, 60_000);
  afterAll(async () => {
    await front?.app.close();
    await yard?.app.close();
  });

  it('is cut by that process, asked through this one', async () => {
    expect(roles).toContain('ingest');
    const operator = await as(front, yard.people.north.immobilizing_operator, { steppedUp: true });
    const one = await rig(yard);
    const { body } = await cut(operator, one.vehicle_id).expect(202);
    await expect(until(operator, one.vehicle_id, body.job_id, ['completed', 'failed', 'unknown'])).resolves.toMatchObject({ status: 'completed', attempts: [{ no: 1 }] });
    const let_go = await release(operator, one.vehicle_id).expect(202);
    await expect(until(operator, one.vehicle_id, let_go.body.job_id, ['completed', 'failed', 'unknown'])).resolves.toMatchObject({ status: 'completed' });
    expect(one.tracker.heard).toEqual(['OUTPUT0=1', 'OUTPUT0=0']);
  });

  it('is refused as not connected when no process has it', async () => {
    const operator = await as(front, yard.people.north.immobilizing_operator, { steppedUp: true });
    const one = await rig(yard);
    one.tracker.leave();
    await eventually(async () => expect((await cut(operator, one.vehicle_id)).body.code).toBe('DEVICE_NOT_CONNECTED'));
    expect((await operator.post(`${base}/${one.vehicle_id}/immobilize/preview`).send({ method: 'ips_text', reason: 'safety_lockdown' })).body).toMatchObject({ allowed: false, facts: { connected: false } });
  });

  it('is released from the one while the other is still cutting', async () => {
    const operator = await as(front, yard.people.north.immobilizing_operator, { steppedUp: true });
    const one = await rig(yard);
    const obey = one.tracker.manners;
    one.tracker.manners = (command, tracker) => (command.endsWith('=1') ? undefined : obey(command, tracker));
    const { body } = await cut(yard.operator, one.vehicle_id).expect(202);
    await eventually(() => expect(one.tracker.heard).toHaveLength(1));
    const let_go = await release(operator, one.vehicle_id).expect(202);
    await until(operator, one.vehicle_id, let_go.body.job_id, ['completed']);
    await until(operator, one.vehicle_id, body.job_id, ['failed']);
    expect(one.tracker.heard.at(-1)).toBe('OUTPUT0=0');
    expect(one.tracker.relayMoves.every((m) => !m.cut)).toBe(true);
  });
});
