import { setTimeout as sleep } from 'node:timers/promises';
import type { StandInUnit } from '../../apps/simulator/src/wialon/stand-in-unit';
import { TracksolidStandIn } from '../../apps/simulator/src/wialon/tracksolid-stand-in';
import { WialonStandIn } from '../../apps/simulator/src/wialon/wialon-stand-in';
import { VialonRelay } from '../../libs/access_control/src/methods/wialon/vialon-relay';
import { Db } from '@fleet/platform/database';
import { base, cut, eventually, hurry, jobOf, openYard, release, rig, stored, until, wireUp, type Job, type Rigged, type Yard } from '../support/immobilizing';
import { vehicleWithDevice } from '../support/telemetry';
import { Tracker } from '../support/tracker';

/** Slots as in service, so that a slow machine is no slow gateway; short ones where silence is waited out. */
const slots = { slotMs: 3_200, cutMs: 15_000 };
const shortSlots = { slotMs: 1_300, cutMs: 8_000 };
const over = ['completed', 'failed', 'expired', 'unknown'];
let yard: Yard;
let wialon: WialonStandIn;
let tracksolid: TracksolidStandIn;
let serial = 100;

beforeAll(async () => {
  yard = await openYard({ ...slots, pauseMs: 60, releasePauseMs: 100, leaseMs: 3_000, sweepMs: 100, releaseMs: 15_000, watchMs: 20_000 });
  wialon = new WialonStandIn();
  tracksolid = new TracksolidStandIn();
  const [hosting, jimi] = [await wialon.listen(), await tracksolid.listen()];
  await yard.admin.put(`${base}/gateways/vialon_relay`).send({ base_url: hosting, token: wialon.token }).expect(200);
  await yard.admin.put(`${base}/gateways/tracksolid`).send({ base_url: jimi, app_key: tracksolid.appKey, app_secret: tracksolid.appSecret, user_id: tracksolid.userId, password: tracksolid.password }).expect(200);
}, 60_000);
afterEach(() => hurry(yard.app, slots));
afterAll(async () => {
  await yard?.app.close();
  await wialon?.close();
  await tracksolid?.close();
});

interface Behind extends Rigged {
  unit: StandInUnit;
  start(): Promise<string>;
  end(jobId: string, statuses?: string[]): Promise<Job>;
}

/** A vehicle whose relay hangs behind Wialon and whose positions come to us. */
async function behindWialon(): Promise<Behind> {
  const unit = wialon.addUnit((serial += 1));
  const one = await rig(yard, { circuit: { routes: [{ method: 'vialon_relay', unit_id: unit.id }] } });
  return {
    ...one,
    unit,
    start: async () => ((await cut(yard.operator, one.vehicle_id, { method: 'vialon_relay' }).expect(202)).body as { job_id: string }).job_id,
    end: (jobId, statuses = over) => until(yard.operator, one.vehicle_id, jobId, statuses, 16_000),
  };
}

