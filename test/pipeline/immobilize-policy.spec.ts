import { randomUUID } from 'node:crypto';
import { allow, base, cut, eventually, hurry, jobOf, openYard, quick, release, rig, stored, until, wireUp, type Rigged, type Yard } from '../support/immobilizing';
import { addPerson, as } from '../support/people';
import { Tracker } from '../support/tracker';

let yard: Yard;
beforeAll(async () => {
  yard = await openYard();
}, 60_000);
afterAll(() => yard?.app.close());

const over = ['completed', 'failed', 'expired', 'unknown'];

async function refused(one: { vehicle_id: string }, code: string, body: object = {}): Promise<Record<string, unknown>> {
  const preview = (await yard.operator.post(`${base}/${one.vehicle_id}/immobilize/preview`).send({ method: 'ips_text', reason: 'safety_lockdown', ...body })).body as { allowed: boolean; objections: { code: string }[] };
  const answer = await cut(yard.operator, one.vehicle_id, body);
  expect({ status: answer.status, code: answer.body.code }).toEqual({ status: 409, code });
  expect({ allowed: preview.allowed, code: preview.objections[0]?.code }).toEqual({ allowed: false, code });
  return answer.body.facts as Record<string, unknown>;
}

/** Reports like these, and only these. */
async function saying(...reports: [Parameters<Tracker['report']>[0], number?][]): Promise<Rigged> {
  const one = await rig(yard, { quiet: true });
  for (const [more, agoS] of reports) one.tracker.report(more, agoS);
  await stored(yard, one, reports.length);
  return one;
}

describe('asking what would be said', () => {
  it('may be done with an Idempotency-Key, as every screen sends it', async () => {
    const { vehicle_id } = await rig(yard);
    const preview = yard.operator.post(`${base}/${vehicle_id}/immobilize/preview`).set('Idempotency-Key', randomUUID()).send({ method: 'ips_text', reason: 'safety_lockdown' });
    await expect(preview).resolves.toMatchObject({ status: 200, body: { allowed: true, objections: [] } });
  });
});

