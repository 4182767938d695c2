import { setTimeout as sleep } from 'node:timers/promises';
import { Db, systemActor } from '@fleet/platform/database';
import { LastLook } from '../../libs/access_control/src/execute/last-look';
import { Situations } from '../../libs/access_control/src/immobilize/situation';
import { cut, eventually, jobOf, openYard, release, rig, stored, until, base, type Rigged, type Yard } from '../support/immobilizing';
import { obedient, Tracker } from '../support/tracker';

let yard: Yard;
beforeAll(async () => {
  yard = await openYard();
}, 60_000);
afterAll(() => yard?.app.close());
afterEach(() => jest.restoreAllMocks());

const isCut = (command: string): boolean => command.endsWith('=1');
const over = ['completed', 'failed', 'expired', 'unknown'];
const start = async (vehicleId: string): Promise<string> => ((await cut(yard.operator, vehicleId).expect(202)).body as { job_id: string }).job_id;
const ended = (vehicleId: string, jobId: string, statuses = over) => until(yard.operator, vehicleId, jobId, statuses);

/** The law of every scenario: the relay never cut while the vehicle moved. */
const nobodyHurt = (...trackers: Tracker[]): void => {
  for (const { relayMoves } of trackers) expect(relayMoves.filter((m) => m.cut && m.speed_kmh > 5)).toEqual([]);
};

/** Plays the device again after its connection was ended. */
async function back({ tracker, device_id }: Rigged): Promise<Tracker> {
  await eventually(() => expect(tracker.closed).toBe(true));
  return Tracker.connect(yard.app, device_id);
}

const rigged = (): Promise<Rigged> => rig(yard);

describe('a vehicle that starts moving', () => {
  it('between the check and the sending is not cut', async () => {
    const one = await rigged();
    const look = yard.app.app.get(LastLook);
    const original = look.andSend.bind(look);
    jest.spyOn(look, 'andSend').mockImplementationOnce(async (...args) => {
      one.tracker.speed_kmh = 38;
      one.tracker.report();
      await stored(yard, one, 3);
      return original(...args);
    });
    const job = await ended(one.vehicle_id, await start(one.vehicle_id));
    expect(job).toMatchObject({ status: 'failed', result: 'failure', code: 'VEHICLE_MOVING', attempts: [{ outcome: 'withheld', code: 'VEHICLE_MOVING' }] });
    expect(one.tracker.heard).toEqual([]);
    nobodyHurt(one.tracker);
  });

  it('between two attempts is not tried again; it is let go, and only then it is called failed', async () => {
    const one = await rigged();
    one.tracker.manners = () => {
      one.tracker.speed_kmh = 25;
      one.tracker.report();
      return undefined;
    };
    const jobId = await start(one.vehicle_id);
    const unknown = await ended(one.vehicle_id, jobId);
    expect(unknown).toMatchObject({ status: 'unknown', result: 'unknown', code: 'VEHICLE_MOVING' });
    expect(one.tracker.heard.filter(isCut)).toHaveLength(1);
    const again = await back(one);
    again.speed_kmh = 25;
    await expect(ended(one.vehicle_id, jobId, ['failed'])).resolves.toMatchObject({ code: 'VEHICLE_MOVING' });
    expect(again.heard).toEqual(['OUTPUT0=0']);
    nobodyHurt(one.tracker, again);
  });
});