describe('a relay behind Wialon (a stand-in, from the documentation)', () => {
  it('is cut when the unit’s own message says so, and let go likewise', async () => {
    // However little of it preparing takes, one whole second is left to wait in a queue.
    hurry(yard.app, { slotMs: 1_999 });
    const one = await behindWialon();
    const job = await one.end(await one.start());
    expect(job).toMatchObject({ status: 'completed', result: 'success', evidence: 'executed', attempts: [{ outcome: 'executed', answer: 'executed', sent: `block_engine unit ${one.unit.id}` }] });
    const exec = wialon.asked.filter((a) => a.svc === 'unit/exec_cmd').at(-1);
    expect(exec?.params).toMatchObject({ itemId: one.unit.id, commandName: 'Зажигание выкл', linkType: 'tcp', timeout: 1 });
    const { body } = await release(yard.operator, one.vehicle_id).expect(202);
    await expect(one.end(body.job_id)).resolves.toMatchObject({ status: 'completed' });
    expect(one.unit.relayMoves.map((m) => m.cut)).toEqual([true, false]);
  });

  it('is unknown when it answers {} and nothing else, and then let go', async () => {
    hurry(yard.app, shortSlots);
    const one = await behindWialon();
    one.unit.manners = 'silent';
    const jobId = await one.start();
    const job = await one.end(jobId);
    expect(job).toMatchObject({ status: 'unknown', code: 'ACCEPTED_NOT_CONFIRMED', evidence: 'accepted' });
    expect(job.attempts.map((a) => a.outcome)).toEqual(['accepted', 'accepted', 'accepted', 'accepted']);
    expect(job.timeline.map((t) => t.to_state)).toContain('acknowledged');
    one.unit.manners = 'executes';
    await expect(one.end(jobId, ['failed'])).resolves.toMatchObject({ status: 'failed' });
    expect(one.unit.relayMoves.map((m) => m.cut)).toEqual([false]);
  });

  it('is not cut when the vehicle sets off while all is being made ready', async () => {
    const one = await behindWialon();
    const asked = wialon.asked.length;
    const sent = (svc: string) => wialon.asked.slice(asked).filter((a) => a.svc === svc);
    let setOff = (): void => undefined;
    wialon.next({ svc: 'messages/load_last', silentUntil: new Promise<void>((resolve) => (setOff = resolve)) });
    const jobId = await one.start();
    await eventually(() => expect(sent('messages/load_last')).toHaveLength(1));
    one.tracker.speed_kmh = 40;
    one.tracker.report();
    await stored(yard, one, 3);
    setOff();
    await expect(one.end(jobId)).resolves.toMatchObject({ status: 'failed', code: 'VEHICLE_MOVING', attempts: [{ outcome: 'withheld' }] });
    expect(sent('unit/exec_cmd')).toEqual([]);
    expect(one.unit.relayMoves).toEqual([]);
  });

  it('is tried again when the server was too slow, and what was given up never leaves', async () => {
    const one = await behindWialon();
    const asked = wialon.asked.length;
    wialon.next({ svc: 'core/search_item', silentMs: 2_600 });
    await expect(one.end(await one.start())).resolves.toMatchObject({ status: 'completed', attempts: [{ outcome: 'not_sent', code: 'GATEWAY_SLOW' }, { outcome: 'executed' }] });
    await sleep(600);
    expect(wialon.asked.slice(asked).filter((a) => a.svc === 'unit/exec_cmd')).toHaveLength(1);
  });

  it('takes no connections from others while its server is slow', async () => {
    const { pool } = yard.app.app.get(Db);
    const vehicles = await Promise.all(
      Array.from({ length: 9 }, async () => {
        const unit = wialon.addUnit((serial += 1));
        const { vehicle_id } = await vehicleWithDevice(yard.admin);
        await wireUp(yard.admin, vehicle_id, { routes: [{ method: 'vialon_relay', unit_id: unit.id }] });
        wialon.next({ svc: 'core/search_item', silentMs: 400 });
        wialon.next({ svc: 'unit/exec_cmd', silentMs: 500 });
        return vehicle_id;
      }),
    );
    let busy = 0;
    const looking = setInterval(() => (busy = Math.max(busy, pool.totalCount - pool.idleCount)), 20);
    const before = pool.totalCount - pool.idleCount;
    try {
      const jobs = await Promise.all(vehicles.map((id) => release(yard.operator, id).expect(202)));
      await sleep(300);
      busy = 0;
      await sleep(500);
      expect(busy - before).toBeLessThanOrEqual(5);
      await Promise.all(jobs.map(({ body }, i) => until(yard.operator, vehicles[i] as string, body.job_id, ['completed'], 15_000)));
    } finally {
      clearInterval(looking);
    }
  }, 40_000);

  it('signs in again once when the session is gone (errors 1 and 1003 NO_SESSION)', async () => {
    const one = await behindWialon();
    const logins = wialon.logins;
    wialon.endSessions();
    await expect(one.end(await one.start())).resolves.toMatchObject({ status: 'completed' });
    expect(wialon.logins - logins).toBeLessThanOrEqual(1);
    const { body } = await release(yard.operator, one.vehicle_id).expect(202);
    await one.end(body.job_id);
    wialon.next({ svc: 'core/search_item', error: 1003, reason: 'NO_SESSION' });
    await expect(one.end(await one.start())).resolves.toMatchObject({ status: 'completed', attempts: [{ no: 1 }] });
  });

  it('comes back later when too much was asked at once (error 1003)', async () => {
    const one = await behindWialon();
    wialon.next({ svc: 'unit/exec_cmd', error: 1003, reason: 'LIMIT api_concurrent' });
    await expect(one.end(await one.start())).resolves.toMatchObject({ status: 'completed', attempts: [{ outcome: 'not_sent', code: 'GATEWAY_ERROR_1003' }, { outcome: 'executed' }] });
  });

  it('has failed when the unit is away (netconn 0, or error 5): nothing left', async () => {
    const one = await behindWialon();
    one.unit.connect(false);
    await expect(one.end(await one.start())).resolves.toMatchObject({ status: 'failed', code: 'DEVICE_NOT_CONNECTED', attempts: [{ outcome: 'not_sent' }, {}, {}, {}] });
    one.unit.connect(true);
    for (let i = 0; i < 4; i += 1) wialon.next({ svc: 'unit/exec_cmd', error: 5 });
    await expect(one.end(await one.start())).resolves.toMatchObject({ status: 'failed', code: 'DEVICE_NOT_CONNECTED' });
    await sleep(300);
    expect(one.unit.relayMoves).toEqual([]);
  });

  it('has failed at once without the right to execute (error 7)', async () => {
    const one = await behindWialon();
    one.unit.mayExecute = false;
    await expect(one.end(await one.start())).resolves.toMatchObject({ status: 'failed', code: 'GATEWAY_DENIES', attempts: [{ outcome: 'not_sent' }] });
  });

  it('is never sent over a link that keeps commands', async () => {
    const one = await behindWialon();
    one.unit.commands = [{ n: 'Block engine', c: 'block_engine', l: 'vrt' }, { n: 'By SMS', c: 'block_engine', l: 'gsm' }];
    const asked = wialon.asked.length;
    await expect(one.end(await one.start())).resolves.toMatchObject({ status: 'failed', code: 'LINK_KEEPS_COMMANDS' });
    expect(wialon.asked.slice(asked).map((a) => a.svc)).not.toContain('unit/exec_cmd');
    one.unit.commands = [{ n: 'block_engine', c: 'query_pos', l: 'tcp' }];
    await expect(one.end(await one.start())).resolves.toMatchObject({ status: 'failed', code: 'COMMAND_NOT_DEFINED' });
  });

  it('is unknown when the server falls silent over the command itself', async () => {
    const one = await behindWialon();
    for (let i = 0; i < 4; i += 1) wialon.next({ svc: 'unit/exec_cmd', error: 6 });
    const jobId = await one.start();
    await expect(one.end(jobId)).resolves.toMatchObject({ status: 'unknown', code: 'GATEWAY_ERROR_6' });
    await one.end(jobId, ['failed']);
    expect(one.unit.relayMoves.map((m) => m.cut)).toEqual([false]);
  });

  it('says no when the device does', async () => {
    const one = await behindWialon();
    one.unit.manners = 'fails';
    await expect(one.end(await one.start())).resolves.toMatchObject({ status: 'failed', code: 'DEVICE_REFUSED', attempts: [{ outcome: 'refused', answer: 'failed' }, {}, {}, {}] });
  });

  it('knows its own time from the server’s', async () => {
    const one = await behindWialon();
    wialon.aheadMs = 90_000;
    wialon.endSessions();
    await expect(one.end(await one.start())).resolves.toMatchObject({ status: 'completed' });
    wialon.aheadMs = 0;
    wialon.endSessions();
  });

  it('release overtakes a cut whose answer is awaited', async () => {
    const one = await behindWialon();
    one.unit.answerMs = 900;
    const jobId = await one.start();
    await eventually(() => expect(wialon.asked.filter((a) => a.svc === 'unit/exec_cmd' && a.params.itemId === one.unit.id)).toHaveLength(1));
    one.unit.answerMs = 950;
    const { body } = await release(yard.operator, one.vehicle_id).expect(202);
    await expect(one.end(body.job_id)).resolves.toMatchObject({ status: 'completed' });
    expect(one.unit.relayMoves.map((m) => m.cut)).toEqual([true, false]);
    await expect(jobOf(yard.operator, one.vehicle_id, jobId)).resolves.toMatchObject({ status: 'failed', code: 'OVERTAKEN' });
  });

  it('confirms releases of its own way only: a cut on another stays unknown, and its effect is told', async () => {
    const unit = wialon.addUnit((serial += 1));
    const one = await rig(yard, { circuit: { routes: [{ method: 'ips_text', dialect: 'umka' }, { method: 'vialon_relay', unit_id: unit.id }] } });
    one.tracker.manners = () => undefined;
    const { body } = await cut(yard.operator, one.vehicle_id).expect(202);
    await eventually(() => expect(one.tracker.heard).toHaveLength(1));
    const released = await release(yard.operator, one.vehicle_id, { method: 'vialon_relay' }).expect(202);
    await until(yard.operator, one.vehicle_id, released.body.job_id, ['completed']);
    await eventually(() => expect(one.tracker.closed).toBe(true));
    await expect(jobOf(yard.operator, one.vehicle_id, body.job_id)).resolves.toMatchObject({ status: 'unknown', code: 'OVERTAKEN' });
    const again = await Tracker.connect(yard.app, one.device_id);
    again.outputs = 1;
    await sleep(3_100);
    again.report();
    await eventually(async () => expect((await jobOf(yard.operator, one.vehicle_id, released.body.job_id)).late).toMatchObject({ seen: 'relay_still_cut' }));
    await eventually(async () => expect(await jobOf(yard.operator, one.vehicle_id, body.job_id)).toMatchObject({ status: 'unknown', late: { seen: 'relay_seen' } }));
  });

  it('that is dead holds up no other vehicle, and is asked seldom', async () => {
    hurry(yard.app, shortSlots);
    const one = await behindWialon();
    one.unit.manners = 'silent';
    const jobId = await one.start();
    await one.end(jobId, ['unknown']);
    const asking = jest.spyOn(yard.app.app.get(VialonRelay), 'seenLater').mockImplementation(() => new Promise((resolve) => setTimeout(() => resolve(false), 2_000).unref()));
    const other = await rig(yard);
    const { body } = await cut(yard.operator, other.vehicle_id).expect(202);
    await until(yard.operator, other.vehicle_id, body.job_id, ['completed']);
    await eventually(() => expect(asking).toHaveBeenCalled(), 13_000);
    other.tracker.report({ outputs: 1 });
    const toldMs = Date.now();
    await eventually(async () => expect(await jobOf(yard.operator, other.vehicle_id, body.job_id)).toMatchObject({ evidence: 'relay_seen' }), 1_900);
    expect(Date.now() - toldMs).toBeLessThan(1_900);
    expect(asking.mock.calls.length).toBeLessThanOrEqual(2);
    asking.mockRestore();
    one.unit.manners = 'executes';
  }, 40_000);

  it('shows no secret to anybody, and stops trying to sign in with a wrong one', async () => {
    const list = await yard.admin.get(`${base}/gateways`).expect(200);
    expect(JSON.stringify(list.body)).not.toContain(wialon.token);
    expect(JSON.stringify(list.body)).not.toContain(tracksolid.appSecret);
    await yard.admin.put(`${base}/gateways/vialon_relay`).send({ base_url: 'http://example.org', token: wialon.token }).expect(400);
    const { base_url } = (list.body.items as { method: string; base_url: string }[]).find((g) => g.method === 'vialon_relay') as { base_url: string };
    await yard.admin.put(`${base}/gateways/vialon_relay`).send({ base_url, token: 'b'.repeat(72) }).expect(200);
    const one = await behindWialon();
    const logins = wialon.logins;
    await expect(one.end(await one.start())).resolves.toMatchObject({ status: 'failed', code: 'GATEWAY_DENIES' });
    await expect(one.end(await one.start())).resolves.toMatchObject({ status: 'failed', code: 'GATEWAY_DENIES' });
    await expect(one.end(await one.start())).resolves.toMatchObject({ status: 'failed', code: 'GATEWAY_DENIES' });
    expect(wialon.logins - logins).toBe(2);
    await yard.admin.delete(`${base}/gateways/vialon_relay`).expect(204);
    await expect(one.end(await one.start())).resolves.toMatchObject({ status: 'failed', code: 'NO_CREDENTIALS' });
  });
});

