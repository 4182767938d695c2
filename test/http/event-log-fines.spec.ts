import { randomUUID } from 'node:crypto';
import { testApp, type Agent, type TestApp } from '../support/app';
import { activeDriver, activeVehicle, base as drivers, openShift } from '../support/drivers';
import { derived, type EventItem, events, heard, listed } from '../support/events';
import { addPerson, as, settle, type People } from '../support/people';
import { jpeg } from '../support/pictures';

// The machine may be busy with other suites.
const hourMs = 3_600_000;

interface Told {
  name: string;
  payload: Record<string, unknown>;
}

describe('fines', () => {
  let app: TestApp;
  let people: People;
  let operator: Agent;
  let admin: Agent;
  let account: string;

  beforeAll(async () => {
    app = await testApp();
    people = await settle(app);
    operator = await as(app, people.north.operator);
    admin = await as(app, people.north.admin);
    account = people.north.accountId;
  });
  afterAll(() => app?.close());

  const ago = (hours: number): string => new Date(Date.now() - hours * hourMs).toISOString();
  const worked = async (from: string, to: string, more: { vehicleId?: string; driverId?: string } = {}): Promise<{ shiftId: string; driverId: string; vehicleId: string }> => {
    const shift = await openShift(operator, { at: from, ...more });
    await operator.post(`${drivers}/shifts/${shift.id}/check_out`).send({ at: to }).expect(200);
    return { shiftId: shift.id, driverId: shift.driver.id, vehicleId: shift.vehicleId };
  };
  const fined = async (body: object): Promise<EventItem> => {
    const answer = await operator.post(`${events}/events`).send({ type: 'fine', kind: 'speeding', amount_minor: 500_000, currency: 'KES', reference: `F-${randomUUID()}`, ...body });
    if (answer.status !== 201) throw new Error(`fine: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body as EventItem;
  };
  const move = (id: string, verb: string, body: object = { reason: 'because' }, agent = operator) => agent.post(`${events}/fines/${id}/${verb}`).send(body);
  const get = async (id: string): Promise<EventItem> => (await operator.get(`${events}/events/${id}`).expect(200)).body as EventItem;
  const told = (id: string): Promise<Told[]> => app.db.sql<Told>(`select name, payload from outbox.event where payload->>'fine_id' = $1 order by seq`, [id], account);
  const names = async (id: string): Promise<string[]> => (await told(id)).map((t) => t.name.replace('event_log.fine_', ''));

  it('go their way step by step, and no step twice or out of turn', async () => {
    const shift = await worked(ago(9), ago(3));
    const fine = await fined({ vehicle_id: shift.vehicleId, at: ago(5) });
    expect(fine).toMatchObject({ fine_state: 'attributed', driver_id: shift.driverId, shift_id: shift.shiftId, state: 'accepted' });
    expect((await move(fine.id, 'pay').expect(422)).body).toMatchObject({ code: 'FINE_MOVE_REFUSED', facts: { from: 'attributed', possible: ['contested', 'charged', 'cancelled'] } });
    await move(fine.id, 'contest').expect(200);
    await move(fine.id, 'charge').expect(422);
    await move(fine.id, 'uphold').expect(200);
    const { version } = await get(fine.id);
    await operator.post(`${events}/fines/${fine.id}/charge`).set('if-match', `"${version - 1}"`).send({}).expect(412);
    await operator.post(`${events}/fines/${fine.id}/charge`).set('if-match', `"${version}"`).send({}).expect(200);
    await move(fine.id, 'pay', {}).expect(200);
    await move(fine.id, 'cancel').expect(422);
    expect(await names(fine.id)).toEqual(['received', 'attributed', 'contested', 'charged', 'paid']);
    const news = await told(fine.id);
    expect(news.map((n) => n.payload.revision)).toEqual([1, 2, 3, 5, 6]);
    expect(news[3]?.payload).toMatchObject({ driver_id: shift.driverId, vehicle_id: shift.vehicleId, amount_minor: 500_000, currency: 'KES', charge_id: news[4]?.payload.charge_id });
    const { steps } = (await operator.get(`${events}/events/${fine.id}/history`).expect(200)).body as { steps: { state: string; reason: string | null }[] };
    expect(steps.map((s) => s.state)).toEqual(['received', 'attributed', 'contested', 'upheld', 'charged', 'paid']);
    expect(steps[3]?.reason).toBe('because');
  });

  it('charged at the same moment by many are charged once', async () => {
    const shift = await worked(ago(9), ago(3));
    const fine = await fined({ vehicle_id: shift.vehicleId, at: ago(5) });
    const answers = await Promise.all(Array.from({ length: 8 }, () => move(fine.id, 'charge', {})));
    expect(answers.map((a) => a.status).sort()).toEqual([200, 422, 422, 422, 422, 422, 422, 422]);
    expect(await names(fine.id)).toEqual(['received', 'attributed', 'charged']);
  });

  it('imported late, are charged to whoever drove at that minute, and move when the shift is corrected', async () => {
    const vehicleId = await activeVehicle(operator, { plate: 'KFN 100A' });
    const first = await worked(ago(30), ago(20), { vehicleId });
    const second = await worked(ago(18), ago(8), { vehicleId });
    const at = new Date(Math.floor((Date.now() - 19 * hourMs) / 60_000) * 60_000);
    const result = await imported(`plate,at,amount,reference\nkfn-100a,${new Date(at.getTime() - 90 * 60_000).toISOString()},5000,LATE-1\nKFN 100A,${at.toISOString()},3000,LATE-2\n`);
    expect(result).toMatchObject({ state: 'done', recorded_count: 2, review_count: 1, error_count: 0 });
    const [late] = await listed(operator, 'type=fine&q=LATE-1');
    const [between] = await listed(operator, 'type=fine&q=LATE-2');
    expect(late).toMatchObject({ driver_id: first.driverId, fine_state: 'attributed', amount_minor: 500_000, currency: 'KES' });
    expect(between).toMatchObject({ driver_id: null, fine_state: 'received', state: 'review', review: ['unattributed'] });
    await move(late?.id ?? '', 'charge', {}).expect(200);
    await move(between?.id ?? '', 'charge', {}).expect(422);

    // The first gave the vehicle back two hours earlier than was said, the second took it then.
    await operator.post(`${drivers}/shifts/${first.shiftId}/correct`).send({ to: ago(22), reason: 'forgot to check out' }).expect(200);
    await heard(app, account);
    expect(await get(late?.id ?? '')).toMatchObject({ driver_id: null, fine_state: 'received', state: 'review', review: ['unattributed'] });
    await operator.post(`${drivers}/shifts/${second.shiftId}/correct`).send({ from: ago(21.5), reason: 'took it at once' }).expect(200);
    await heard(app, account);
    expect(await get(late?.id ?? '')).toMatchObject({ driver_id: second.driverId, fine_state: 'charged', state: 'accepted' });
    expect(await get(between?.id ?? '')).toMatchObject({ driver_id: second.driverId, fine_state: 'attributed', state: 'accepted', review: [] });
    const news = await told(late?.id ?? '');
    const charges = news.filter((n) => /charge/.test(n.name)).map((n) => [n.name.replace('event_log.fine_', ''), n.payload.driver_id, n.payload.because]);
    // Corrected one after the other: for a moment nobody had the vehicle.
    expect(charges).toEqual([['charged', first.driverId, undefined], ['charge_reversed', first.driverId, 'unattributed'], ['charged', second.driverId, undefined]]);
    expect(news[3]?.payload.charge_id).toBe(news[2]?.payload.charge_id);
    const { attributions } = (await operator.get(`${events}/events/${late?.id}/history`).expect(200)).body as { attributions: { driver_id: string | null; cause: string }[] };
    expect(attributions.map((a) => [a.driver_id, a.cause])).toEqual([[first.driverId, 'imported'], [null, 'shift_corrected'], [second.driverId, 'shift_corrected']]);
  });

  interface ImportState {
    state: string;
    recorded_count: number;
    known_count: number;
    review_count: number;
    error_count: number;
    errors: { line: number; field: string | null; code: string }[];
    id: string;
  }

  async function imported(content: string, query = ''): Promise<ImportState> {
    const started = await admin.post(`${events}/imports${query}`).attach('file', Buffer.from(content), 'fines.csv').expect(202);
    for (let i = 0; i < 300; i += 1) {
      const { body } = await admin.get(`${events}/imports/${started.body.id}`).expect(200);
      if (body.state === 'done' || body.state === 'failed') return body as ImportState;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error('the import did not end');
  }

  it('come by table, with errors by line, whatever the columns are called', async () => {
    const shift = await worked(ago(50), ago(40));
    const { plate } = (await operator.get(`/api/v1/transport_registry/${shift.vehicleId}`)).body as { plate: string };
    const nairobi = new Date(Date.now() - 45 * hourMs + 3 * hourMs);
    const [day, time] = [nairobi.toISOString().slice(0, 10).split('-').reverse().join('.'), nairobi.toISOString().slice(11, 16)];
    const table = [
      'Kennz.;Datum;Uhrzeit;Betrag;Aktenzeichen;Ort',
      `${plate};${day};${time};1.234,50;AZ-1;Moi Avenue`,
      `${plate};${day};;100;AZ-2;`,
      `NOBODY 1;${day};${time};100;AZ-3;`,
      `${plate};31.02.2026;${time};100;AZ-4;`,
      `${plate};${day};${time};a lot;AZ-5;`,
      `;${day};${time};100;AZ-6;`,
      `${plate};01.01.2199;${time};100;AZ-7;`,
      `${plate};${day};${time};=1+1;AZ-8;`,
    ].join('\r\n');
    const query = `?mapping=${encodeURIComponent('Kennz.=plate')}`;
    const dry = await imported(table, `${query}&dry_run=true`);
    const wet = await imported(table, query);
    for (const result of [dry, wet]) {
      expect(result).toMatchObject({ state: 'done', recorded_count: 3, known_count: 0, review_count: 2, error_count: 5 });
      expect(result.errors.map((e) => [e.line, e.code]).sort()).toEqual([[5, 'IMPORT_DATE_INVALID'], [6, 'IMPORT_AMOUNT_INVALID'], [7, 'IMPORT_PLATE_MISSING'], [8, 'EVENT_IN_FUTURE'], [9, 'IMPORT_FORMULA_REFUSED']]);
    }
    expect(await imported(table, query)).toMatchObject({ recorded_count: 0, known_count: 3 });
    const rows = (await listed(operator, 'type=fine&q=az&sort=at')).filter((e) => /^AZ/.test(String(e.reference)));
    expect(Object.fromEntries(rows.map((e) => [e.reference, [e.review, e.driver_id, e.amount_minor]]))).toEqual({
      'AZ-1': [[], shift.driverId, 123_450],
      'AZ-2': [['time_missing', 'unattributed'], null, 10_000],
      'AZ-3': [['vehicle_unknown', 'unattributed'], null, 10_000],
    });
  });

  it.each([
    ['plate,date\nA,2026-01-01\n', 'IMPORT_COLUMNS_MISSING'],
    ['plate,amount\nA,1\n', 'IMPORT_COLUMNS_MISSING'],
    ['plate,at,amount\n', 'IMPORT_EMPTY'],
  ])('refuses a table as a whole: %j', async (content, code) => {
    expect((await admin.post(`${events}/imports`).attach('file', Buffer.from(content), 'x.csv').expect(400)).body.code).toBe(code);
  });

  it.each(['plate', 'x=nothing', '=plate', '__proto__=plate'])('refuses the mapping %s', async (mapping) => {
    expect((await admin.post(`${events}/imports?mapping=${encodeURIComponent(mapping)}`).attach('file', Buffer.from('plate,at,amount\nA,2026-01-01 10:00,1\n'), 'x.csv').expect(400)).body.code).toBe('IMPORT_MAPPING_INVALID');
  });

  it('of a plate nobody knew find their driver once somebody names the vehicle, and are not told twice', async () => {
    const shift = await worked(ago(9), ago(3));
    const reference = `P-${randomUUID()}`;
    const fine = await fined({ plate: 'GHOST 77', at: ago(5), reference });
    expect(fine).toMatchObject({ vehicle_id: null, plate: 'GHOST 77', state: 'review', review: ['vehicle_unknown', 'unattributed'], fine_state: 'received' });
    const { body } = await operator.post(`${events}/events/${fine.id}/amend`).send({ vehicle_id: shift.vehicleId, reason: 'misread plate' }).expect(200);
    expect(body).toMatchObject({ vehicle_id: shift.vehicleId, driver_id: shift.driverId, state: 'accepted', review: [], fine_state: 'attributed', revision: 2 });
    expect((await fined({ vehicle_id: shift.vehicleId, at: ago(5), reference: reference.toLowerCase().replaceAll('-', ' ') })).id).toBe(fine.id);
    const other = await fined({ plate: 'GHOST 78', at: ago(5), reference });
    expect((await operator.post(`${events}/events/${other.id}/amend`).send({ vehicle_id: shift.vehicleId, reason: 'again' }).expect(409)).body).toMatchObject({ code: 'EVENT_KNOWN_ALREADY', facts: { event_id: fine.id } });
    expect(await get(other.id)).toMatchObject({ vehicle_id: null, revision: 1 });
  });

  it('told before their plate had a vehicle are the same fines when told again afterwards', async () => {
    const plate = `KNW ${100 + Math.floor(Math.random() * 900)}Z`;
    const reference = `N-${randomUUID()}`;
    const early = await fined({ plate, at: ago(5), reference });
    expect(early).toMatchObject({ vehicle_id: null, fine_state: 'received' });
    const shift = await worked(ago(9), ago(3), { vehicleId: await activeVehicle(operator, { plate }) });
    const again = await fined({ plate, at: ago(5), reference });
    expect(again).toMatchObject({ id: early.id, vehicle_id: shift.vehicleId, driver_id: shift.driverId, revision: 2, fine_state: 'attributed' });
    expect((await fined({ vehicle_id: shift.vehicleId, at: ago(5), reference })).id).toBe(early.id);
    expect(await names(early.id)).toEqual(['received', 'attributed']);
  });

  it('whose amount is put right are told again, so that nobody owes the wrong one', async () => {
    const shift = await worked(ago(9), ago(3));
    const fine = await fined({ vehicle_id: shift.vehicleId, at: ago(5) });
    await operator.post(`${events}/events/${fine.id}/amend`).send({ amount_minor: 300_000, reason: 'misread' }).expect(200);
    const [first, , second] = await told(fine.id);
    expect([first, second]).toMatchObject([{ name: 'event_log.fine_received', payload: { amount_minor: 500_000 } }, { name: 'event_log.fine_received', payload: { amount_minor: 300_000 } }]);
    expect(Number(second?.payload.revision)).toBeGreaterThan(Number(first?.payload.revision));
  });

  it('named by a person outlive every correction, until the word is taken back', async () => {
    const shift = await worked(ago(9), ago(3));
    const other = await activeDriver(operator);
    const fine = await fined({ vehicle_id: shift.vehicleId, at: ago(5) });
    await move(fine.id, 'charge', {}).expect(200);
    const assign = (driverId: string | null) => operator.post(`${events}/events/${fine.id}/attribution`).send({ driver_id: driverId, reason: 'seen on the picture' });
    expect((await assign(other.id).expect(200)).body).toMatchObject({ driver_id: other.id, method: 'manual', fine_state: 'charged' });
    expect(await names(fine.id)).toEqual(['received', 'attributed', 'charged', 'charge_reversed', 'attributed', 'charged']);
    await operator.post(`${drivers}/shifts/${shift.shiftId}/correct`).send({ from: ago(8), reason: 'later' }).expect(200);
    await heard(app, account);
    expect(await get(fine.id)).toMatchObject({ driver_id: other.id, method: 'manual' });
    expect((await assign(null).expect(200)).body).toMatchObject({ driver_id: shift.driverId, method: 'automatic', fine_state: 'charged' });
    const charges = (await told(fine.id)).filter((n) => /charge/.test(n.name));
    const open = new Map<unknown, unknown>();
    for (const { name, payload } of charges) {
      if (name.endsWith('charged')) open.set(payload.charge_id, payload.driver_id);
      else expect(open.get(payload.charge_id)).toBe(payload.driver_id);
      if (name.endsWith('reversed')) open.delete(payload.charge_id);
    }
    expect([...open.values()]).toEqual([shift.driverId]);
    await operator.post(`${events}/events/${fine.id}/attribution`).send({ driver_id: randomUUID(), reason: 'x' }).expect(404);
  });

  it('of two drivers who were one belong to the one who stays, and nothing is charged back', async () => {
    const shift = await worked(ago(9), ago(3));
    const fine = await fined({ vehicle_id: shift.vehicleId, at: ago(5) });
    await move(fine.id, 'charge', {}).expect(200);
    const kept = await activeDriver(operator);
    await admin.post(`${drivers}/drivers/${kept.id}/merge`).send({ duplicate_id: shift.driverId }).expect(200);
    await heard(app, account);
    expect(await get(fine.id)).toMatchObject({ driver_id: kept.id, fine_state: 'charged' });
    expect(await names(fine.id)).toEqual(['received', 'attributed', 'charged']);
    await move(fine.id, 'pay', {}).expect(200);
    expect((await told(fine.id)).at(-1)?.payload).toMatchObject({ driver_id: kept.id });
  });

  describe('on the phone', () => {
    const phone = async (): Promise<{ agent: Agent; driverId: string }> => {
      const login = await addPerson(app, people.north, 'driver');
      const driver = await activeDriver(operator, { user_id: login.id });
      return { agent: await as(app, login), driverId: driver.id };
    };

    it('are shown to whom they belong, and disputed with words and a picture, replayed as often as it takes', async () => {
      const [mine, other] = [await phone(), await phone()];
      const shift = await worked(ago(9), ago(3), { driverId: mine.driverId });
      const fine = await fined({ vehicle_id: shift.vehicleId, at: ago(5) });
      expect((await mine.agent.get(`${events}/my/fines`).expect(200)).body.items.map((f: EventItem) => f.id)).toEqual([fine.id]);
      expect((await other.agent.get(`${events}/my/fines`).expect(200)).body.items).toEqual([]);
      const body = { id: randomUUID(), text: 'The van in front was measured' };
      await other.agent.post(`${events}/my/fines/${fine.id}/dispute`).send(body).expect(404);
      const picture = (agent: Agent) => agent.post(`${events}/my/events/${fine.id}/evidence`).attach('file', jpeg({ salt: 91 }), 'van.jpg');
      await picture(other.agent).expect(404);
      const first = (await picture(mine.agent).expect(201)).body;
      const disputes = await Promise.all([1, 2, 3].map(() => mine.agent.post(`${events}/my/fines/${fine.id}/dispute`).send(body)));
      expect(disputes.map((d) => [d.status, d.body.fine_state])).toEqual([[200, 'contested'], [200, 'contested'], [200, 'contested']]);
      expect((await picture(mine.agent).expect(201)).body.id).toBe(first.id);
      const history = (await operator.get(`${events}/events/${fine.id}/history`).expect(200)).body;
      expect(history.steps.map((s: { state: string; reason: string }) => [s.state, s.reason])).toEqual([['received', null], ['attributed', null], ['contested', body.text]]);
      expect(history.evidence).toMatchObject([{ id: first.id, kind: 'file', content_type: 'image/jpeg' }]);
      await mine.agent.get(`${events}/my/events/${fine.id}/evidence/${first.id}`).expect(200).expect('content-type', 'image/jpeg');
      await other.agent.get(`${events}/my/events/${fine.id}/evidence/${first.id}`).expect(404);
      await operator.get(`${events}/events/${fine.id}/evidence/${first.id}`).expect(200);
    });

    it('a report made offline counts once, for the vehicle of that hour, however often it is replayed', async () => {
      const { agent, driverId } = await phone();
      const shift = await worked(ago(9), ago(3), { driverId });
      const report = { id: randomUUID(), type: 'incident', kind: 'collision', at: ago(4), text: 'Hit a gate', lat: -1.28, lon: 36.8, details: { drivable: true } };
      const send = (body: object) => agent.post(`${events}/my/events`).send(body);
      const answers = await Promise.all(Array.from({ length: 6 }, () => send(report)));
      expect(answers.map((a) => a.status)).toEqual([201, 201, 201, 201, 201, 201]);
      expect(new Set(answers.map((a) => a.body.id))).toEqual(new Set([report.id]));
      expect(answers[0]?.body).toMatchObject({ vehicle_id: shift.vehicleId, driver_id: driverId, shift_id: shift.shiftId, method: 'given', text: 'Hit a gate', source: 'driver' });
      expect((await agent.get(`${events}/my/events?type=incident`).expect(200)).body.items).toHaveLength(1);
      expect((await (await phone()).agent.post(`${events}/my/events`).send({ ...report, text: 'not mine' }).expect(409)).body.code).toBe('EVENT_ID_TAKEN');
      expect((await send({ ...report, id: randomUUID(), at: ago(15 * 24) }).expect(400)).body.code).toBe('TOO_LONG_AGO');
      expect((await send({ ...report, id: randomUUID(), at: ago(-1) }).expect(400)).body.code).toBe('EVENT_IN_FUTURE');
      expect((await send({ ...report, id: randomUUID(), kind: 'towing_suspected' }).expect(400)).body.code).toBe('EVENT_KIND_OF_MACHINES');
      const afoot = (await send({ ...report, id: randomUUID(), at: ago(1) }).expect(201)).body;
      expect(afoot).toMatchObject({ vehicle_id: null, state: 'review', review: ['vehicle_missing'] });
    });
  });

  it('after all of this every event stands where its rows say', async () => {
    await heard(app, account);
    expect(await app.db.sql(derived, [], account)).toEqual([]);
  });
});