describe('a device', () => {
  it('that was taken out meanwhile is sent nothing', async () => {
    const one = await rigged();
    const bound = `/api/v1/transport_registry/${one.vehicle_id}/devices`;
    const aim = () => yard.app.app.get(Db).read(systemActor(yard.people.north.accountId, 'test'), (tx) => yard.app.app.get(Situations).aim(tx, one.vehicle_id));
    const look = yard.app.app.get(LastLook);
    const original = look.andSend.bind(look);
    jest.spyOn(look, 'andSend').mockImplementationOnce(async (...args) => {
      const [binding] = (await yard.admin.get(bound).expect(200)).body.items as { id: string }[];
      await yard.admin.post(`${bound}/${binding?.id}/end`).send({}).expect(({ status }) => expect(status).toBeLessThan(300));
      return original(...args);
    });
    const job = await ended(one.vehicle_id, await start(one.vehicle_id));
    expect(job).toMatchObject({ status: 'failed', code: 'DEVICE_MOVED', attempts: [{ outcome: 'withheld' }] });
    expect(one.tracker.heard).toEqual([]);
    // What was in it, or will be, is nothing to send to.
    await expect(aim()).resolves.toMatchObject({ device_id: null });
  });

  it('that drops after it was sent a command leaves it unknown; coming back it is let go', async () => {
    const one = await rigged();
    one.tracker.manners = (_, tracker) => void tracker.leave();
    const jobId = await start(one.vehicle_id);
    await expect(ended(one.vehicle_id, jobId)).resolves.toMatchObject({ status: 'unknown', attempts: [{ outcome: 'link_lost' }] });
    const again = await back(one);
    const job = await ended(one.vehicle_id, jobId, ['failed']);
    expect(job.timeline.map((t) => t.what)).toContain('neutralised');
    expect(again.heard).toEqual(['OUTPUT0=0']);
  }, 15_000);

  it('that is silent is tried four times within the time, then its connection is reset and it is let go', async () => {
    const one = await rigged();
    one.tracker.manners = () => undefined;
    const jobId = await start(one.vehicle_id);
    const job = await ended(one.vehicle_id, jobId);
    expect(job).toMatchObject({ status: 'unknown', code: 'NO_ANSWER' });
    expect(job.attempts.map((a) => a.outcome)).toEqual(['no_answer', 'no_answer', 'no_answer', 'no_answer']);
    const again = await back(one);
    await ended(one.vehicle_id, jobId, ['failed']);
    expect(again.heard).toEqual(['OUTPUT0=0']);
    const { items } = (await yard.operator.get(`${base}/${one.vehicle_id}/immobilize`).expect(200)).body;
    expect(items).toMatchObject([{ kind: 'release', origin: 'safety', caused_by: jobId, status: 'completed' }, { kind: 'immobilize', status: 'failed' }]);
  }, 15_000);

  it('that answers the second time is cut once more and that is success', async () => {
    const one = await rigged();
    let n = 0;
    one.tracker.manners = (command, tracker) => ((n += 1) === 1 ? undefined : obedient(command, tracker));
    const job = await ended(one.vehicle_id, await start(one.vehicle_id));
    expect(job).toMatchObject({ status: 'completed', result: 'success' });
    expect(job.attempts.map((a) => a.outcome)).toEqual(['no_answer', 'executed']);
  });

  it('that says no is asked again, and at last it has failed: nothing can come of it any more', async () => {
    const one = await rigged();
    one.tracker.manners = () => 'ERR not allowed';
    const job = await ended(one.vehicle_id, await start(one.vehicle_id));
    expect(job).toMatchObject({ status: 'failed', code: 'DEVICE_REFUSED' });
    expect(job.attempts).toHaveLength(4);
    expect(one.tracker.closed).toBe(false);
  });

  it('that keeps the command for later is let go at once', async () => {
    const one = await rig(yard, { speaks: 'teltonika' });
    one.tracker.manners = (command, tracker) => (/ 5$/.test(command) ? 'DOUT1:ON Timeout:INFINITY Speed threshold:5km/h Speed is above threshold, queued' : obedient(command, tracker));
    const { body } = await cut(yard.operator, one.vehicle_id, { method: 'teltonika_gprs' }).expect(202);
    await expect(ended(one.vehicle_id, body.job_id)).resolves.toMatchObject({ status: 'unknown', code: 'DEVICE_QUEUED', attempts: [{ outcome: 'queued' }] });
    await eventually(() => expect(one.tracker.closed).toBe(true));
    const again = await Tracker.connect(yard.app, one.device_id, 'teltonika');
    await ended(one.vehicle_id, body.job_id, ['failed']);
    expect(again.heard).toEqual(['setdigout 0']);
  });

  it('whose relay shows in a later report is the best evidence', async () => {
    const one = await rigged();
    const jobId = await start(one.vehicle_id);
    await ended(one.vehicle_id, jobId, ['completed']);
    one.tracker.report();
    await eventually(async () => expect(await jobOf(yard.operator, one.vehicle_id, jobId)).toMatchObject({ status: 'completed', evidence: 'relay_seen' }));
  });
});

