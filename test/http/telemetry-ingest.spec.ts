import { createHmac, randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { as, settle, type People } from '../support/people';
import { testApp, type Agent, type TestApp } from '../support/app';
import { gateway, vehicleWithDevice, type Gateway } from '../support/telemetry';

const path = '/api/v1/telemetry/ingest';

describe('telemetry ingest', () => {
  let app: TestApp;
  let people: People;
  let admin: Agent;
  let foreign: Agent;
  let north: Gateway;

  beforeAll(async () => {
    app = await testApp();
    people = await settle(app);
    admin = await as(app, people.north.admin);
    foreign = await as(app, people.south.admin);
    north = await gateway(app, admin, people.north.accountId);
  });
  afterAll(() => app.close());

  const at = (secondsAgo: number): string => new Date(app.clock.now().getTime() - secondsAgo * 1000).toISOString();
  const sample = (device_id: string, secondsAgo: number, more: object = {}): object => ({ device_id, at: at(secondsAgo), lat: -1.29, lon: 36.82, ...more });

  describe('what is stored', () => {
    it('comes out as it went in', async () => {
      const { device_id, vehicle_id } = await vehicleWithDevice(admin);
      const said = {
        at: at(5), lat: -1.2921234, lon: 36.8219123, speed_kmh: 40.25, heading_deg: 270.5, altitude_m: 1661, satellites: 11, valid: true, ignition: false, fuel_rate_lph: 4.27, fuel_level_l: 41.4,
        fuel_level_pct: 71.25, odometer_km: 120_345.67, engine_hours: 4001.125, rpm: 1850, engine_load_pct: 33.3, coolant_c: -12.5, voltage_v: 13.87, inputs: 5, outputs: 1, driver_key: 'A1B2',
        dtcs: ['P0420', 'P0171'], extras: { gsm: 21, operator: 'Ö-Netz', door: true },
      };
      expect((await north.upload([{ device_id, ...said }]).expect(200)).body).toEqual({ accepted: 1, duplicates: 0, rejected: [] });
      const { body } = await admin.get(`/api/v1/telemetry/${vehicle_id}?limit=10`).expect(200);
      expect(body).toEqual({ items: [{ ...said, received_at: expect.any(String), marks: [] }], next_cursor: null });
    });

    it('is stored once however often it comes', async () => {
      const { device_id, vehicle_no } = await vehicleWithDevice(admin);
      const items = [0, 10, 20].map((s) => sample(device_id, s));
      expect((await north.upload(items).expect(200)).body).toEqual({ accepted: 3, duplicates: 0, rejected: [] });
      expect((await north.upload([...items, items[0]]).expect(200)).body).toEqual({ accepted: 0, duplicates: 4, rejected: [] });
      const mixed = [...items, sample(device_id, 5)];
      expect((await north.upload(mixed).expect(200)).body).toEqual({ accepted: 1, duplicates: 3, rejected: [] });
      expect(await north.stored(vehicle_no)).toHaveLength(4);
    });

    it('is stored once when twins come at the same moment', async () => {
      const { device_id, vehicle_no } = await vehicleWithDevice(admin);
      const items = Array.from({ length: 50 }, (_, s) => sample(device_id, s));
      const answers = await Promise.all(Array.from({ length: 8 }, () => north.upload(items)));
      const sum = (field: 'accepted' | 'duplicates'): number => answers.reduce((total, a) => total + (a.body as Record<string, number>)[field]!, 0);
      expect([sum('accepted'), sum('duplicates')]).toEqual([50, 350]);
      expect(await north.stored(vehicle_no)).toHaveLength(50);
    });

    it('may be late, in any order, over several days', async () => {
      const { device_id, vehicle_no } = await vehicleWithDevice(admin, { from: new Date(Date.now() - 20 * 86_400_000) });
      const hours = [30, 1, 160, 75, 100, 3];
      expect((await north.upload(hours.map((h) => sample(device_id, h * 3600)))).body.accepted).toBe(6);
      expect(await north.stored(vehicle_no)).toHaveLength(6);
    });

    it('marks the five minutes it fell into', async () => {
      const { device_id, vehicle_no } = await vehicleWithDevice(admin);
      await north.upload([0, 1, 900, 901].map((s) => sample(device_id, s))).expect(200);
      const marked = await app.db.sql<{ n: number }>('select count(*)::int as n from telemetry_engine.dirty_bucket where vehicle_no = $1', [vehicle_no]);
      expect(marked[0]?.n).toBeGreaterThanOrEqual(2);
      expect(marked[0]?.n).toBeLessThanOrEqual(4);
    });

    it('goes to the vehicle the device was in at that time', async () => {
      const old = await vehicleWithDevice(admin, { from: new Date(Date.now() - 3 * 86_400_000) });
      const next = await vehicleWithDevice(admin);
      const bindings = (await admin.get(`/api/v1/transport_registry/${old.vehicle_id}/devices`)).body.items as { id: string }[];
      const nextBindings = (await admin.get(`/api/v1/transport_registry/${next.vehicle_id}/devices`)).body.items as { id: string }[];
      await admin.post(`/api/v1/transport_registry/${old.vehicle_id}/devices/${bindings[0]?.id}/end`).send({ to: at(3600) }).expect(200);
      await admin.post(`/api/v1/transport_registry/${next.vehicle_id}/devices/${nextBindings[0]?.id}/end`).send({ to: at(7200) }).expect(200);
      await admin.post(`/api/v1/transport_registry/${next.vehicle_id}/devices`).send({ device_id: old.device_id, from: at(3600) }).expect(201);
      const { body } = await north.upload([sample(old.device_id, 4000), sample(old.device_id, 60)]).expect(200);
      expect(body.accepted).toBe(2);
      expect([await north.stored(old.vehicle_no), await north.stored(next.vehicle_no)].map((rows) => rows.length)).toEqual([1, 1]);
    });

    it('follows a device moved while it talks', async () => {
      const first = await vehicleWithDevice(admin);
      const second = (await admin.post('/api/v1/transport_registry').send({ plate: 'MOVED 1' }).expect(201)).body as { id: string; vehicle_no: number };
      await north.upload([sample(first.device_id, 30)]).expect(200);
      const [binding] = (await admin.get(`/api/v1/transport_registry/${first.vehicle_id}/devices`)).body.items as { id: string }[];
      await admin.post(`/api/v1/transport_registry/${first.vehicle_id}/devices/${binding?.id}/end`).send({ to: at(20) }).expect(200);
      await admin.post(`/api/v1/transport_registry/${second.id}/devices`).send({ device_id: first.device_id, from: at(20) }).expect(201);
      await new Promise((resolve) => setTimeout(resolve, 1500));
      await north.upload([sample(first.device_id, 10)]).expect(200);
      expect(await north.stored(second.vehicle_no)).toHaveLength(1);
    });
  });

  describe('ways of sending', () => {
    it('takes vehicle_id instead of a device', async () => {
      const { vehicle_id, vehicle_no } = await vehicleWithDevice(admin);
      expect((await north.upload([{ vehicle_id, at: at(1), lat: 1, lon: 1 }]).expect(200)).body.accepted).toBe(1);
      expect(await north.stored(vehicle_no)).toHaveLength(1);
    });

    it('takes gzip and lines, and names each broken line', async () => {
      const { device_id } = await vehicleWithDevice(admin);
      const lines = [JSON.stringify(sample(device_id, 1)), '{broken', '', JSON.stringify(sample(device_id, 2))].join('\n');
      const answer = await app.as(north.token).post(path).set('content-type', 'application/x-ndjson').set('content-encoding', 'gzip').serialize((b) => b).send(gzipSync(lines) as unknown as object).expect(200);
      expect(answer.body).toEqual({ accepted: 2, duplicates: 0, rejected: [{ index: 1, code: 'malformed_json', detail: expect.any(String) }] });
    });

    it('takes more than an ordinary body: 5,000 samples, and not one more', async () => {
      const { device_id } = await vehicleWithDevice(admin);
      const items = Array.from({ length: 5001 }, (_, s) => sample(device_id, s, { extras: { filler: 'x'.repeat(200) } }));
      expect((await north.upload(items).expect(413)).body.code).toBe('TOO_MANY_SAMPLES');
      expect((await north.upload(items.slice(1)).expect(200)).body).toMatchObject({ accepted: 5000 });
    });

    it.each<[string, (post: () => ReturnType<Agent['post']>) => Promise<{ status: number; body: { code: string } }>, number, string]>([
      ['no JSON', async (post) => post().set('content-type', 'application/json').send('{'), 400, 'MALFORMED_JSON'],
      ['no list', async (post) => post().set('content-type', 'application/json').send('7'), 400, 'NOT_A_LIST'],
      ['another type', async (post) => post().set('content-type', 'text/plain').send('hello'), 415, 'UNSUPPORTED_MEDIA_TYPE'],
      ['another packing', async (post) => post().set('content-encoding', 'zstd').send([]), 415, 'UNSUPPORTED_ENCODING'],
      ['broken packing', async (post) => post().set('content-encoding', 'gzip').send([]), 400, 'MALFORMED_ENCODING'],
      ['a packed flood', async (post) => post().set('content-type', 'application/json').set('content-encoding', 'gzip').serialize((b) => b).send(gzipSync(Buffer.alloc(40_000_000, 32)) as unknown as object), 413, 'BODY_TOO_LARGE'],
    ])('refuses %s', async (_, send, status, code) => {
      const answer = await send(() => app.as(north.token).post(path));
      expect([answer.status, answer.body.code]).toEqual([status, code]);
    });

    it('takes an empty list', async () => {
      expect((await north.upload([]).expect(200)).body).toEqual({ accepted: 0, duplicates: 0, rejected: [] });
    });

    it('ignores an Idempotency-Key: samples are their own', async () => {
      const { device_id } = await vehicleWithDevice(admin);
      const send = (items: object[]) => app.as(north.token).post(path).set('idempotency-key', 'same-key-again').send(items);
      expect((await send([sample(device_id, 1)])).body.accepted).toBe(1);
      expect((await send([sample(device_id, 2)])).body.accepted).toBe(1);
    });
  });

  describe('what is not stored', () => {
    it('is named with its place and reason, and does not hold up the rest', async () => {
      const { device_id } = await vehicleWithDevice(admin);
      const { body } = await north.upload([
        sample(device_id, 1), { ...sample(device_id, 2), lat: 'x' }, sample(device_id, -3600), sample(device_id, 9 * 86_400), { ...sample(device_id, 4), lat: 100 }, sample('nobody-knows-me', 5),
        sample(device_id, 1024 * 7 * 86_400 + 60), { ...sample(device_id, 6), wheels: 4 }, sample(device_id, 7),
      ]).expect(200);
      expect(body).toMatchObject({ accepted: 2, duplicates: 0 });
      expect((body.rejected as { index: number; code: string }[]).map((r) => [r.index, r.code])).toEqual([[1, 'wrong_type'], [2, 'future'], [3, 'too_old'], [4, 'out_of_range'], [5, 'no_vehicle'], [6, 'gps_week_rollover'], [7, 'unknown_field']]);
    });

    it('waits in quarantine with its bytes, and is replayed once the device is bound', async () => {
      const { vehicle_id, vehicle_no } = await vehicleWithDevice(admin);
      const device_id = 'late-bound-1';
      const item = sample(device_id, 600, { rpm: 900 });
      await north.upload([item, item]).expect(200);
      await north.upload([item]).expect(200);
      const waiting = async () => (await admin.get('/api/v1/telemetry/quarantine').query({ device_id, waiting: true }).expect(200)).body.items as { id: string; reason: string; raw: string }[];
      const [aside, ...others] = await waiting();
      expect(others).toEqual([]);
      expect(aside).toMatchObject({ reason: 'no_vehicle', detail: expect.stringContaining('Bind the device') });
      expect(JSON.parse(Buffer.from(aside?.raw ?? '', 'base64').toString())).toEqual(item);
      const [binding] = (await admin.get(`/api/v1/transport_registry/${vehicle_id}/devices`)).body.items as { id: string }[];
      await admin.post(`/api/v1/transport_registry/${vehicle_id}/devices/${binding?.id}/end`).send({ to: at(7200) }).expect(200);
      await admin.post(`/api/v1/transport_registry/${vehicle_id}/devices`).send({ device_id, from: at(3600) }).expect(201);
      await new Promise((resolve) => setTimeout(resolve, 1100));
      const replay = () => admin.post('/api/v1/telemetry/quarantine/replay').send({ device_id });
      expect((await replay().expect(200)).body).toEqual({ replayed: 1, accepted: 1, duplicates: 0, still_rejected: 0, more: false });
      expect((await replay().expect(200)).body).toMatchObject({ replayed: 0 });
      expect(await north.stored(vehicle_no)).toMatchObject([{ rpm: 900 }]);
      expect(await waiting()).toEqual([]);
      const [noted] = await app.db.sql<{ actor_id: string }>(`select actor_id from audit.entry where action = 'telemetry_engine.quarantine.replayed' limit 1`, [], people.north.accountId);
      expect(noted?.actor_id).toBe(people.north.admin.id);
    });

    it('gets its weeks back when it is replayed with them', async () => {
      const { device_id, vehicle_no } = await vehicleWithDevice(admin);
      await north.upload([sample(device_id, 1024 * 7 * 86_400 + 90)]).expect(200);
      const body = { device_id, reason: 'gps_week_rollover' };
      expect((await admin.post('/api/v1/telemetry/quarantine/replay').send(body).expect(200)).body).toMatchObject({ still_rejected: 1 });
      expect((await admin.post('/api/v1/telemetry/quarantine/replay').send({ ...body, add_weeks: 1024 }).expect(200)).body).toMatchObject({ accepted: 1 });
      expect(await north.stored(vehicle_no)).toHaveLength(1);
    });

    it('is not seen by another account', async () => {
      await north.upload([sample('unseen-device', 5)]).expect(200);
      expect((await foreign.get('/api/v1/telemetry/quarantine').expect(200)).body.items).toEqual([]);
      await admin.post('/api/v1/telemetry/quarantine/replay').send({}).expect(400);
    });
  });

  describe('walls', () => {
    it('keeps devices and vehicles of another account out of reach', async () => {
      const mine = await vehicleWithDevice(admin);
      const south = await gateway(app, foreign, people.south.accountId);
      const { body } = await south.upload([sample(mine.device_id, 1), { vehicle_id: mine.vehicle_id, at: at(1), lat: 1, lon: 1 }]).expect(200);
      expect((body.rejected as { code: string }[]).map((r) => r.code)).toEqual(['no_vehicle', 'no_vehicle']);
      expect(await north.stored(mine.vehicle_no)).toEqual([]);
    });

    it('lets a client limited to a park write for its vehicles only', async () => {
      const park = (await admin.post('/api/v1/auth/parks').send({ name: 'Gate yard' }).expect(201)).body as { id: string };
      const inside = await vehicleWithDevice(admin, { park_id: park.id });
      const outside = await vehicleWithDevice(admin);
      const limited = await gateway(app, admin, people.north.accountId, { parkIds: [park.id] });
      const { body } = await limited.upload([sample(inside.device_id, 1), sample(outside.device_id, 1)]).expect(200);
      expect(body).toMatchObject({ accepted: 1, rejected: [{ index: 1, code: 'no_vehicle' }] });
    });

    it('needs the permission', async () => {
      await app.request.post(path).send([]).expect(401);
      await (await as(app, people.north.operator)).post(path).send([]).expect(403);
    });

    it('lets nobody copy into a foreign day, nor read a day past the wall', async () => {
      const day = new Date().toISOString().slice(0, 10).replaceAll('-', '');
      const { Client } = await import('pg');
      const client = new Client({ connectionString: app.db.appUrl });
      await client.connect();
      try {
        await expect(client.query(`select * from telemetry_engine.sample_${day}`)).rejects.toThrow(/permission denied/);
        await expect(client.query(`update telemetry_engine.sample set flags = 0`)).rejects.toThrow(/permission denied/);
        await expect(client.query(`delete from telemetry_engine.sample`)).rejects.toThrow(/permission denied/);
        expect((await client.query('select count(*)::int as n from telemetry_engine.sample')).rows).toEqual([{ n: 0 }]);
        await client.query(`select set_config('app.account_id', $1, false)`, [people.south.accountId]);
        expect((await client.query('select count(*)::int as n from telemetry_engine.reading')).rows).toEqual([{ n: 0 }]);
        await client.query(`select set_config('app.account_id', $1, false)`, [people.north.accountId]);
        expect((await client.query('select count(*) > 0 as some from telemetry_engine.reading')).rows).toEqual([{ some: true }]);
      } finally {
        await client.end();
      }
    });
  });

  describe('a signed upload', () => {
    let key: { id: string; secret: string };
    let device_id: string;

    beforeAll(async () => {
      key = (await admin.post('/api/v1/telemetry/ingest_keys').send({ name: 'signing gateway' }).expect(201)).body as never;
      ({ device_id } = await vehicleWithDevice(admin));
    });

    const signed = (body: string | Buffer, options: { stamp?: number; secret?: string; id?: string; signature?: string } = {}) => {
      const stamp = String(options.stamp ?? Math.floor(app.clock.now().getTime() / 1000));
      const signature = options.signature ?? createHmac('sha256', options.secret ?? key.secret).update(`${stamp}.`).update(body).digest('hex');
      const headers = { 'content-type': 'application/json', 'x-fleet-key': options.id ?? key.id, 'x-fleet-timestamp': stamp, 'x-fleet-signature': signature };
      return app.request.post(path).set(headers).serialize((b) => b as never).send(body as never);
    };
    const body = (secondsAgo: number): string => JSON.stringify([sample(device_id, secondsAgo)]);

    it('needs no token', async () => {
      expect((await signed(body(1)).expect(200)).body).toEqual({ accepted: 1, duplicates: 0, rejected: [] });
    });

    it('is signed as it is sent, packed', async () => {
      const packed = gzipSync(body(2));
      expect((await signed(packed).set('content-encoding', 'gzip').expect(200)).body.accepted).toBe(1);
    });

    it('is good once', async () => {
      // The very same request: signed a second later it would be another.
      const [text, stamp] = [body(3), Math.floor(Date.now() / 1000)];
      await signed(text, { stamp }).expect(200);
      expect((await signed(text, { stamp }).expect(401)).body.code).toBe('SIGNATURE_REPLAYED');
    });

    it.each<[string, Parameters<typeof signed>[1], string]>([
      ['an old timestamp', { stamp: Math.floor(Date.now() / 1000) - 301 }, 'SIGNATURE_EXPIRED'],
      ['a timestamp ahead', { stamp: Math.floor(Date.now() / 1000) + 400 }, 'SIGNATURE_EXPIRED'],
      ['another secret', { secret: 'guess' }, 'WRONG_SIGNATURE'],
      ['no signature to speak of', { signature: 'zz' }, 'WRONG_SIGNATURE'],
      ['an unknown key', { id: `ik_${'0'.repeat(24)}` }, 'UNKNOWN_KEY'],
      ['a key that is no key', { id: `x' or 1=1` }, 'UNKNOWN_KEY'],
    ])('is refused with %s', async (_, options, code) => {
      expect((await signed(body(4), options).expect(401)).body.code).toBe(code);
    });

    it('is refused once its key is disabled, and a changed body does not fit', async () => {
      const stamp = Math.floor(app.clock.now().getTime() / 1000);
      const signature = createHmac('sha256', key.secret).update(`${stamp}.`).update(body(5)).digest('hex');
      await signed(body(6), { stamp, signature }).expect(401);
      await admin.post(`/api/v1/telemetry/ingest_keys/${key.id}/disable`).send().expect(200);
      expect((await signed(body(7)).expect(401)).body.code).toBe('UNKNOWN_KEY');
      const listed = (await admin.get('/api/v1/telemetry/ingest_keys').expect(200)).body.items as object[];
      expect(listed).toEqual([expect.not.objectContaining({ secret: expect.anything() })]);
    });
  });

  it('answers what the documents promise for an unknown vehicle', async () => {
    await admin.get(`/api/v1/telemetry/${randomUUID()}`).expect(404);
  });
});
