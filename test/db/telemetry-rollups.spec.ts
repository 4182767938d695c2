import fc from 'fast-check';
import { Db } from '@fleet/platform/database';
import { SAMPLE_SINK, type Sample, type SampleSink } from '@fleet/telemetry_engine';
import { MotionTicker } from '../../libs/telemetry_engine/src/detect/motion-ticker';
import { bands } from '../../libs/telemetry_engine/src/rollup/figures';
import { collectMarks } from '../../libs/telemetry_engine/src/derive/work-list';
import { testApp, type Agent, type TestApp } from '../support/app';
import { Drive } from '../support/drives';
import { as, settle, type People } from '../support/people';
import { rollupsOf, type OracleBucket } from '../support/rollup-oracle';
import { vehicleWithDevice, type EquippedVehicle } from '../support/telemetry';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

describe('rollups', () => {
  let app: TestApp;
  let people: People;
  let admin: Agent;
  let sink: SampleSink;
  let ticker: MotionTicker;

  beforeAll(async () => {
    app = await testApp();
    people = await settle(app);
    admin = await as(app, people.north.admin);
    sink = app.app.get<SampleSink>(SAMPLE_SINK, { strict: false });
    ticker = app.app.get(MotionTicker, { strict: false });
  });
  afterAll(() => app.close());

  const equipped = (): Promise<EquippedVehicle> => vehicleWithDevice(admin, { from: new Date(Date.now() - 20 * dayMs) });
  const submit = (v: EquippedVehicle, samples: readonly Sample[]): Promise<unknown> => sink.submit({ accountId: people.north.accountId }, samples.map((sample) => ({ device_id: v.device_id, sample })));
  const stored = async ({ vehicle_no }: EquippedVehicle): Promise<OracleBucket[]> => {
    const rows = await app.db.sql<Record<string, number> & { at: Date }>('select * from telemetry_engine.rollup_5m where vehicle_no = $1 order by at', [vehicle_no], people.north.accountId);
    return rows.map((r) => ({ at_ms: r.at.getTime(), samples: r.samples!, distance_m: r.distance_m!, moving_ms: r.moving_ms!, idle_ms: r.idle_ms!, stopped_ms: r.stopped_ms!, fuel_ml: r.fuel_ml!, speed_max_x10: r.speed_max_x10!, bands: bands.map((b) => r[b]!) }));
  };
  /** As the table rounds. */
  const expected = (samples: readonly Sample[]): OracleBucket[] =>
    rollupsOf(samples).map((b) => ({ ...b, distance_m: expect.closeTo(b.distance_m, -0.5) as number, fuel_ml: b.fuel_ml === null ? null : (expect.closeTo(b.fuel_ml, -0.5) as number), bands: b.bands.map((ds) => expect.closeTo(ds, -0.5) as number) }));
  const counted = (samples: readonly Sample[]) => ({
    ...rollupsOf(samples).reduce((sum, b) => ({ moving_ms: sum.moving_ms + b.moving_ms, samples: sum.samples + b.samples }), { moving_ms: 0, samples: 0 }),
  });
  const total = async (table: string, { vehicle_no }: EquippedVehicle) =>
    (await app.db.sql<{ moving_ms: number; samples: number }>(`select coalesce(sum(moving_ms), 0)::int as moving_ms, coalesce(sum(samples), 0)::int as samples from telemetry_engine.${table} where vehicle_no = $1`, [vehicle_no], people.north.accountId))[0];

  const sampleAt = fc.record({
    dt_s: fc.oneof({ weight: 8, arbitrary: fc.integer({ min: 1, max: 120 }) }, fc.constantFrom(299.5, 300, 300.5, 600, 1800, 3599, 3600, 3601, 7200)),
    lat: fc.option(fc.integer({ min: -40, max: 40 }), { nil: undefined }),
    lon: fc.integer({ min: -40, max: 40 }),
    speed_kmh: fc.option(fc.constantFrom(0, 0, 2.5, 3.5, 4, 30, 77.7, 160, 250), { nil: undefined }),
    ignition: fc.option(fc.boolean(), { nil: undefined }),
    valid: fc.option(fc.boolean(), { nil: undefined }),
    fuel_rate_lph: fc.option(fc.constantFrom(0, 1.2, 8.4), { nil: undefined }),
  });
  const stream = fc.array(sampleAt, { minLength: 1, maxLength: 120 }).map((parts) => {
    let at_ms = Math.floor((Date.now() - 2 * dayMs) / 1000) * 1000;
    return parts.map(({ dt_s, lat, lon, ...said }) => {
      at_ms += dt_s * 1000;
      // Near the date line: longitudes jump there and metres must not.
      const place = lat === undefined ? {} : { lat: -17 + lat / 4000, lon: ((180 + lon / 4000 + 540) % 360) - 180 };
      return { at_ms, ...place, ...said } as Sample;
    });
  });

  it('are what the samples add up to, in whatever order and chunks they came', async () => {
    await fc.assert(
      fc.asyncProperty(stream, fc.array(fc.nat(), { minLength: 5, maxLength: 5 }), async (samples, dice) => {
        const vehicle = await equipped();
        const cut = dice.map((n) => n % samples.length).sort((a, b) => a - b);
        const chunks = [samples.slice(0, cut[1]), samples.slice(cut[1], cut[3]), samples.slice(cut[3])].sort((a, b) => (dice[0]! % 2 ? 1 : -1) * ((a[0]?.at_ms ?? 0) - (b[0]?.at_ms ?? 0)));
        for (const chunk of chunks) {
          if (chunk.length > 0) await submit(vehicle, dice[1]! % 2 ? [...chunk].reverse() : chunk);
          if (dice[2]! % 3 > 0) await ticker.settle();
        }
        await submit(vehicle, samples.slice(0, 20));
        await ticker.settle();
        expect(await stored(vehicle)).toEqual(expected(samples));
        const { moving_ms, samples: n } = counted(samples);
        for (const table of ['rollup_5m', 'rollup_hour', 'rollup_day']) expect({ table, ...(await total(table, vehicle)) }).toEqual({ table, moving_ms, samples: n });
      }),
      { numRuns: 25 },
    );
  }, 120_000);

  it('are the same when two work at them and one is stopped half-way', async () => {
    const fleet = await Promise.all(Array.from({ length: 12 }, equipped));
    const told = fleet.map((_, i) => new Drive(Date.now() - dayMs + i * 1000).park(60).drive(1800, 40 + i).idle(400).drive(900, 60).park(600));
    for (let part = 0; part < 4; part += 1) {
      await Promise.all(fleet.map((v, i) => submit(v, told[i]!.samples.filter((_, n) => n % 4 === part))));
      await collectMarks(app.app.get(Db));
      // A worker that dies takes its transaction with it.
      await expect(app.app.get(Db).system('test', async (tx) => {
        await tx.sql('delete from telemetry_engine.derive_work');
        throw new Error('died');
      })).rejects.toThrow('died');
      await Promise.all([ticker.settle(), ticker.settle(), ticker.settle()]);
    }
    await ticker.settle();
    for (const [i, vehicle] of fleet.entries()) expect(await stored(vehicle)).toEqual(expected(told[i]!.samples));
    expect(await app.db.sql('select 1 from telemetry_engine.rollup_work union all select 1 from telemetry_engine.derive_work')).toEqual([]);
  }, 60_000);

  it('take the days of the account, also those of 23 and 25 hours', async () => {
    const zone = async (name: string): Promise<object> => app.db.sql('update auth.account set time_zone = $1 where id = $2', [name, people.north.accountId]);
    const db = app.app.get(Db);
    const work = async (vehicle: EquippedVehicle, at: string[]): Promise<Record<string, unknown>[]> => {
      const [known] = await app.db.sql<{ account_no: number }>('select account_no from telemetry_engine.account_number where account_id = $1', [people.north.accountId]);
      // The days the clocks change lie outside the days samples may have, so rows of five minutes stand for them.
      await db.system('test', async (tx) => {
        for (const time of at) {
          await tx.sql(
            `insert into telemetry_engine.rollup_hour (at, vehicle_no, account_no, distance_m, moving_ms, idle_ms, stopped_ms, samples, harsh_accelerations, harsh_brakings, harsh_cornerings, ${bands.join(', ')})
             values (date_trunc('hour', $1::timestamptz), $2, $3, 1000, 3600000, 0, 0, 1, 0, 0, 0, ${bands.map(() => 0).join(', ')})`,
            [time, vehicle.vehicle_no, known?.account_no],
          );
          await tx.sql(`insert into telemetry_engine.rollup_work (grain, lane, at, vehicle_no) select 1440, $2 % 16, date_trunc('day', $1::timestamptz, time_zone), $2::int from auth.account where id = $3`, [time, vehicle.vehicle_no, people.north.accountId]);
        }
      });
      await ticker.settle();
      return app.db.sql(`select on_day::text, extract(epoch from to_at - from_at)::int / 3600 as hours, moving_ms / 3600000 as driven from telemetry_engine.rollup_day where vehicle_no = $1 order by 1`, [vehicle.vehicle_no], people.north.accountId);
    };
    await submit(await equipped(), [{ at_ms: Date.now() }]);
    await zone('Europe/Berlin');
    try {
      const hoursOf = (from: string, n: number): string[] => Array.from({ length: n }, (_, h) => new Date(Date.parse(from) + h * hourMs).toISOString());
      expect(await work(await equipped(), hoursOf('2026-10-24T22:00:00Z', 26))).toEqual([{ on_day: '2026-10-25', hours: 25, driven: 25 }, { on_day: '2026-10-26', hours: 24, driven: 1 }]);
      expect(await work(await equipped(), hoursOf('2026-03-28T23:00:00Z', 24))).toEqual([{ on_day: '2026-03-29', hours: 23, driven: 23 }, { on_day: '2026-03-30', hours: 24, driven: 1 }]);
    } finally {
      await zone('Africa/Nairobi');
    }
  });

  it('begin their hours where the account’s clocks do, half an hour off if need be', async () => {
    const before = await app.db.sql<{ time_zone: string }>('update auth.account set time_zone = $1 where id = $2 returning time_zone', ['Asia/Kolkata', people.north.accountId]);
    expect(before).toHaveLength(1);
    try {
      const vehicle = await equipped();
      const midnight = Math.floor(Date.now() / dayMs) * dayMs - dayMs - 5.5 * hourMs;
      const drive = new Drive(midnight - 600_000).drive(1200, 36);
      await submit(vehicle, drive.samples);
      await ticker.settle();
      const { body } = await admin.get(`/api/v1/telemetry/${vehicle.vehicle_id}/rollups?grain=hour&from=${new Date(midnight - hourMs).toISOString()}`).expect(200);
      expect(body.items.map((r: { from_at: string; moving_s: number }) => [r.from_at, r.moving_s])).toEqual([[new Date(midnight - hourMs).toISOString(), 590], [new Date(midnight).toISOString(), 600]]);
      expect(await total('rollup_day', vehicle)).toEqual({ moving_ms: 1_190_000, samples: 120 });
    } finally {
      await app.db.sql('update auth.account set time_zone = $1 where id = $2', ['Africa/Nairobi', people.north.accountId]);
    }
  });

  it('are closed to another account, to parks one may not see, and to cursors somebody wrote', async () => {
    const vehicle = await equipped();
    await submit(vehicle, new Drive(Date.now() - hourMs).drive(600, 40).samples);
    await ticker.settle();
    const foreign = await as(app, people.south.admin);
    await foreign.get(`/api/v1/telemetry/${vehicle.vehicle_id}/rollups`).expect(404);
    expect(await app.db.sql('select 1 from telemetry_engine.rollup_5m', [], people.south.accountId)).toEqual([]);
    await admin.get(`/api/v1/telemetry/${vehicle.vehicle_id}/rollups?cursor=x`).expect(400);
    await admin.get(`/api/v1/telemetry/${vehicle.vehicle_id}/rollups?grain=week`).expect(400);
    const page = (await admin.get(`/api/v1/telemetry/${vehicle.vehicle_id}/rollups?grain=5m&limit=1`).expect(200)).body as { items: { from_at: string }[]; next_cursor: string };
    const next = (await admin.get(`/api/v1/telemetry/${vehicle.vehicle_id}/rollups?grain=5m&limit=1&cursor=${page.next_cursor}`).expect(200)).body as typeof page;
    expect(Date.parse(next.items[0]!.from_at) - Date.parse(page.items[0]!.from_at)).toBe(300_000);
  });
});