describe('a late outcome', () => {
  it('is recorded and told while the vehicle is being let go', async () => {
    const one = await rigged();
    one.tracker.manners = () => undefined;
    const jobId = await start(one.vehicle_id);
    await ended(one.vehicle_id, jobId, ['unknown']);
    const again = await back(one);
    again.manners = () => undefined;
    again.outputs = 1;
    await sleep(1_100);
    again.report();
    await eventually(async () => expect((await jobOf(yard.operator, one.vehicle_id, jobId)).late).toMatchObject({ seen: 'relay_seen' }));
    expect((await jobOf(yard.operator, one.vehicle_id, jobId)).status).toBe('unknown');
    again.manners = obedient;
    await expect(ended(one.vehicle_id, jobId, ['failed'])).resolves.toMatchObject({ late: { seen: 'relay_seen' } });
  });
});

describe('a database that is away for a moment', () => {
  /** The next so many last looks end in trouble. */
  function trouble(times: number): void {
    const look = yard.app.app.get(LastLook) as unknown as { judge(): Promise<unknown> };
    const spy = jest.spyOn(look, 'judge');
    for (let i = 0; i < times; i += 1) spy.mockRejectedValueOnce(new Error('the connection was lost'));
  }

  it('keeps nothing from being tried again: nothing had left', async () => {
    const one = await rigged();
    trouble(1);
    const job = await ended(one.vehicle_id, await start(one.vehicle_id));
    expect(job).toMatchObject({ status: 'completed', attempts: [{ outcome: 'not_sent', code: 'LAST_LOOK_FAILED' }, { outcome: 'executed' }] });
    expect(one.tracker.heard).toEqual(['OUTPUT0=1']);
  });

  it('does not end a release, however often', async () => {
    const one = await rigged();
    trouble(5);
    const { body } = await release(yard.operator, one.vehicle_id).expect(202);
    const job = await ended(one.vehicle_id, body.job_id);
    expect(job.status).toBe('completed');
    expect(job.attempts.map((a) => a.outcome)).toEqual([...Array<string>(5).fill('not_sent'), 'executed']);
  });
});