describe('a vehicle is not stopped', () => {
  it.each<[string, string, [Parameters<Tracker['report']>[0], number?][]]>([
    ['that moves', 'VEHICLE_MOVING', [[{ speed_kmh: 0 }, 9], [{ speed_kmh: 5.1 }]]],
    ['that moved in the report before', 'VEHICLE_MOVING', [[{ speed_kmh: 31 }, 9], [{ speed_kmh: 0 }]]],
    ['whose speed is not known', 'SPEED_UNKNOWN', [[{ speed_kmh: 0 }, 9], [{ speed_kmh: undefined as never }]]],
    ['whose speed was not known before', 'SPEED_UNKNOWN', [[{ speed_kmh: undefined as never }, 9], [{ speed_kmh: 0 }]]],
    ['of which there is one report only', 'SPEED_UNKNOWN', [[{ speed_kmh: 0 }]]],
    ['without a fix', 'POSITION_INVALID', [[{}, 9], [{ lat: undefined as never, lon: undefined as never }]]],
    ['with too few satellites', 'POSITION_INVALID', [[{}, 9], [{ satellites: 3 }]]],
    ['that told of its past', 'POSITION_STALE', [[{}, 300], [{}, 200]]],
    ['whose clock is ahead', 'DEVICE_CLOCK_UNTRUSTED', [[{}, -200], [{}, -300]]],
  ])('%s', async (_, code, reports) => {
    await refused(await saying(...reports), code);
  });

  it('that has not been heard of', async () => {
    await refused(await rig(yard, { quiet: true }), 'POSITION_UNKNOWN');
  });

  it('whose last word is older than half a minute', async () => {
    const one = await rig(yard);
    yard.app.clock.advance({ seconds: 31 });
    const operator = await as(yard.app, yard.people.north.immobilizing_operator, { steppedUp: true });
    const answer = await cut(operator, one.vehicle_id);
    yard.app.clock.reset();
    expect(answer.body).toMatchObject({ code: 'POSITION_STALE', facts: { position_age_s: expect.any(Number), speed_kmh: 0, ignition: false, circuit: 'starter', connected: true, objections: [{ code: 'POSITION_STALE' }] } });
  });

  it('whose newer report stands below an older one by a clock that ran ahead', async () => {
    const one = await saying([{ speed_kmh: 0 }, -20], [{ speed_kmh: 0 }, -25]);
    one.tracker.report({ speed_kmh: 44 }, 1);
    await stored(yard, one, 3);
    await refused(one, 'VEHICLE_MOVING');
  });

  it('that creeps, when the circuit would stop a running engine', async () => {
    const one = await saying([{ speed_kmh: 0 }, 9], [{ speed_kmh: 4 }]);
    await wireUp(yard.admin, one.vehicle_id, { kind: 'fuel_pump' });
    await refused(one, 'VEHICLE_MOVING');
    await wireUp(yard.admin, one.vehicle_id, { kind: 'starter' });
    await cut(yard.operator, one.vehicle_id).expect(202);
  });

  it('without a circuit, with one that is off, by another way, or while its device is away', async () => {
    const one = await rig(yard);
    await wireUp(yard.admin, one.vehicle_id, { enabled: false });
    await refused(one, 'VEHICLE_NOT_ENABLED');
    await wireUp(yard.admin, one.vehicle_id);
    await refused(one, 'METHOD_NOT_INSTALLED', { method: 'vialon_relay' });
    one.tracker.leave();
    await eventually(async () => expect((await cut(yard.operator, one.vehicle_id)).body.code).toBe('DEVICE_NOT_CONNECTED'));
    await yard.admin.delete(`${base}/${one.vehicle_id}/circuit`).expect(204);
    await refused(one, 'NO_CIRCUIT');
  });

  it('while the account has not switched it on, which takes a ground', async () => {
    const south = await as(yard.app, yard.people.south.admin, { steppedUp: true });
    expect((await south.get(`${base}/settings`).expect(200)).body).toMatchObject({ immobilizing: false, legal_basis: null });
    await expect(south.patch(`${base}/settings`).send({ immobilizing: true })).resolves.toMatchObject({ status: 422, body: { code: 'LEGAL_BASIS_MISSING' } });
    const { id } = (await south.post('/api/v1/transport_registry').send({ plate: 'SOUTH 1' }).expect(201)).body;
    await expect(cut(south, id)).resolves.toMatchObject({ status: 409, body: { code: 'IMMOBILIZING_OFF' } });
  });

  it('more often than the limits say', async () => {
    const one = await rig(yard);
    await allow(yard.admin, { vehicle_per_hour: 1 });
    const { body } = await cut(yard.operator, one.vehicle_id).expect(202);
    await until(yard.operator, one.vehicle_id, body.job_id, ['completed']);
    await refused(one, 'RATE_LIMIT_VEHICLE');
    await allow(yard.admin);
  });

  it('without a reason from the list, or with the reason other and no words', async () => {
    const one = await rig(yard);
    await expect(cut(yard.operator, one.vehicle_id, { reason: 'because' })).resolves.toMatchObject({ status: 400 });
    await expect(cut(yard.operator, one.vehicle_id, { reason: 'other' })).resolves.toMatchObject({ status: 400, body: { code: 'NOTE_MISSING' } });
    expect(one.tracker.heard).toEqual([]);
  });
});

describe('a clock a few seconds off', () => {
  it('hinders nothing', async () => {
    const one = await saying([{}, 21], [{}, 12]);
    const { body } = await cut(yard.operator, one.vehicle_id).expect(202);
    await expect(until(yard.operator, one.vehicle_id, body.job_id, over)).resolves.toMatchObject({ status: 'completed' });
  });
});

