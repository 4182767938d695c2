import { flagsOf, type SampleRow } from './sample-row';

/** Columns in the order `encodeRows` writes them. */
export const everyColumn =
  'at, vehicle_no, delay_ms, lat_x1e7, lon_x1e7, odometer_km_x100, engine_hours_x1000, account_no, flags, speed_kmh_x100, heading_deg_x10, altitude_m, satellites, rpm, engine_load_pct_x10, coolant_c_x10, voltage_v_x100, fuel_rate_lph_x100, fuel_level_l_x5, fuel_level_pct_x100';
export const rareColumns = 'inputs, outputs, driver_key, dtcs, extras';
const everyColumnCount = 20;
const rareColumnCount = 5;

const header = Buffer.from('5047434f50590aff0d0a000000000000000000', 'hex');
const epochMs = 946_684_800_000;
/** Room for one row without its texts. */
const rowBytesMax = 256;
const int4Max = 2_147_483_647;

export interface EncodedRows {
  columns: string;
  bytes: Buffer;
}

/**
 * Rows in PostgreSQL's binary COPY format. Columns that no row of the batch fills are left out of the statement: most
 * devices never send them.
 */
export function encodeRows(rows: readonly SampleRow[]): EncodedRows {
  const rare = rows.some(({ sample: s }) => s.inputs !== undefined || s.outputs !== undefined || s.driver_key !== undefined || s.dtcs !== undefined || s.extras !== undefined);
  const writer = new RowWriter(header.length + rows.length * 192 + rowBytesMax);
  writer.start();
  for (const row of rows) writer.row(row, rare);
  return { columns: rare ? `${everyColumn}, ${rareColumns}` : everyColumn, bytes: writer.finish() };
}

class RowWriter {
  private out: Buffer;
  private at = 0;

  constructor(bytes: number) {
    this.out = Buffer.allocUnsafe(bytes);
  }

  start(): void {
    header.copy(this.out);
    this.at = header.length;
  }

  finish(): Buffer {
    this.room(2);
    this.at = this.out.writeInt16BE(-1, this.at);
    return this.out.subarray(0, this.at);
  }

  row(row: SampleRow, rare: boolean): void {
    const s = row.sample;
    this.room(rowBytesMax);
    this.at = this.out.writeInt16BE(rare ? everyColumnCount + rareColumnCount : everyColumnCount, this.at);
    this.time(s.at_ms);
    this.int4(row.vehicle.vehicle_no);
    this.int4(Math.max(-int4Max, Math.min(int4Max, Math.round(row.received_ms - s.at_ms))));
    this.scaled4(s.lat, 1e7);
    this.scaled4(s.lon, 1e7);
    this.scaled4(s.odometer_km, 100);
    this.scaled4(s.engine_hours, 1000);
    this.int2(row.vehicle.account_no);
    this.int2(flagsOf(row));
    this.scaled2(s.speed_kmh, 100);
    this.scaled2(s.heading_deg, 10);
    this.scaled2(s.altitude_m, 1);
    this.scaled2(s.satellites, 1);
    this.scaled2(s.rpm, 1);
    this.scaled2(s.engine_load_pct, 10);
    this.scaled2(s.coolant_c, 10);
    this.scaled2(s.voltage_v, 100);
    this.scaled2(s.fuel_rate_lph, 100);
    this.scaled2(s.fuel_level_l, 5);
    this.scaled2(s.fuel_level_pct, 100);
    if (!rare) return;
    this.scaled4(s.inputs, 1);
    this.scaled4(s.outputs, 1);
    this.text(s.driver_key);
    this.json(s.dtcs?.length ? s.dtcs : undefined);
    this.json(s.extras && Object.keys(s.extras).length > 0 ? s.extras : undefined);
  }

  /** Microseconds since 2000, written as two halves: BigInt would cost more than all the rest of the row. */
  private time(ms: number): void {
    const micros = (ms - epochMs) * 1000;
    const high = Math.floor(micros / 4_294_967_296);
    this.at = this.out.writeInt32BE(8, this.at);
    this.at = this.out.writeInt32BE(high, this.at);
    this.at = this.out.writeUInt32BE(micros - high * 4_294_967_296, this.at);
  }

  private int4(value: number): void {
    this.at = this.out.writeInt32BE(4, this.at);
    this.at = this.out.writeInt32BE(value, this.at);
  }

  private int2(value: number): void {
    this.at = this.out.writeInt32BE(2, this.at);
    this.at = this.out.writeInt16BE(value, this.at);
  }

  private absent(): void {
    this.at = this.out.writeInt32BE(-1, this.at);
  }

  private scaled4(value: number | undefined, scale: number): void {
    if (value === undefined) this.absent();
    else this.int4(Math.round(value * scale));
  }

  private scaled2(value: number | undefined, scale: number): void {
    if (value === undefined) this.absent();
    else this.int2(Math.round(value * scale));
  }

  private text(value: string | undefined): void {
    if (value === undefined) return this.absent();
    const bytes = Buffer.byteLength(value);
    this.room(bytes + rowBytesMax);
    this.at = this.out.writeInt32BE(bytes, this.at);
    this.at += this.out.write(value, this.at);
  }

  private json(value: unknown): void {
    if (value === undefined) return this.absent();
    const text = JSON.stringify(value);
    const bytes = Buffer.byteLength(text);
    this.room(bytes + rowBytesMax);
    this.at = this.out.writeInt32BE(bytes + 1, this.at);
    this.at = this.out.writeUInt8(1, this.at);
    this.at += this.out.write(text, this.at);
  }

  private room(bytes: number): void {
    if (this.at + bytes <= this.out.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.out.length * 2, this.at + bytes));
    this.out.copy(grown, 0, 0, this.at);
    this.out = grown;
  }
}