describe('a relay behind Tracksolid (a stand-in, from the documentation)', () => {
  async function behind() {
    const device = tracksolid.addDevice(String(860_000_000_000_000 + (serial += 1)));
    const one = await rig(yard, { circuit: { routes: [{ method: 'tracksolid', imei: device.imei }] } });
    const start = async (): Promise<string> => ((await cut(yard.operator, one.vehicle_id, { method: 'tracksolid' }).expect(202)).body as { job_id: string }).job_id;
    return { ...one, device, start, end: (jobId: string, statuses = over) => until(yard.operator, one.vehicle_id, jobId, statuses, 16_000) };
  }

  it('is cut when the instruction’s result says so, also after the token was forgotten', async () => {
    const one = await behind();
    await expect(one.end(await one.start())).resolves.toMatchObject({ status: 'completed', attempts: [{ sent: `RELAY,1# device ${one.device.imei}`, answer: 'RELAY:OK' }] });
    tracksolid.forgetTokens();
    const { body } = await release(yard.operator, one.vehicle_id).expect(202);
    await expect(one.end(body.job_id)).resolves.toMatchObject({ status: 'completed' });
    expect(one.device.relayMoves).toEqual([true, false]);
  });

  it('is sent nothing while its device is away', async () => {
    const one = await behind();
    one.device.online = false;
    await expect(one.end(await one.start())).resolves.toMatchObject({ status: 'failed', code: 'DEVICE_NOT_CONNECTED' });
    expect(one.device.results).toEqual([]);
  });

  it('is unknown when the server keeps the command, and is let go before that is called failed', async () => {
    const one = await behind();
    one.device.manners = 'keeps';
    const jobId = await one.start();
    await expect(one.end(jobId)).resolves.toMatchObject({ status: 'unknown', code: 'DEVICE_QUEUED', attempts: [{ outcome: 'queued' }] });
    one.device.manners = 'executes';
    await expect(one.end(jobId, ['failed'])).resolves.toMatchObject({ status: 'failed' });
    expect(one.device.relayMoves).toEqual([false]);
  });
});
