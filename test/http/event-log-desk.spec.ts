import { randomUUID } from 'node:crypto';
import { Db, systemActor } from '@fleet/platform/database';
import { EventLookup } from '@fleet/event_log';
import { DocumentExpiring, VehicleDetection } from '@fleet/contracts';
import { testApp, type Agent, type TestApp } from '../support/app';
import { activeDriver, activeVehicle, base as drivers, everyRowAsText, openShift } from '../support/drivers';
import { derived, type EventItem, events, heard, listed, tell } from '../support/events';
import { addPerson, as, settle, type People } from '../support/people';
import { jpeg } from '../support/pictures';

// The machine may be busy with other suites.
const hourMs = 3_600_000;

describe('people at the log of events', () => {
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
  const send = (body: object, agent = operator) => agent.post(`${events}/events`).send({ type: 'incident', kind: 'collision', at: ago(2), ...body });
  const report = async (body: object, agent = operator): Promise<EventItem> => {
    const answer = await send(body, agent);
    if (answer.status !== 201) throw new Error(`report: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body as EventItem;
  };
  const act = (id: string, verb: string, body: object, agent = operator) => agent.post(`${events}/events/${id}/${verb}`).send(body);
  const get = async (id: string, agent = operator): Promise<EventItem> => (await agent.get(`${events}/events/${id}`).expect(200)).body as EventItem;

  describe('what is reported', () => {
    it.each([
      [{ at: ago(-1) }, 'EVENT_IN_FUTURE'],
      [{ to_at: ago(3) }, 'EVENT_ENDS_BEFORE_START'],
      [{ kind: 'speeding' }, 'EVENT_KIND_UNKNOWN'],
      [{ kind: 'towing_suspected' }, 'EVENT_KIND_OF_MACHINES'],
      [{ details: { colour: 'red' } }, 'EVENT_DETAILS_INVALID'],
      [{ vehicle_id: randomUUID() }, 'UNKNOWN_VEHICLE'],
      [{ plate: '---' }, 'PLATE_EMPTY'],
      [{ type: 'fine', kind: 'parking', plate: 'X 1' }, 'FINE_AMOUNT_MISSING'],
      [{ type: 'trip', kind: 'trip' }, 'INVALID_INPUT'],
      [{ lat: 91 }, 'INVALID_INPUT'],
    ])('%j is refused as %s and leaves nothing', async (body, code) => {
      const rows = async (): Promise<number> => (await app.db.sql<{ n: number }>('select count(*)::int as n from event_log.identity', [], account))[0]?.n ?? -1;
      const before = await rows();
      expect((await send(body).expect(400)).body.code).toBe(code);
      expect(await rows()).toBe(before);
    });

    it('of a vehicle retired by then waits for review, and is settled by a person with a reason', async () => {
      const vehicleId = await activeVehicle(operator);
      await admin.post(`/api/v1/transport_registry/${vehicleId}/retire`).send({ reason: 'sold' }).expect(200);
      const event = await report({ vehicle_id: vehicleId, at: new Date().toISOString(), kind: 'theft' });
      expect(event).toMatchObject({ state: 'review', review: ['vehicle_retired'] });
      expect((await listed(operator, 'state=review&review=vehicle_retired')).map((e) => e.id)).toEqual([event.id]);
      expect((await act(event.id, 'settle', { reason: 'the buyer told us' }).expect(200)).body).toMatchObject({ state: 'accepted', review: [] });
      await act(event.id, 'settle', { reason: 'again' }).expect(422);
      expect((await act(event.id, 'withdraw', { reason: 'a mix-up' }).expect(200)).body.state).toBe('withdrawn');
      const { rulings } = (await operator.get(`${events}/events/${event.id}/history`).expect(200)).body;
      expect(rulings.map((r: { state: string; reason: string | null }) => [r.state, r.reason])).toEqual([['review', null], ['accepted', 'the buyer told us'], ['withdrawn', 'a mix-up']]);
    });

    it('lands once however many tell it at the same moment, and says in what a second source differs', async () => {
      const vehicleId = await activeVehicle(operator);
      const told = { vehicle_id: vehicleId, at: ago(2), reference: `OB 77/${randomUUID()}`, severity: 'low' };
      const answers = await Promise.all(Array.from({ length: 12 }, (_, i) => send({ ...told, text: `version ${i}` })));
      expect(answers.map((a) => a.status)).toEqual(Array(12).fill(201));
      expect(new Set(answers.map((a) => a.body.id)).size).toBe(1);
      const { results } = (await admin.post(`${events}/events/batch`).send({ events: [{ type: 'incident', kind: 'damage', ...told, reference: told.reference.toLowerCase() }] }).expect(200)).body;
      expect(results).toMatchObject([{ outcome: 'known', id: answers[0]?.body.id }]);
      const { retellings, revisions } = (await operator.get(`${events}/events/${answers[0]?.body.id}/history`).expect(200)).body;
      expect(revisions).toHaveLength(1);
      expect(retellings).toMatchObject([{ source: 'integration', differs: { kind: 'damage' } }]);
    });

    it('in a batch stands each for itself, twice in one batch counts once', async () => {
      const vehicleId = await activeVehicle(operator);
      const one = { type: 'violation', kind: 'overspeed', vehicle_id: vehicleId, at: ago(1), reference: `B-${randomUUID()}`, details: { value: 99, limit: 80, unit: 'km/h' } };
      const batch = [one, { ...one, at: ago(-3) }, one, { ...one, reference: undefined, kind: 'nothing_known' as string }];
      expect((await admin.post(`${events}/events/batch`).send({ events: batch }).expect(400)).body.code).toBe('INVALID_INPUT');
      const { results } = (await admin.post(`${events}/events/batch`).send({ events: batch.slice(0, 3) }).expect(200)).body;
      expect(results).toMatchObject([{ outcome: 'recorded', state: 'review' }, { outcome: 'refused', code: 'EVENT_IN_FUTURE', id: null }, { outcome: 'known' }]);
      const again = (await admin.post(`${events}/events/batch`).send({ events: [{ ...one, source_revision: 2, details: { value: 101, limit: 80, unit: 'km/h' } }] }).expect(200)).body.results;
      expect(again).toMatchObject([{ outcome: 'revised', id: results[0].id }]);
      expect(await get(results[0].id)).toMatchObject({ revision: 2, details: { value: 101 } });
      await operator.post(`${events}/events/batch`).send({ events: [one] }).expect(403);
    });

    it('is put right by a revision, for the version that was read', async () => {
      const vehicleId = await activeVehicle(operator);
      const event = await report({ vehicle_id: vehicleId, text: 'as first told', title: 'A bump' });
      const amend = (version: number, body: object) => operator.post(`${events}/events/${event.id}/amend`).set('if-match', `"${version}"`).send({ reason: 'typing', ...body });
      expect((await amend(event.version, { kind: 'damage', text: 'as told better' }).expect(200)).body).toMatchObject({ revision: 2, kind: 'damage', title: 'A bump', text: 'as told better' });
      await amend(event.version, { kind: 'collision' }).expect(412);
      expect((await act(event.id, 'amend', { reason: 'x', at: ago(-1) }).expect(400)).body.code).toBe('EVENT_IN_FUTURE');
      const { revisions } = (await operator.get(`${events}/events/${event.id}/history`).expect(200)).body;
      expect(revisions.map((r: { kind: string; text: string }) => [r.kind, r.text])).toEqual([['collision', 'as first told'], ['damage', 'as told better']]);
      await expect(app.db.sql('update event_log.event set kind = kind', [], account)).rejects.toThrow('never changed or deleted');
      await expect(app.db.sql('delete from event_log.attribution', [], account)).rejects.toThrow('never changed or deleted');
    });
  });

  describe('what is found', () => {
    it('by words and their beginnings, best first, and in no other account', async () => {
      const vehicleId = await activeVehicle(operator);
      const inText = await report({ vehicle_id: vehicleId, title: 'At the yard', text: 'The zebrafish statue fell on the bonnet', kind: 'damage' });
      const inTitle = await report({ vehicle_id: vehicleId, title: 'Zebrafish statue again', text: 'see above' });
      const ids = async (q: string, agent = operator): Promise<string[]> => (await listed(agent, `q=${encodeURIComponent(q)}`)).map((e) => e.id);
      expect(await ids('zebrafish')).toEqual([inTitle.id, inText.id]);
      expect(await ids('zebra bonn')).toEqual([inText.id]);
      expect(await ids('ZEBRAFISH damage')).toEqual([inText.id]);
      expect(await ids('zebrafish nowhere')).toEqual([]);
      expect(await ids('zebrafish', await as(app, people.south.operator))).toEqual([]);
      expect((await operator.get(`${events}/events?q=%26%7C!`).expect(400)).body.code).toBe('SEARCH_EMPTY');
      const first = (await operator.get(`${events}/events?q=zebrafish&limit=1`).expect(200)).body;
      const second = (await operator.get(`${events}/events?q=zebrafish&limit=1&cursor=${first.next_cursor}`).expect(200)).body;
      expect([first.items[0].id, second.items[0].id, second.next_cursor]).toEqual([inTitle.id, inText.id, null]);
    });

    it('by a rare word beside one that most events have', async () => {
      const vehicleId = await activeVehicle(operator);
      const braked = Array.from({ length: 60 }, (_, i) => ({ type: 'violation', kind: 'harsh_braking', vehicle_id: vehicleId, at: ago(3), reference: `common-${i}`, details: { value: 4.2, limit: 3.5, unit: 'm/s2' } }));
      await admin.post(`${events}/events/batch`).send({ events: braked }).expect(200);
      const both = await report({ vehicle_id: vehicleId, title: 'Braking marks', text: 'on the quokka crossing' });
      await report({ vehicle_id: vehicleId, at: ago(5), title: 'Paint marks', text: 'on the quokka crossing' });
      const found = async (q: string): Promise<string[]> => (await listed(operator, `limit=100&q=${encodeURIComponent(q)}`)).map((e) => e.id);
      expect(await found('brak quokka')).toEqual([both.id]);
      expect(await found('quokka brak cross')).toEqual([both.id]);
      expect(await found('brak quokka nowhere')).toEqual([]);
      expect(await found('brak harsh common')).toHaveLength(60);
    });

    it('by a plate in any spelling: what happened to its vehicle, and who speaks of it', async () => {
      const vehicleId = await activeVehicle(operator);
      const { plate } = (await operator.get(`/api/v1/transport_registry/${vehicleId}`).expect(200)).body as { plate: string };
      const other = await report({ vehicle_id: await activeVehicle(operator), title: 'Scratch', text: `Backed into ${plate} at the gate` });
      const own = await report({ vehicle_id: vehicleId, at: ago(4), title: 'Marabou on the roof', text: 'nothing broken' });
      const later = await report({ vehicle_id: vehicleId, at: ago(2), title: 'Flat tyre', text: 'changed' });
      const found = async (q: string, agent = operator): Promise<string[]> => (await listed(agent, `q=${encodeURIComponent(q)}`)).map((e) => e.id);
      const its = (await listed(operator, `vehicle_id=${vehicleId}`)).map((e) => e.id);
      expect(its).toEqual(expect.arrayContaining([later.id, own.id]));
      for (const spelling of [plate, plate.toLowerCase().replaceAll(' ', '-')]) expect((await found(spelling)).filter((id) => id !== other.id)).toEqual(its);
      expect(await found(`marabou ${plate}`)).toEqual([own.id]);
      expect(await found(`${plate} scratch`)).toEqual([other.id]);
      expect(await found(`${plate} ostrich`)).toEqual([]);
      expect(await found(plate, await as(app, people.south.operator))).toEqual([]);
    });

    it('counted by kind, exported whole, and asked by other subsystems', async () => {
      const shift = await openShift(operator, { at: ago(9) });
      const period = { from: new Date(Date.parse('2024-02-01T00:00:00Z')), to: new Date(Date.parse('2024-03-01T00:00:00Z')) };
      const at = '2024-02-10T10:00:00Z';
      for (const [kind, amount] of [['parking', 100], ['parking', 250], ['toll', 50]] as const) await report({ type: 'fine', kind, vehicle_id: shift.vehicleId, at, amount_minor: amount, currency: 'KES', reference: randomUUID().slice(0, 8) });
      const gone = await report({ type: 'fine', kind: 'toll', vehicle_id: shift.vehicleId, at, amount_minor: 70, currency: 'KES', reference: 'CSV-=1+1' });
      await operator.post(`${events}/fines/${gone.id}/cancel`).send({ reason: 'not ours' }).expect(200);
      const query = `from=${period.from.toISOString()}&to=${period.to.toISOString()}`;
      expect((await operator.get(`${events}/events/summary?${query}`).expect(200)).body).toEqual({ total: 4, in_review: 4, kinds: [{ type: 'fine', kind: 'parking', count: 2, in_review: 2 }, { type: 'fine', kind: 'toll', count: 2, in_review: 2 }] });
      expect((await operator.get(`${events}/events/summary?from=${period.to.toISOString()}&to=${period.from.toISOString()}`).expect(400)).body.code).toBe('PERIOD_INVALID');
      const csv = (await operator.get(`${events}/events/export?format=csv&${query}&sort=at`).expect(200)).text.trim().split('\r\n');
      expect(csv).toHaveLength(5);
      expect(csv[0]).toContain('id,type,kind,title');
      await operator.get(`${events}/events/export?format=xlsx&${query}`).expect(200).expect('content-disposition', /events\.xlsx/);
      const counts = await app.app.get(Db).read(systemActor(account, 'test'), (tx) => app.app.get(EventLookup, { strict: false }).ofVehicles(tx, [shift.vehicleId], period));
      expect(counts).toEqual([
        { id: shift.vehicleId, type: 'fine', kind: 'parking', count: 2, amount_minor: 350, currency: 'KES' },
        { id: shift.vehicleId, type: 'fine', kind: 'toll', count: 1, amount_minor: 50, currency: 'KES' },
      ]);
    });

    it('by somebody limited to parks only of theirs', async () => {
      const park = (await admin.post('/api/v1/auth/parks').send({ name: `Yard ${randomUUID().slice(0, 8)}` }).expect(201)).body.id as string;
      const limited = await as(app, await addPerson(app, people.north, 'operator', { parkIds: [park] }));
      const [mine, other] = [await activeVehicle(admin, { park_id: park }), await activeVehicle(admin)];
      const [seen, hidden] = [await report({ vehicle_id: mine, text: 'kumquat' }), await report({ vehicle_id: other, text: 'kumquat' })];
      const ghost = await report({ type: 'fine', kind: 'toll', plate: 'GHOST 1', amount_minor: 1, currency: 'KES' });
      for (const query of ['', 'q=kumquat', 'type=incident', 'state=review']) expect((await listed(limited, query)).every((e) => e.vehicle_id === mine)).toBe(true);
      await limited.get(`${events}/events/${seen.id}`).expect(200);
      for (const id of [hidden.id, ghost.id]) {
        await limited.get(`${events}/events/${id}`).expect(404);
        await limited.get(`${events}/events/${id}/history`).expect(404);
        await act(id, 'withdraw', { reason: 'x' }, limited).expect(404);
      }
      await limited.get(`${events}/vehicle/${other}/timeline`).expect(404);
      expect((await send({ vehicle_id: other }, limited).expect(400)).body.code).toBe('UNKNOWN_VEHICLE');
      expect((await send({ plate: 'ANY 1' }, limited).expect(400)).body.code).toBe('EVENT_VEHICLE_MISSING');
    });

    it('in the timelines with what the registries tell', async () => {
      const shift = await openShift(operator, { at: ago(5) });
      await operator.post(`${drivers}/shifts/${shift.id}/check_out`).send({ at: ago(1) }).expect(200);
      await tell(app, account, DocumentExpiring, { driver_id: shift.driver.id, document_id: randomUUID(), kind: 'licence', state: 'expiring', expires_on: '2099-01-01', days_left: 20 });
      await heard(app, account);
      const kinds = async (path: string): Promise<string[]> => ((await operator.get(`${events}/${path}/timeline`).expect(200)).body.items as EventItem[]).map((e) => e.kind).sort();
      expect(await kinds(`driver/${shift.driver.id}`)).toEqual(['document_expiring', 'driver_status_changed', 'shift_ended', 'shift_started']);
      expect(await kinds(`vehicle/${shift.vehicleId}`)).toEqual(['shift_ended', 'shift_started', 'vehicle_onboarded']);
    });
  });

  describe('who drove', () => {
    it('is found as soon as a phone tells of the shift, hours late', async () => {
      const vehicleId = await activeVehicle(operator);
      const event = await report({ type: 'violation', kind: 'smoking', vehicle_id: vehicleId, at: ago(3) });
      expect(event).toMatchObject({ driver_id: null, state: 'review', review: ['unattributed'] });
      const shift = await openShift(operator, { vehicleId, at: ago(6) });
      await heard(app, account);
      expect(await get(event.id)).toMatchObject({ driver_id: shift.driver.id, state: 'accepted', review: [] });
      await operator.post(`${drivers}/shifts/${shift.id}/check_out`).send({ at: ago(4) }).expect(200);
      await heard(app, account);
      expect(await get(event.id)).toMatchObject({ driver_id: null, state: 'review', review: ['unattributed'] });
    });

    it('is for a person to say when two had the vehicle within', async () => {
      const vehicleId = await activeVehicle(operator);
      const one = await openShift(operator, { vehicleId, at: ago(6) });
      await operator.post(`${drivers}/shifts/${one.id}/check_out`).send({ at: ago(4) }).expect(200);
      const two = await openShift(operator, { vehicleId, at: ago(4) });
      const event = await report({ vehicle_id: vehicleId, at: ago(4.5), to_at: ago(3.5), kind: 'damage' });
      expect(event).toMatchObject({ driver_id: null, outcome: 'ambiguous', review: ['ambiguous_driver'] });
      const { attributions } = (await operator.get(`${events}/events/${event.id}/history`).expect(200)).body;
      expect([...attributions[0].candidates].sort()).toEqual([one.driver.id, two.driver.id].sort());
      expect((await act(event.id, 'attribution', { driver_id: two.driver.id, reason: 'admitted' }).expect(200)).body).toMatchObject({ driver_id: two.driver.id, review: [], state: 'accepted' });
    });

    it('agrees with the shifts whatever comes at the same time', async () => {
      const vehicleId = await activeVehicle(operator);
      const shift = await openShift(operator, { vehicleId, at: ago(20) });
      await operator.post(`${drivers}/shifts/${shift.id}/check_out`).send({ at: ago(10) }).expect(200);
      const { vehicle_no } = (await operator.get(`/api/v1/transport_registry/${vehicleId}`)).body as { vehicle_no: number };
      const detection = (hours: number): Promise<void> =>
        tell(app, account, VehicleDetection, { detection_id: randomUUID(), revision: 1, vehicle_id: vehicleId, vehicle_no, kind: 'harsh_braking', at: ago(hours), to_at: null, place: null, value: 4, limit: 3, unit: 'm/s2', details: {} });
      await Promise.all([
        ...Array.from({ length: 20 }, (_, i) => detection(10.25 + i * 0.5)),
        operator.post(`${drivers}/shifts/${shift.id}/correct`).send({ to: ago(15), reason: 'left early' }).expect(200),
      ]);
      await heard(app, account);
      const found = await listed(operator, `vehicle_id=${vehicleId}&type=violation&limit=100`);
      expect(found).toHaveLength(20);
      for (const event of found) expect({ at: event.at, driver: event.driver_id }).toEqual({ at: event.at, driver: Date.parse(String(event.at)) < Date.now() - 15 * hourMs ? shift.driver.id : null });
    });
  });

  describe('a driver who is forgotten', () => {
    it('leaves events without words: unreadable, found no more, in no row of any table', async () => {
      const login = await addPerson(app, people.north, 'driver');
      const driver = await activeDriver(operator, { user_id: login.id });
      const shift = await openShift(operator, { driverId: driver.id, at: ago(9) });
      await operator.post(`${drivers}/shifts/${shift.id}/check_out`).send({ at: ago(3) }).expect(200);
      const words = ['xylotomous', 'quindecillion', 'zymosimeter', 'kakistocracy', 'ultracrepidarian'];
      const incident = await report({ vehicle_id: shift.vehicleId, at: ago(5), title: `${words[0]} gate`, text: `${words[1]} was at the wheel` });
      const fine = await report({ type: 'fine', kind: 'parking', vehicle_id: shift.vehicleId, at: ago(5), amount_minor: 100, currency: 'KES', reference: 'KEEP-77' });
      const phone = await as(app, login);
      await phone.post(`${events}/my/fines/${fine.id}/dispute`).send({ id: randomUUID(), text: `${words[2]} says no` }).expect(200);
      await phone.post(`${events}/my/events`).set('idempotency-key', 'once-and-no-more').send({ id: randomUUID(), type: 'incident', kind: 'near_miss', at: ago(4), text: words[3] }).expect(201);
      await act(incident.id, 'attribution', { driver_id: driver.id, reason: words[4] }).expect(200);
      const piece = (await phone.post(`${events}/my/events/${incident.id}/evidence`).attach('file', jpeg({ salt: 77 }), 'x.jpg').expect(201)).body;
      const other = await report({ vehicle_id: await activeVehicle(operator), text: 'somebody else stays readable' });

      const exported = (await admin.get(`${events}/driver/${driver.id}/personal_data`).buffer(true).parse((res, done) => {
        let text = '';
        res.on('data', (chunk: Buffer) => (text += chunk.toString()));
        res.on('end', () => done(null, text));
      }).expect(200)).body as string;
      for (const word of words.slice(0, 4)) expect(exported).toContain(word);
      expect(exported).not.toMatch(/account_id|said_sealed/);
      expect((await listed(operator, `q=${words[1]}`)).map((e) => e.id)).toEqual([incident.id]);

      await phone.post(`${drivers}/me/erasure`).send({}).expect(201);
      await admin.post(`${drivers}/drivers/${driver.id}/erasure/execute`).send({ confirm_driver_no: driver.driver_no }).expect(200);
      await heard(app, account);
      const after = await get(incident.id);
      expect(after).toMatchObject({ title: 'Collision', text: null, driver_id: driver.id });
      for (const word of words) expect(await listed(operator, `q=${word}`)).toEqual([]);
      expect((await listed(operator, 'q=keep-77')).map((e) => e.id)).toEqual([fine.id]);
      await operator.get(`${events}/events/${incident.id}/evidence/${piece.id}`).expect(404);
      const { attributions, steps } = (await operator.get(`${events}/events/${fine.id}/history`).expect(200)).body;
      expect([attributions.at(-1).reason, steps.at(-1).reason]).toEqual([null, null]);
      const rows = await everyRowAsText(app, ['event_log', 'audit', 'outbox', 'http', 'files', 'jobs'], account);
      for (const word of words) expect(rows).not.toContain(word);
      expect(await get(other.id)).toMatchObject({ text: 'somebody else stays readable' });
      // Money still moves: nobody is charged for ever because somebody was forgotten.
      await operator.post(`${events}/fines/${fine.id}/cancel`).send({ reason: 'paid by another' }).expect(200);
      await act(incident.id, 'withdraw', { reason: 'told twice' }).expect(200);
    });
  });

  it('evidence points at samples, and is refused when it says nothing', async () => {
    const vehicleId = await activeVehicle(operator);
    const event = await report({ vehicle_id: vehicleId });
    const span = { vehicle_id: vehicleId, from: ago(3), to: ago(2) };
    const first = (await act(event.id, 'spans', span).expect(201)).body;
    expect((await act(event.id, 'spans', span).expect(201)).body.id).toBe(first.id);
    await act(event.id, 'spans', { ...span, to: ago(4) }).expect(400);
    await act(event.id, 'spans', { ...span, from: ago(48) }).expect(400);
    await act(event.id, 'spans', { ...span, vehicle_id: randomUUID() }).expect(404);
    expect((await operator.post(`${events}/events/${event.id}/evidence`).attach('file', Buffer.from('no picture'), 'x.jpg')).status).toBeGreaterThanOrEqual(400);
    await operator.get(`${events}/events/${event.id}/evidence/${first.id}`).expect(404);
    const { evidence } = (await operator.get(`${events}/events/${event.id}/history`).expect(200)).body;
    expect(evidence).toMatchObject([{ kind: 'telemetry', from: new Date(span.from).toISOString() }]);
  });

  it('old records are reported, not removed', async () => {
    const vehicleId = await activeVehicle(operator);
    await report({ vehicle_id: vehicleId, at: '2018-01-01T00:00:00Z' });
    const kept = (await admin.get(`${events}/retention`).expect(200)).body;
    expect(kept.events_past_retention).toBe(1);
    expect(kept.oldest_at).toBe('2018-01-01T00:00:00.000Z');
    await operator.get(`${events}/retention`).expect(403);
  });

  it('after all of this every event stands where its rows say', async () => {
    await heard(app, account);
    expect(await app.db.sql(derived, [], account)).toEqual([]);
  });
});