describe('only a permitted person with a fresh second factor', () => {
  it('may ask; others and programs may not', async () => {
    const one = await rig(yard);
    const { north, south } = yard.people;
    await expect(cut(await as(yard.app, north.immobilizing_operator), one.vehicle_id)).resolves.toMatchObject({ status: 403, body: { code: 'STEP_UP_REQUIRED' } });
    for (const role of ['operator', 'driver', 'investor'] as const) {
      await expect(cut(await as(yard.app, north[role], { steppedUp: true }), one.vehicle_id)).resolves.toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
    }
    for (const role of ['admin', 'immobilizing_operator'] as const) {
      await expect(cut(await as(yard.app, south[role], { steppedUp: true }), one.vehicle_id)).resolves.toMatchObject({ status: 404 });
      await expect(release(await as(yard.app, south[role]), one.vehicle_id)).resolves.toMatchObject({ status: 404 });
    }
    const client = (await yard.admin.post('/api/v1/auth/clients').send({ name: 'automation', scopes: ['access_control.*'] }).expect(201)).body;
    const token = (await yard.app.request.post('/oauth/token').type('form').send({ grant_type: 'client_credentials', client_id: client.id, client_secret: client.client_secret }).expect(200)).body.access_token;
    const program = yard.app.as(token);
    await expect(cut(program, one.vehicle_id)).resolves.toMatchObject({ status: 403 });
    await expect(release(program, one.vehicle_id)).resolves.toMatchObject({ status: 403, body: { code: 'PEOPLE_ONLY' } });
    await expect(program.post(`${base}/${one.vehicle_id}/immobilize/preview`).send({ method: 'ips_text', reason: 'safety_lockdown' })).resolves.toMatchObject({ status: 403, body: { code: 'PEOPLE_ONLY' } });
    expect(one.tracker.heard).toEqual([]);
  });

  it('is what the table itself demands', async () => {
    const one = await rig(yard);
    const { accountId } = yard.people.north;
    const row = (kind: string, id: string) =>
      yard.app.db.sql(
        `insert into access_control.command (id, account_id, vehicle_id, kind, origin, method, reason, requested_by_kind, requested_by, requested_at, state, evidence, work_order, begin_by)
         values ($1, $2, $3, 'immobilize', 'person', 'ips_text', 'x', $4, 'someone', now(), 'pending', 'none', '{}', now())`,
        [id, accountId, one.vehicle_id, kind],
        accountId,
      );
    for (const kind of ['system', 'client', 'user']) await expect(row(kind, randomUUID())).rejects.toMatchObject({ constraint: 'command_cut_only_by_person' });
  });

  it('presses twice with one key and gets one command', async () => {
    const one = await rig(yard);
    const key = randomUUID();
    const first = await cut(yard.operator, one.vehicle_id).set('idempotency-key', key).expect(202);
    const second = await cut(yard.operator, one.vehicle_id).set('idempotency-key', key).expect(202);
    expect(second.body.job_id).toBe(first.body.job_id);
    await until(yard.operator, one.vehicle_id, first.body.job_id, ['completed']);
    expect(one.tracker.heard).toEqual(['OUTPUT0=1']);
  });
});

