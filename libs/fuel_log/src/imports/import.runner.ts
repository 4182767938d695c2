import { Injectable } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { record } from '@fleet/platform/audit';
import { Clock } from '@fleet/platform/clock';
import { Db, type Actor, type Tx } from '@fleet/platform/database';
import { Refusal } from '@fleet/platform/http';
import { readTable } from '@fleet/platform/tables';
import { VehicleLookup } from '@fleet/transport_registry';
import { FillUpFields } from '../fill_ups/fill-up.dto';
import { FillUpRecorder } from '../fill_ups/fill-up.recorder';
import { idOf, importRowsMax, readLine, type ReadLine, type RowFault } from '../rules/import-row';
import { minorDigits } from '../rules/money';

interface Import {
  id: string;
  content: Buffer | null;
  dry_run: boolean;
  assume_full: boolean;
  old_shape: boolean;
  rows_done: number;
  time_zone: string;
  currency: string;
}

interface Line {
  id: string;
  read: ReadLine;
}

const chunkRows = 100;
const errorsKept = 1000;
const uuid = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** Works through a table of fill-ups: killed half-way it goes on, and the same line brings nothing twice, in this file or another. */
@Injectable()
export class FuelImportRunner {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly vehicles: VehicleLookup,
    private readonly recorder: FillUpRecorder,
  ) {}

  async run(actor: Actor, importId: string, progress: (done: number, total: number) => Promise<void>): Promise<number> {
    const started = await this.begin(actor, importId);
    if (!started?.content) return 0;
    const { lines, faults } = await linesOf(started, started.content, actor.accountId);
    const all = lines.length + faults.length;
    for (let done = started.rows_done; done < all; done += chunkRows) {
      await this.db.write(actor, (tx) => this.chunk(tx, started, lines.slice(Math.max(done - faults.length, 0), Math.max(done + chunkRows - faults.length, 0)), faults.slice(done, done + chunkRows)));
      await progress(Math.min(done + chunkRows, all), all);
    }
    await this.finish(actor, started, lines);
    return all;
  }

  private begin(actor: Actor, importId: string): Promise<Import | undefined> {
    return this.db.write(actor, async (tx) => {
      tx.withoutAudit('starting was recorded');
      await tx.sql(`update fuel_log.fill_up_import set state = 'running' where id = $1 and state = 'waiting'`, [importId]);
      return tx.one<Import>(`select i.*, a.time_zone, trim(a.currency) as currency from fuel_log.fill_up_import i join auth.account a on a.id = i.account_id where i.id = $1 and i.state = 'running'`, [importId]);
    });
  }

  private async chunk(tx: Tx, started: Import, lines: readonly Line[], faults: readonly RowFault[][]): Promise<void> {
    const counts = { created: 0, unchanged: 0, errors: faults.flat(), lines: faults.length };
    await tx.sql('savepoint before_lines');
    for (const line of lines) {
      // A refused line takes back what it had begun, and only that.
      await tx.sql('savepoint line');
      try {
        if (await this.line(tx, started, line)) counts.created += 1;
        else counts.unchanged += 1;
        await tx.sql('release savepoint line');
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        await tx.sql('rollback to savepoint line');
        counts.errors.push(...faultsOf(line.read.line, error));
        counts.lines += 1;
      }
    }
    if (started.dry_run) await tx.sql('rollback to savepoint before_lines');
    await record(tx, { action: 'fuel_log.import.advanced', subject: { type: 'fill_up_import', id: started.id }, data: { created: counts.created, refused: counts.lines, dry_run: started.dry_run } });
    await tx.sql(
      `update fuel_log.fill_up_import set rows_done = rows_done + $2, created_count = created_count + $3, unchanged_count = unchanged_count + $4, error_count = error_count + $5,
              errors = case when jsonb_array_length(errors) >= $7 then errors else errors || $6::jsonb end where id = $1`,
      [started.id, lines.length + faults.length, counts.created, counts.unchanged, counts.lines, JSON.stringify(counts.errors.slice(0, errorsKept)), errorsKept],
    );
  }

  /** True when it is new. A table cannot be asked back, so what only warns is recorded with its warning. */
  private async line(tx: Tx, started: Import, { id, read }: Line): Promise<boolean> {
    if (await tx.one('select 1 as known from fuel_log.fill_up where id = $1', [id])) return false;
    const vehicle = await this.vehicles.byPlate(tx, read.plate);
    if (!vehicle) throw new Refusal('invalid', 'IMPORT_UNKNOWN_VEHICLE', `No vehicle has the plate ${read.plate.slice(0, 20)}.`, { errors: [{ field: 'plate', code: 'IMPORT_UNKNOWN_VEHICLE', detail: `No vehicle has the plate ${read.plate.slice(0, 20)}.` }] });
    const { total_cost, ...fields } = read.body;
    const electric = (fields.fuel_type ?? vehicle.fuel_type) === 'electric';
    const body = plainToInstance(FillUpFields, {
      fuel_type: vehicle.fuel_type === 'hybrid' ? 'gasoline' : vehicle.fuel_type,
      unit_of_measure: electric ? 'kwh' : vehicle.fuel_unit,
      ...fields,
      ...(typeof total_cost === 'number' && fields.total_cost_minor === undefined ? { total_cost_minor: Math.round(total_cost * 10 ** (minorDigits(String(fields.currency ?? started.currency)) ?? 2)) } : {}),
    });
    const [wrong] = validateSync(body, { whitelist: true, forbidNonWhitelisted: true, stopAtFirstError: true });
    if (wrong) {
      const detail = Object.values(wrong.constraints ?? {})[0] ?? `${wrong.property} is not usable`;
      throw new Refusal('invalid', 'IMPORT_INVALID_VALUE', detail, { errors: [{ field: wrong.property, code: 'IMPORT_INVALID_VALUE', detail }] });
    }
    const said = await this.recorder.complete(tx, vehicle, body);
    await this.recorder.record(tx, { id, vehicle_id: vehicle.id, said, confirm: true, source: started.old_shape ? 'legacy' : 'import' });
    return true;
  }

  private async finish(actor: Actor, started: Import, lines: readonly Line[]): Promise<void> {
    await this.db.write(actor, async (tx) => {
      const comparison = started.dry_run ? null : await this.compare(tx, lines);
      await tx.sql(`update fuel_log.fill_up_import set state = 'done', content = null, comparison = $3, finished_at = $2 where id = $1`, [started.id, this.clock.now(), comparison && JSON.stringify(comparison)]);
      await record(tx, { action: 'fuel_log.import.finished', subject: { type: 'fill_up_import', id: started.id }, ...(comparison ? { data: { equal: comparison.equal } } : {}) });
    });
  }

  /** What the file says against what is stored from it, in the units it was written in. */
  private async compare(tx: Tx, lines: readonly Line[]): Promise<{ before: object; after: object; equal: boolean }> {
    const sum = (name: string): number => lines.reduce((total, { read }) => total + Math.round(Number(read.body[name] ?? 0) * 10_000), 0) / 10_000;
    const before = { rows: lines.length, quantity: sum('fuel_quantity'), price_sum: sum('cost_per_unit'), odometer_sum: sum('odometer_reading') };
    const [after = { rows: 0, quantity: 0, price_sum: 0, odometer_sum: 0 }] = await tx.sql<typeof before>(
      `select count(*)::int as rows, coalesce(sum(fuel_quantity), 0)::float8 as quantity, coalesce(sum(cost_per_unit), 0)::float8 as price_sum, coalesce(sum(odometer_reading), 0)::float8 as odometer_sum from fuel_log.fill_up where id = any($1::uuid[])`,
      [lines.map((line) => line.id)],
    );
    return { before, after, equal: JSON.stringify(before) === JSON.stringify({ rows: after.rows, quantity: after.quantity, price_sum: after.price_sum, odometer_sum: after.odometer_sum }) };
  }
}

/** Readable lines by date, so that of two readings that contradict each other the later is asked about. */
async function linesOf(how: Import, content: Buffer, accountId: string): Promise<{ lines: Line[]; faults: RowFault[][] }> {
  const read = (await readTable(content, { rowsMax: importRowsMax })).map((row) => readLine(row, how));
  const seen = new Map<string, number>();
  const lines = read.filter((line): line is ReadLine => !Array.isArray(line)).map((line): Line => {
    if (line.id && uuid.test(line.id)) return { id: line.id.toLowerCase(), read: line };
    const first = idOf(accountId, line, 0);
    const nth = seen.get(first) ?? 0;
    seen.set(first, nth + 1);
    return { id: nth === 0 ? first : idOf(accountId, line, nth), read: line };
  });
  lines.sort((a, b) => String(a.read.body.fuel_date ?? '').localeCompare(String(b.read.body.fuel_date ?? '')) || a.read.line - b.read.line);
  return { lines, faults: read.filter((line): line is RowFault[] => Array.isArray(line)) };
}

const faultsOf = (line: number, error: Refusal): RowFault[] => [{ line, field: error.errors?.[0]?.field ?? null, code: error.code, detail: error.detail }];
