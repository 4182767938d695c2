import fc from 'fast-check';
import { Client } from 'pg';
import { SAMPLE_SINK, type DeviceSample, type Outcome, type SampleSink } from '@fleet/telemetry_engine';
import { takeDirtyBuckets } from '../../libs/telemetry_engine/src/store/dirty-buckets';
import { LastPositions } from '../../libs/telemetry_engine/src/store/last-positions';
import { Db } from '@fleet/platform/database';
import { as, settle, type People } from '../support/people';
import { testApp, type Agent, type TestApp } from '../support/app';
import { vehicleWithDevice, type EquippedVehicle } from '../support/telemetry';

const hourMs = 3_600_000;

describe('the store of samples', () => {
  let app: TestApp;
  let people: People;
  let admin: Agent;
  let sink: SampleSink;

  beforeAll(async () => {
    app = await testApp();
    people = await settle(app);
    admin = await as(app, people.north.admin);
    sink = app.app.get<SampleSink>(SAMPLE_SINK, { strict: false });
  });
  afterAll(() => app.close());

  const submit = (samples: DeviceSample[], raw?: Buffer[]): Promise<Outcome[]> => sink.submit({ accountId: people.north.accountId }, samples, raw);
  const timesOf = async ({ vehicle_no }: EquippedVehicle): Promise<number[]> => {
    const rows = await app.db.sql<{ at: Date }>('select at from telemetry_engine.sample where vehicle_no = $1 order by at', [vehicle_no], people.north.accountId);
    return rows.map((r) => r.at.getTime());
  };
  const kinds = (outcomes: Outcome[]): string[] => outcomes.map((o) => o.kind);

  it('keeps the bytes of what it sets aside', async () => {
    const { device_id } = await vehicleWithDevice(admin);
    const outcomes = await submit([{ device_id, sample: { at_ms: 1 } }, { device_id, sample: { at_ms: NaN } }], [Buffer.from([1, 2, 255]), Buffer.from('x')]);
    expect(outcomes).toEqual([{ kind: 'quarantined', reason: 'too_old' }, { kind: 'quarantined', reason: 'bad_time' }]);
    const kept = await app.db.sql<{ reason: string; raw: Buffer }>('select reason, raw from telemetry_engine.quarantine where device_id = $1 order by reason', [device_id], people.north.accountId);
    expect(kept).toEqual([{ reason: 'bad_time', raw: Buffer.from('x') }, { reason: 'too_old', raw: Buffer.from([1, 2, 255]) }]);
  });

  it('stores every acknowledged sample exactly once while connections are killed', async () => {
    const fleet = await Promise.all(Array.from({ length: 4 }, () => vehicleWithDevice(admin)));
    const now = Date.now();
    const acknowledged = new Set<string>();
    let refused = 0;
    let done = false;
    // A role may end its own connections.
    const client = new Client({ connectionString: app.db.appUrl });
    await client.connect();
    const killer = (async () => {
      let killed = 0;
      while (!done) {
        const ended = await client.query(`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'fleet-erp'`);
        killed += ended.rowCount ?? 0;
        await new Promise((resolve) => setTimeout(resolve, 35));
      }
      await client.end();
      return killed;
    })();
    const sendAll = async (vehicle: EquippedVehicle): Promise<void> => {
      for (let batch = 0; batch < 12; batch += 1) {
        const samples = Array.from({ length: 200 }, (_, i) => ({ device_id: vehicle.device_id, sample: { at_ms: now - (batch * 200 + i) * 1000, lat: 1, lon: 2 } }));
        for (let attempt = 0; ; attempt += 1) {
          if (attempt > 200) throw new Error('never stored');
          try {
            const outcomes = await submit(samples);
            outcomes.forEach((o, i) => o.kind !== 'quarantined' && acknowledged.add(`${vehicle.vehicle_no} ${samples[i]?.sample.at_ms}`));
            break;
          } catch {
            refused += 1;
            await new Promise((resolve) => setTimeout(resolve, 20));
          }
        }
      }
    };
    try {
      await Promise.all(fleet.map(sendAll));
    } finally {
      done = true;
    }
    expect(await killer).toBeGreaterThan(5);
    expect(refused).toBeGreaterThan(0);
    const stored: string[] = [];
    for (const vehicle of fleet) for (const at of await timesOf(vehicle)) stored.push(`${vehicle.vehicle_no} ${at}`);
    expect(stored).toHaveLength(4 * 12 * 200);
    expect(new Set(stored)).toEqual(acknowledged);
  }, 60_000);

  it('acknowledges nothing when a row is refused, and stores what others sent at the same time', async () => {
    const [good, bad] = [await vehicleWithDevice(admin), await vehicleWithDevice(admin)];
    await app.db.sql(`alter table telemetry_engine.sample add constraint no_such_rpm check (rpm is distinct from 6666) not valid`);
    try {
      const at_ms = Date.now() - 1000;
      const [stored, refused] = await Promise.allSettled([submit([{ device_id: good.device_id, sample: { at_ms } }]), submit([{ device_id: bad.device_id, sample: { at_ms } }, { device_id: bad.device_id, sample: { at_ms: at_ms - 1, rpm: 6666 } }])]);
      expect(stored).toMatchObject({ status: 'fulfilled', value: [{ kind: 'stored' }] });
      expect(refused.status).toBe('rejected');
      expect([await timesOf(good), await timesOf(bad)].map((t) => t.length)).toEqual([1, 0]);
    } finally {
      await app.db.sql('alter table telemetry_engine.sample drop constraint no_such_rpm');
    }
  });

  it.each([
    ['marks', 'dirty_bucket', 'bucket_at > now()'],
    ['what is set aside', 'quarantine', `reason <> 'out_of_range'`],
  ])('stores nothing of a batch whose %s cannot be stored, and all of it when they can', async (_, table, rule) => {
    const vehicle = await vehicleWithDevice(admin);
    const now = Date.now();
    const batch = [{ device_id: vehicle.device_id, sample: { at_ms: now - 1000, lat: 1, lon: 2 } }, { device_id: vehicle.device_id, sample: { at_ms: now, lat: 91, lon: 2 } }];
    await app.db.sql(`alter table telemetry_engine.${table} add constraint not_now check (${rule}) not valid`);
    try {
      await expect(submit(batch)).rejects.toThrow();
      expect(await timesOf(vehicle)).toEqual([]);
    } finally {
      await app.db.sql(`alter table telemetry_engine.${table} drop constraint not_now`);
    }
    expect(kinds(await submit(batch))).toEqual(['stored', 'quarantined']);
    expect(await timesOf(vehicle)).toEqual([now - 1000]);
    const kept = await app.db.sql('select from telemetry_engine.quarantine where device_id = $1', [vehicle.device_id], people.north.accountId);
    expect(kept).toHaveLength(1);
  });

  it('refuses to be copied into past the wall: the parent takes no COPY from the server', async () => {
    await expect(app.app.get(Db).system('test', (tx) => tx.sql('copy telemetry_engine.sample (vehicle_no) from stdin'))).rejects.toThrow(/row-level security/);
  });

  it('makes the day it needs when nobody prepared it, and goes on when a day was dropped', async () => {
    const vehicle = await vehicleWithDevice(admin, { from: new Date(Date.now() - 20 * 24 * hourMs) });
    const at_ms = Date.now() - 5 * 24 * hourMs;
    const day = new Date(at_ms).toISOString().slice(0, 10).replaceAll('-', '');
    await app.db.sql(`drop table telemetry_engine.sample_${day}`);
    expect(kinds(await submit([{ device_id: vehicle.device_id, sample: { at_ms } }]))).toEqual(['stored']);
    await app.db.sql(`drop table telemetry_engine.sample_${day}`);
    expect(kinds(await submit([{ device_id: vehicle.device_id, sample: { at_ms } }]))).toEqual(['stored']);
  });

  it('drops days that are over a week old, and no younger one', async () => {
    await app.db.sql(`select telemetry_engine.ensure_days(current_date - 12, current_date - 9)`);
    const left = async (): Promise<string[]> => (await app.db.sql<{ name: string }>(`select relname as name from pg_class where relnamespace = 'telemetry_engine'::regnamespace and relkind = 'r' and relname ~ '^sample_\\d+$' order by 1`)).map((r) => r.name);
    const before = await left();
    const dropped = await app.app.get(Db).system('test', (tx) => tx.one<{ n: number }>('select telemetry_engine.drop_days(7) as n'));
    expect(dropped?.n).toBe(5);
    const oldest = new Date(Date.now() - 7 * 24 * hourMs).toISOString().slice(0, 10).replaceAll('-', '');
    expect(await left()).toEqual(before.filter((name) => name >= `sample_${oldest}`));
    await expect(app.app.get(Db).system('test', (tx) => tx.sql('select telemetry_engine.drop_days(1)'))).rejects.toThrow(/seven days/);
    await expect(app.app.get(Db).system('test', (tx) => tx.sql(`select telemetry_engine.ensure_days('1999-01-01', '1999-01-02')`))).rejects.toThrow(/not near today/);
  });

  it('marks a bucket again after its mark was taken', async () => {
    const vehicle = await vehicleWithDevice(admin);
    const start = Math.floor((Date.now() - hourMs) / 300_000) * 300_000;
    const send = (second: number): Promise<Outcome[]> => submit([{ device_id: vehicle.device_id, sample: { at_ms: start + second * 1000 } }]);
    const take = async (): Promise<number> => (await app.app.get(Db).system('test', (tx) => takeDirtyBuckets(tx, 10_000))).filter((b) => b.vehicle_no === vehicle.vehicle_no).length;
    await send(1);
    await send(2);
    expect(await take()).toBe(1);
    expect(await take()).toBe(0);
    await send(3);
    expect(await take()).toBe(1);
    await send(3);
    expect(await take()).toBe(0);
  });

  it('loses no mark between writers and takers', async () => {
    const fleet = await Promise.all(Array.from({ length: 3 }, () => vehicleWithDevice(admin)));
    const start = Math.floor((Date.now() - 2 * hourMs) / 300_000) * 300_000;
    const db = app.app.get(Db);
    const seen = new Map<number, number>();
    let done = false;
    // What a rollup does: take the marks, then look at what is stored.
    const rollup = async (): Promise<void> => {
      const taken = await db.system('test', (tx) => takeDirtyBuckets(tx, 10_000));
      for (const { vehicle_no } of taken) {
        const count = await db.systemRead('test', (tx) => tx.one<{ n: number }>('select count(*)::int as n from telemetry_engine.sample where vehicle_no = $1', [vehicle_no]));
        seen.set(vehicle_no, count?.n ?? 0);
      }
    };
    const taker = (async () => {
      while (!done) await rollup();
    })();
    await Promise.all(
      fleet.map(async (vehicle) => {
        for (let i = 0; i < 120; i += 1) await submit([{ device_id: vehicle.device_id, sample: { at_ms: start + i * 1000 } }]);
      }),
    );
    done = true;
    await taker;
    await rollup();
    expect(fleet.map((v) => seen.get(v.vehicle_no))).toEqual([120, 120, 120]);
  });

  it('keeps the newest by device time as the last word, whatever order it came in', async () => {
    const vehicle = await vehicleWithDevice(admin);
    const now = Date.now();
    const sample = (secondsAgo: number, more: object = {}): DeviceSample => ({ device_id: vehicle.device_id, sample: { at_ms: now - secondsAgo * 1000, lat: 1 + secondsAgo / 10_000, lon: 2, ...more } });
    const last = async () => {
      await app.app.get(LastPositions, { strict: false }).flush();
      return (await app.db.sql<Record<string, unknown>>('select at, lat, ignition, speed_kmh from telemetry_engine.last_position where vehicle_no = $1', [vehicle.vehicle_no], people.north.accountId))[0];
    };
    await submit([sample(50, { ignition: true }), sample(20, { speed_kmh: 30 }), sample(40)]);
    expect(await last()).toEqual({ at: new Date(now - 20_000), lat: 1.002, ignition: true, speed_kmh: 30 });
    await submit([sample(30, { ignition: false })]);
    expect(await last()).toMatchObject({ at: new Date(now - 20_000), lat: 1.002, ignition: true });
    await submit([{ device_id: vehicle.device_id, sample: { at_ms: now - 10_000, ignition: false } }, sample(5, { lat: 60 })]);
    expect(await last()).toMatchObject({ at: new Date(now - 5000), lat: 1.002, ignition: false });
  });

  it('stores the same set whatever the order, grouping and repetition', async () => {
    const fleet = await Promise.all(Array.from({ length: 3 }, () => vehicleWithDevice(admin)));
    let base = Date.now() - 20 * hourMs;
    const key = fc.record({ vehicle: fc.integer({ min: 0, max: 2 }), second: fc.integer({ min: 0, max: 40 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(key, { minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 6 }), async (uploads) => {
        base += 60_000;
        const start = base;
        const outcomes = await Promise.all(uploads.map((keys) => submit(keys.map((k) => ({ device_id: fleet[k.vehicle]?.device_id ?? '', sample: { at_ms: start + k.second * 1000, rpm: 700 + k.second } })))));
        const wanted = new Set(uploads.flat().map((k) => `${k.vehicle} ${k.second}`));
        const stored: string[] = [];
        for (const [i, v] of fleet.entries()) for (const at of await timesOf(v)) if (at >= start && at <= start + 40_000) stored.push(`${i} ${(at - start) / 1000}`);
        expect(stored.sort()).toEqual([...wanted].sort());
        expect(kinds(outcomes.flat()).filter((k) => k === 'stored')).toHaveLength(wanted.size);
      }),
      { numRuns: 40 },
    );
  }, 60_000);
});