describe('four eyes', () => {
  const decide = (agent: Yard['admin'], one: Rigged, jobId: string, word: 'approve' | 'decline') => agent.post(`${base}/${one.vehicle_id}/immobilize/${jobId}/${word}`).send({ note: 'looked at it' });
  beforeAll(() => allow(yard.admin, { second_approver: true, approval_minutes: 1 }));
  afterAll(() => allow(yard.admin, { second_approver: false }));

  it('let nothing leave before another permitted person approved', async () => {
    const one = await rig(yard);
    const { body } = await cut(yard.operator, one.vehicle_id).expect(202);
    expect(body).toMatchObject({ status: 'pending', awaiting_approval: true });
    await expect(decide(yard.operator, one, body.job_id, 'approve')).resolves.toMatchObject({ status: 422, body: { code: 'SECOND_PERSON_NEEDED' } });
    await expect(decide(await as(yard.app, yard.people.north.operator, { steppedUp: true }), one, body.job_id, 'approve')).resolves.toMatchObject({ status: 403 });
    expect(one.tracker.heard).toEqual([]);
    await decide(yard.admin, one, body.job_id, 'approve').expect(202);
    await expect(until(yard.operator, one.vehicle_id, body.job_id, over)).resolves.toMatchObject({ status: 'completed', decided_by: yard.people.north.admin.id, approval: 'approved' });
    await expect(decide(yard.admin, one, body.job_id, 'approve')).resolves.toMatchObject({ status: 422, body: { code: 'NOT_WAITING' } });
  });

  it('judge anew when the second person says yes', async () => {
    const one = await rig(yard);
    const { body } = await cut(yard.operator, one.vehicle_id).expect(202);
    one.tracker.speed_kmh = 50;
    one.tracker.report();
    await stored(yard, one, 3);
    await expect(decide(yard.admin, one, body.job_id, 'approve')).resolves.toMatchObject({ status: 409, body: { code: 'VEHICLE_MOVING' } });
    await decide(yard.admin, one, body.job_id, 'decline').expect(200);
    await expect(jobOf(yard.operator, one.vehicle_id, body.job_id)).resolves.toMatchObject({ status: 'failed', code: 'DECLINED', approval: 'declined' });
    expect(one.tracker.heard).toEqual([]);
  });

  it('may ask somebody by name, who must be permitted, and nobody else decides then', async () => {
    const one = await rig(yard);
    const { operator, admin, immobilizing_operator } = yard.people.north;
    await expect(cut(yard.operator, one.vehicle_id, { approver: operator.id })).resolves.toMatchObject({ status: 422, body: { code: 'APPROVER_NOT_PERMITTED' } });
    await expect(cut(yard.operator, one.vehicle_id, { approver: yard.people.south.admin.id })).resolves.toMatchObject({ status: 422 });
    await expect(cut(yard.operator, one.vehicle_id, { approver: immobilizing_operator.id })).resolves.toMatchObject({ status: 422, body: { code: 'SECOND_PERSON_NEEDED' } });
    const { body } = await cut(yard.operator, one.vehicle_id, { approver: admin.id }).expect(202);
    const third = await as(yard.app, await addPerson(yard.app, yard.people.north, 'admin'), { steppedUp: true });
    await expect(decide(third, one, body.job_id, 'approve')).resolves.toMatchObject({ status: 422, body: { code: 'OTHER_APPROVER_ASKED' } });
    await release(yard.operator, one.vehicle_id).expect(202);
    await expect(jobOf(yard.operator, one.vehicle_id, body.job_id)).resolves.toMatchObject({ status: 'failed', code: 'OVERTAKEN' });
  });

  it('close again when nobody came', async () => {
    const one = await rig(yard);
    const { body } = await cut(yard.operator, one.vehicle_id).expect(202);
    yard.app.clock.advance({ seconds: 61 });
    const job = await until(yard.operator, one.vehicle_id, body.job_id, ['expired']).finally(() => yard.app.clock.reset());
    expect(job).toMatchObject({ status: 'expired', code: 'NOT_APPROVED' });
    expect(one.tracker.heard).toEqual([]);
  });
});

describe('a case', () => {
  it('is told whole, signed with the key of the audit log, on screen and on paper', async () => {
    hurry(yard.app, quick);
    const one = await rig(yard);
    const { body } = await cut(yard.operator, one.vehicle_id, { note: 'seen by the police' }).expect(202);
    await until(yard.operator, one.vehicle_id, body.job_id, ['completed']);
    const { body: file } = await yard.operator.get(`${base}/${one.vehicle_id}/immobilize/${body.job_id}/case_file`).expect(200);
    const { createPublicKey, verify } = await import('node:crypto');
    const signedBy = (text: string): boolean => verify(null, Buffer.from(text), createPublicKey(file.public_key as string), Buffer.from(file.signature as string, 'base64'));
    expect(signedBy(file.signed)).toBe(true);
    expect(signedBy(file.signed.replace('police', 'nobody'))).toBe(false);
    const told = JSON.parse((file.signed as string).split('\n').slice(1).join('\n'));
    expect(told).toEqual(file.case_file);
    expect(told.command).toMatchObject({ note: 'seen by the police', status: 'completed', facts: { speed_kmh: 0 } });
    expect(told.audit.map((e: { action: string }) => e.action)).toEqual(['access_control.immobilize.requested', 'access_control.immobilize.attempt_begun', 'access_control.immobilize.completed']);
    expect(told.audit[2]).toMatchObject({ reason: 'safety_lockdown', data: { requested_by: yard.people.north.immobilizing_operator.id, sent: 'OUTPUT0=1', answer: 'OUTPUT0=1', facts: { speed_kmh: 0, lat: expect.any(Number) } } });
    const pdf = await yard.operator.get(`${base}/${one.vehicle_id}/immobilize/${body.job_id}/case_file.pdf`).expect(200).expect('content-type', /application\/pdf/);
    expect((pdf.body as Buffer).subarray(0, 5).toString()).toBe('%PDF-');
  });
});
