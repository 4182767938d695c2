import { Clock } from '@fleet/platform/clock';
import type { Tx } from '@fleet/platform/database';
import type { DemoSeed } from '@fleet/platform/subsystem';
import { VehicleLookup } from '@fleet/transport_registry';
import { Geofences } from '../geofences/geofence.service';
import { dayMs } from '../pipeline/limits';
import { CopyTargets, dayOf } from '../store/days';
import { markDirty } from '../store/dirty-buckets';
import { writeLastOf } from '../store/last-positions';
import type { SampleRow } from '../store/sample-row';
import { copyOf } from '../store/sample-store';
import { DemoDay, demoDepots } from './demo-day';

const vehiclesMax = 20;
/** Two of them report often enough to judge how hard they were driven. */
const fineVehicles = 2;

/** So long before now the history ends: the simulator's first start tells the last two hours, and two stories of one vehicle would contradict each other. */
const quietMs = 135 * 60_000;

/** Yesterday in the life of twenty vehicles, parked at home since, and the yards they come from. The server works out the trips when it starts. */
export async function seedTelemetry({ app, tx, dice }: DemoSeed): Promise<void> {
  const geofences = app.get(Geofences);
  for (const { name, lat, lon, radius_m } of demoDepots) await geofences.draw(tx.actor, { name, shape: { type: 'circle', centre: { lat, lon }, radius_m }, dwell_minutes: 60 });
  const vehicles = (await app.get(VehicleLookup).inStatus(tx, 'active')).slice(0, vehiclesMax);
  const account = await tx.one<{ account_no: number }>('insert into telemetry_engine.account_number (account_id) values ($1) returning account_no', [tx.accountId]);
  const nowMs = app.get(Clock).now().getTime();
  const endMs = dayOf(nowMs) * dayMs;
  const rows: SampleRow[] = [];
  for (const [i, { id, vehicle_no, park_id, odometer_km }] of vehicles.entries()) {
    const vehicle = { vehicle_id: id, vehicle_no, park_id, account_id: tx.accountId, account_no: account?.account_no ?? 0 };
    const day = new DemoDay(dice, endMs - dayMs, endMs, demoDepots[i % demoDepots.length] ?? { lat: 0, lon: 0 }, i < fineVehicles ? 10 : 30, odometer_km ?? 50_000).live().restUntil(nowMs - quietMs);
    rows.push(...day.samples.map((sample) => ({ vehicle, sample, received_ms: sample.at_ms + 1200, marks: 0, late: false })));
  }
  for (const day of new Set(rows.map((row) => dayOf(row.sample.at_ms)))) await store(tx, rows.filter((row) => dayOf(row.sample.at_ms) === day), day);
  await writeLastOf(tx, rows);
}

async function store(tx: Tx, rows: readonly SampleRow[], day: number): Promise<void> {
  const { text, bytes } = copyOf(await new CopyTargets().of(tx, day), rows);
  await tx.request(text, [bytes]);
  await tx.beyondAccount('marks belong to vehicles by number alone', () => markDirty(tx, rows));
}
