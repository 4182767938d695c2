import { randomUUID } from 'node:crypto';
import { Clock } from '@fleet/platform/clock';
import type { Tx } from '@fleet/platform/database';
import type { DemoSeed } from '@fleet/platform/subsystem';
import { DriverAt, type DriverSpan } from '@fleet/driver_module';
import { OdometerService, VehicleLookup } from '@fleet/transport_registry';
import { AnomalyWatch } from '../anomalies/anomaly-watch';
import { FillUpStore } from '../fill_ups/fill-up.store';
import { Receipts } from '../receipts/receipt.service';
import { overfull, overfullWarning } from '../rules/check';
import { demoDays, demoFills, type DemoFill } from './demo-fills';

const dayMs = 86_400_000;

/** A month of filling up, written in bulk; it tells nobody, since what listens was not there then. */
export async function seedFuel({ app, tx, dice }: DemoSeed): Promise<void> {
  const now = app.get(Clock).now();
  const vehicles = await app.get(VehicleLookup).inStatus(tx, 'active');
  const from = new Date(now.getTime() - demoDays * dayMs);
  const spans = await app.get(DriverAt).spansOf(tx, vehicles.map((v) => v.id), from, now);
  const odometer = app.get(OdometerService);
  const fills: (DemoFill & { span: DriverSpan | undefined })[] = [];
  for (const vehicle of vehicles) {
    const { before: last } = await odometer.around(tx, vehicle.id, now);
    const { before: earlier } = last ? await odometer.around(tx, vehicle.id, new Date(last.at.getTime() - 1)) : {};
    if (!last || !earlier) continue;
    const kmPerDay = Math.max((last.odometer_km - earlier.odometer_km) / ((last.at.getTime() - earlier.at.getTime()) / dayMs), 40);
    const held = spans.filter((s) => s.vehicle_id === vehicle.id);
    fills.push(...demoFills(dice, vehicle, { km: last.odometer_km, at: last.at, kmPerDay }, held, now).map((fill) => ({ ...fill, span: held.find((s) => s.from <= fill.at && (s.to ?? now) > fill.at) })));
  }
  const ids = await write(tx, odometer, fills);
  for (const [i, fill] of fills.entries()) {
    const tooMuch = fill.odd ? overfull({ fuel_quantity: fill.quantity, unit_of_measure: fill.unit }, fill.vehicle) : undefined;
    if (fill.odd) await app.get(AnomalyWatch).look(tx, await app.get(FillUpStore).find(tx, ids[i] as string), fill.vehicle, { jump_km: null, overfull: tooMuch });
  }
  for (const [i, vehicle] of vehicles.slice(0, 2).entries()) {
    await app.get(Receipts).handIn(tx.actor, { content: await receiptPicture(i), original_name: `demo-receipt-${i + 1}.jpg` }, { vehicle_id: vehicle.id, note: 'Demo receipt, waiting to be typed' });
  }
}

async function write(tx: Tx, odometer: OdometerService, fills: readonly (DemoFill & { span: DriverSpan | undefined })[]): Promise<string[]> {
  const ids = fills.map(() => randomUUID());
  const readings = await odometer.appendKnown(tx, fills.map((f, i) => ({ vehicle_id: f.vehicle.id, at: f.at, odometer_km: f.odometer_km, source: 'fuel' as const, source_ref: ids[i] as string })));
  const column = <T>(of: (fill: (typeof fills)[number]) => T): T[] => fills.map(of);
  await tx.sql(
    `insert into fuel_log.fill_up (id, account_id, vehicle_id, park_id, department, driver_id, shift_id, fuel_date, odometer_reading, distance_unit, odometer_reading_id, fuel_type, fuel_quantity, unit_of_measure, cost_per_unit,
            total_cost_minor, currency, is_full_tank, missed_previous, fuel_station, payment_method, receipt_reference, state, distance_since_last, efficiency, warnings, source, recorded_by, created_at, updated_at)
     select f.id, $1, f.vehicle_id, f.park_id, f.department, f.driver_id, f.shift_id, f.at, f.km, 'km', f.reading, f.fuel_type, f.quantity, f.unit, f.price, f.total, 'KES', f.is_full, f.missed, f.station, f.payment, f.receipt,
            f.state, f.distance, f.efficiency, f.warnings::jsonb, case when f.driver_id is null then 'staff' else 'driver' end, $2, f.at, f.at
       from unnest($3::uuid[], $4::uuid[], $5::uuid[], $6::text[], $7::uuid[], $8::uuid[], $9::timestamptz[], $10::numeric[], $11::uuid[], $12::text[], $13::numeric[], $14::text[], $15::numeric[], $16::bigint[], $17::bool[],
              $18::bool[], $19::text[], $20::text[], $21::text[], $22::text[], $23::numeric[], $24::numeric[], $25::text[])
            as f(id, vehicle_id, park_id, department, driver_id, shift_id, at, km, reading, fuel_type, quantity, unit, price, total, is_full, missed, station, payment, receipt, state, distance, efficiency, warnings)`,
    [
      tx.accountId,
      tx.actor.id,
      ids,
      column((f) => f.vehicle.id),
      column((f) => f.vehicle.park_id),
      column((f) => f.vehicle.department),
      column((f) => f.span?.driver_id ?? null),
      column((f) => f.span?.shift_id ?? null),
      column((f) => f.at),
      column((f) => f.odometer_km),
      readings,
      column((f) => f.fuel_type),
      column((f) => f.quantity),
      column((f) => f.unit),
      column((f) => f.price),
      column((f) => f.total),
      column((f) => f.full),
      column((f) => f.missed),
      column((f) => f.station),
      column((f) => f.payment),
      column((f) => f.receipt),
      column((f) => (f.held ? 'held' : 'recorded')),
      column((f) => f.distance),
      column((f) => f.efficiency),
      column((f) => JSON.stringify(warningsOf(f))),
    ],
  );
  return ids;
}

function warningsOf(fill: DemoFill): object[] {
  const tooMuch = fill.held ? overfull({ fuel_quantity: fill.quantity, unit_of_measure: fill.unit }, fill.vehicle) : undefined;
  return tooMuch ? [overfullWarning(tooMuch)] : [];
}

/** Lines on paper: enough to see that a picture waits. */
async function receiptPicture(n: number): Promise<Buffer> {
  const { default: sharp } = await import('sharp');
  const lines = Array.from({ length: 14 }, (_, i) => `<rect x="40" y="${60 + i * 40}" width="${140 + ((i * 67 + n * 31) % 220)}" height="10" fill="#444"/>`).join('');
  return sharp(Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="440" height="680"><rect width="440" height="680" fill="#f7f5ef"/>${lines}</svg>`)).jpeg({ quality: 80 }).toBuffer();
}