describe('people', () => {
  it('who press at once get one command between them', async () => {
    const one = await rigged();
    const answers = await Promise.all([cut(yard.operator, one.vehicle_id), cut(yard.admin, one.vehicle_id), cut(yard.operator, one.vehicle_id)]);
    expect(answers.map((a) => a.status).sort()).toEqual([202, 409, 409]);
    expect(answers.filter((a) => a.status === 409).map((a) => a.body.code)).toEqual(['COMMAND_IN_FLIGHT', 'COMMAND_IN_FLIGHT']);
    await ended(one.vehicle_id, answers.find((a) => a.status === 202)?.body.job_id);
    expect(one.tracker.heard).toEqual(['OUTPUT0=1']);
  });

  it('who release overtake a cut that is being retried, and words that come late fool nobody', async () => {
    const one = await rigged();
    one.tracker.manners = () => undefined;
    const jobId = await start(one.vehicle_id);
    await eventually(() => expect(one.tracker.heard).toHaveLength(1));
    let releases = 0;
    one.tracker.manners = (command, tracker) => {
      if (isCut(command)) return undefined;
      releases += 1;
      // The first release is met by the late word of the cut.
      return releases === 1 ? 'OUTPUT0=1' : obedient(command, tracker);
    };
    const { body } = await release(yard.operator, one.vehicle_id).expect(202);
    expect(await jobOf(yard.operator, one.vehicle_id, jobId)).toMatchObject({ status: 'unknown', code: 'OVERTAKEN' });
    const done = await ended(one.vehicle_id, body.job_id);
    expect(done).toMatchObject({ status: 'completed', attempts: [{ outcome: 'no_answer', code: 'ANSWER_UNCLEAR' }, { outcome: 'executed' }] });
    await expect(jobOf(yard.operator, one.vehicle_id, jobId)).resolves.toMatchObject({ status: 'failed', code: 'OVERTAKEN' });
    expect(one.tracker.heard).toEqual(['OUTPUT0=1', 'OUTPUT0=0', 'OUTPUT0=0']);
    await sleep(500);
    expect(one.tracker.heard.filter(isCut)).toHaveLength(1);
  });

  it('who pull the kill switch in the middle of retries stop them', async () => {
    const one = await rigged();
    one.tracker.manners = () => undefined;
    const jobId = await start(one.vehicle_id);
    await eventually(() => expect(one.tracker.heard).toHaveLength(1));
    await yard.operator.post(`${base}/kill_switch`).send({ reason: 'something is wrong' }).expect(200);
    try {
      await expect(ended(one.vehicle_id, jobId)).resolves.toMatchObject({ status: 'unknown', code: 'IMMOBILIZING_STOPPED' });
      expect(one.tracker.heard.length).toBeLessThanOrEqual(2);
      const again = await back(one);
      await ended(one.vehicle_id, jobId, ['failed']);
      expect(again.heard).toEqual(['OUTPUT0=0']);
      await expect(cut(yard.operator, one.vehicle_id)).resolves.toMatchObject({ status: 409 });
    } finally {
      await yard.admin.post(`${base}/kill_switch/off`).send({ reason: 'it was nothing' }).expect(200);
    }
  }, 15_000);

  it('release a vehicle at any speed, without second factor, circuit in the books or switch', async () => {
    const one = await rigged();
    await ended(one.vehicle_id, await start(one.vehicle_id), ['completed']);
    await yard.admin.delete(`${base}/${one.vehicle_id}/circuit`).expect(204);
    await yard.admin.patch(`${base}/settings`).send({ immobilizing: false }).expect(200);
    try {
      one.tracker.speed_kmh = 70;
      one.tracker.report();
      await stored(yard, one, 3);
      const { body } = await release(yard.operator, one.vehicle_id, { reason: 'mistake' }).expect(202);
      await expect(ended(one.vehicle_id, body.job_id)).resolves.toMatchObject({ result: 'success' });
    } finally {
      await yard.admin.patch(`${base}/settings`).send({ immobilizing: true }).expect(200);
    }
  });

  it('may take back only what has not left', async () => {
    const one = await rigged();
    one.tracker.manners = () => undefined;
    const jobId = await start(one.vehicle_id);
    await eventually(() => expect(one.tracker.heard).toHaveLength(1));
    await expect(yard.operator.post(`${base}/${one.vehicle_id}/immobilize/${jobId}/cancel`)).resolves.toMatchObject({ status: 422, body: { code: 'ALREADY_SENT' } });
    one.tracker.leave();
    const { body } = await release(yard.operator, one.vehicle_id).expect(202);
    await expect(yard.operator.post(`${base}/${one.vehicle_id}/immobilize/${body.job_id}/cancel`)).resolves.toMatchObject({ status: 422, body: { code: 'RELEASE_NOT_CANCELLED' } });
  });

  it('who choose a way that fails do not end the release of the house', async () => {
    const one = await rig(yard, { circuit: { routes: [{ method: 'ips_text', dialect: 'umka' }, { method: 'vialon_relay', unit_id: 7 }] } });
    one.tracker.manners = (_, tracker) => void tracker.leave();
    const jobId = await start(one.vehicle_id);
    await ended(one.vehicle_id, jobId, ['unknown']);
    const { body } = await release(yard.operator, one.vehicle_id, { method: 'vialon_relay' }).expect(202);
    await expect(ended(one.vehicle_id, body.job_id)).resolves.toMatchObject({ status: 'failed', code: 'NO_CREDENTIALS' });
    const again = await back(one);
    await ended(one.vehicle_id, jobId, ['failed']);
    expect(again.heard).toEqual(['OUTPUT0=0']);
  });

  it('who know a better way than the one a release waits for overtake it', async () => {
    const { vehicle_id, tracker } = await rig(yard, { circuit: { routes: [{ method: 'ips_text', dialect: 'umka' }, { method: 'teltonika_gprs' }] } });
    tracker.leave();
    await eventually(() => expect(tracker.closed).toBe(true));
    const waiting = (await release(yard.operator, vehicle_id, { method: 'teltonika_gprs' }).expect(202)).body as { job_id: string };
    const same = await release(yard.operator, vehicle_id).expect(202);
    expect(same.body.job_id).toBe(waiting.job_id);
    const better = (await release(yard.operator, vehicle_id, { method: 'ips_text' }).expect(202)).body as { job_id: string };
    expect(better.job_id).not.toBe(waiting.job_id);
    await expect(jobOf(yard.operator, vehicle_id, waiting.job_id)).resolves.toMatchObject({ status: 'failed', code: 'OVERTAKEN' });
    await Tracker.connect(yard.app, tracker.deviceId);
    await ended(vehicle_id, better.job_id, ['completed']);
  });
});
