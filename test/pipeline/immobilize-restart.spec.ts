import { setTimeout as sleep } from 'node:timers/promises';
import { LastLook } from '../../libs/access_control/src/execute/last-look';
import { Runner } from '../../libs/access_control/src/execute/runner';
import { CommandStore } from '../../libs/access_control/src/immobilize/command.store';
import { Dispatch } from '../../libs/access_control/src/execute/dispatch';
import { testAppOn } from '../support/app';
import { as } from '../support/people';
import { cut, eventually, hurry, jobOf, openYard, quick, release, rig, until, type Rigged, type Yard } from '../support/immobilizing';
import { Tracker } from '../support/tracker';

const over = ['completed', 'failed', 'expired', 'unknown'];
const never = new Promise<never>(() => undefined);
let yard: Yard;
beforeEach(async () => {
  yard = await openYard();
}, 60_000);
afterEach(async () => {
  jest.restoreAllMocks();
  await yard?.app.close();
});

/** The process is gone, without a word to anybody, and another one starts on the same database. Devices find the new one. */
async function restart(): Promise<Yard> {
  const { app, people } = yard;
  // What still runs in the old process must not write any more, as if it had been killed.
  jest.spyOn(app.app.get(Runner), 'run').mockImplementation(() => never);
  jest.spyOn(app.app.get(CommandStore), 'endAttempt').mockRejectedValue(new Error('this process is dead'));
  await app.app.close();
  const next = await testAppOn(app.db);
  hurry(next, quick);
  yard = { app: next, people, admin: await as(next, people.north.admin, { steppedUp: true }), operator: await as(next, people.north.immobilizing_operator, { steppedUp: true }) };
  return yard;
}

const isCut = (command: string): boolean => command.endsWith('=1');
const start = async (one: Rigged): Promise<string> => ((await cut(yard.operator, one.vehicle_id).expect(202)).body as { job_id: string }).job_id;

async function reconnect(one: Rigged): Promise<Tracker> {
  const tracker = await Tracker.connect(yard.app, one.device_id);
  tracker.report();
  return tracker;
}

describe('a server that is killed', () => {
  it('before anything was begun: the cut goes on if there is still time, judged anew', async () => {
    const one = await rig(yard);
    jest.spyOn(yard.app.app.get(Dispatch), 'start').mockImplementation(() => undefined);
    const jobId = await start(one);
    await restart();
    const tracker = await reconnect(one);
    tracker.report();
    const job = await until(yard.operator, one.vehicle_id, jobId, over, 10_000);
    // Whether there was time depends on the machine; either way it was sent at most once, or not at all.
    expect(['completed', 'failed', 'expired']).toContain(job.status);
    expect(tracker.heard.filter(isCut)).toHaveLength(job.status === 'completed' ? 1 : 0);
  }, 40_000);

  it('before anything was begun, for too long: the cut has expired and never leaves', async () => {
    const one = await rig(yard);
    jest.spyOn(yard.app.app.get(Dispatch), 'start').mockImplementation(() => undefined);
    const jobId = await start(one);
    await sleep(3_200);
    await restart();
    const tracker = await reconnect(one);
    await expect(until(yard.operator, one.vehicle_id, jobId, over)).resolves.toMatchObject({ status: 'expired', code: 'EXPIRED', attempts: [] });
    expect(tracker.heard).toEqual([]);
  }, 40_000);

  it('between the record of an attempt and its sending: nobody can know, so it is unknown, and let go', async () => {
    const one = await rig(yard);
    jest.spyOn(yard.app.app.get(LastLook), 'andSend').mockImplementation(() => never);
    const jobId = await start(one);
    await eventually(async () => expect((await jobOf(yard.operator, one.vehicle_id, jobId)).attempts).toHaveLength(1));
    await restart();
    await expect(until(yard.operator, one.vehicle_id, jobId, ['unknown', 'failed'])).resolves.toMatchObject({ code: 'SERVER_INTERRUPTED', attempts: [{ outcome: 'interrupted' }] });
    const tracker = await reconnect(one);
    await until(yard.operator, one.vehicle_id, jobId, ['failed']);
    expect(tracker.heard).toEqual(['OUTPUT0=0']);
  }, 40_000);

  it('after the sending, before the answer: unknown aloud, no second cut, let go', async () => {
    const one = await rig(yard);
    one.tracker.manners = () => undefined;
    hurry(yard.app, { slotMs: 5_000, cutMs: 30_000 });
    const jobId = await start(one);
    await eventually(() => expect(one.tracker.heard).toEqual(['OUTPUT0=1']));
    await restart();
    await until(yard.operator, one.vehicle_id, jobId, ['unknown', 'failed'], 12_000);
    const tracker = await reconnect(one);
    const job = await until(yard.operator, one.vehicle_id, jobId, ['failed']);
    expect(job.timeline.map((t) => t.to_state)).toEqual(['pending', 'sent', 'unknown', 'failed']);
    expect(tracker.heard).toEqual(['OUTPUT0=0']);
  }, 40_000);

  it('between two attempts that came to nothing for sure: failed', async () => {
    const one = await rig(yard);
    one.tracker.manners = () => 'ERR no';
    hurry(yard.app, { pauseMs: 60_000, leaseMs: 600 });
    const jobId = await start(one);
    await eventually(async () => expect((await jobOf(yard.operator, one.vehicle_id, jobId)).attempts).toMatchObject([{ outcome: 'refused' }]));
    await restart();
    await expect(until(yard.operator, one.vehicle_id, jobId, over)).resolves.toMatchObject({ status: 'failed', code: 'SERVER_INTERRUPTED' });
  }, 40_000);

  it('while a release waits or was sent: it is sent again', async () => {
    const one = await rig(yard);
    one.tracker.manners = () => undefined;
    hurry(yard.app, { slotMs: 5_000, cutMs: 30_000 });
    const { body } = await release(yard.operator, one.vehicle_id).expect(202);
    await eventually(() => expect(one.tracker.heard).toEqual(['OUTPUT0=0']));
    await restart();
    const tracker = await reconnect(one);
    const job = await until(yard.operator, one.vehicle_id, body.job_id, over, 12_000);
    expect(job).toMatchObject({ status: 'completed', attempts: [{ outcome: 'interrupted' }, { outcome: 'executed' }] });
    expect(job.timeline.map((t) => t.what)).toContain('taken_up');
    expect(tracker.heard).toEqual(['OUTPUT0=0']);
  }, 40_000);

  it('after the end: what was said stays, and the relay is still looked for', async () => {
    const one = await rig(yard);
    const jobId = await start(one);
    await until(yard.operator, one.vehicle_id, jobId, ['completed']);
    await restart();
    const tracker = await reconnect(one);
    tracker.outputs = 1;
    await sleep(1_100);
    tracker.report();
    await eventually(async () => expect(await jobOf(yard.operator, one.vehicle_id, jobId)).toMatchObject({ status: 'completed', evidence: 'relay_seen' }));
    expect(tracker.heard).toEqual([]);
  }, 40_000);
});
