import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { setImmediate as breathe } from 'node:timers/promises';
import { VehicleOnboarded } from '@fleet/contracts';
import { record } from '@fleet/platform/audit';
import { Clock } from '@fleet/platform/clock';
import { Db, type Actor, type Tx } from '@fleet/platform/database';
import { emit } from '@fleet/platform/outbox';
import { readTable, type TableRow } from '@fleet/platform/tables';
import { OdometerService } from '../odometer/odometer.service';
import { changesBetween, noteChange } from '../vehicles/vehicle-history';
import { Vehicle } from '../vehicles/vehicle.entity';
import { readRow, type ReadRow, type RowError } from './import-row';
import { importRowsMax } from './import-limits';
import { insertVehicles } from './import.store';

interface ImportRow {
  content: Buffer | null;
  dry_run: boolean;
  state: string;
  rows_done: number;
  rows_total: number;
}

interface Counts {
  created: number;
  updated: number;
  unchanged: number;
  errors: RowError[];
}

const chunkRows = 500;
const errorsKept = 1000;

/**
 * Works through an import in chunks, each one transaction with its progress: killed half-way it goes on where it was,
 * run twice it changes nothing.
 */
@Injectable()
export class ImportRunner {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly odometer: OdometerService,
  ) {}

  async run(actor: Actor, importId: string, progress: (done: number, total: number) => Promise<void> = async () => undefined): Promise<number> {
    const started = await this.begin(actor, importId);
    if (!started?.content) return 0;
    const rows = await readTable(started.content, { rowsMax: importRowsMax });
    const seen = new Map<string, number>();
    for (const row of rows.slice(0, started.rows_done)) remember(seen, row);
    for (let done = started.rows_done; done < rows.length; done += chunkRows) {
      const chunk = rows.slice(done, done + chunkRows);
      await this.db.write(actor, (tx) => this.chunk(tx, importId, chunk, seen, started.dry_run));
      await progress(Math.min(done + chunkRows, rows.length), rows.length);
      await breathe();
    }
    await this.finish(actor, importId);
    return rows.length;
  }

  async fail(actor: Actor, importId: string, fault: string): Promise<void> {
    await this.db.write(actor, async (tx) => {
      tx.withoutAudit('the job run records the failure');
      await tx.sql(`update transport_registry.vehicle_import set state = 'failed', fault = $2, finished_at = $3 where id = $1 and state <> 'done'`, [importId, fault, this.clock.now()]);
    });
  }

  private begin(actor: Actor, importId: string): Promise<ImportRow | undefined> {
    return this.db.write(actor, async (tx) => {
      tx.withoutAudit('starting was recorded');
      await tx.sql(`update transport_registry.vehicle_import set state = 'running' where id = $1 and state = 'waiting'`, [importId]);
      return tx.one<ImportRow>(`select content, dry_run, state, rows_done, rows_total from transport_registry.vehicle_import where id = $1 and state = 'running'`, [importId]);
    });
  }

  private finish(actor: Actor, importId: string): Promise<void> {
    return this.db.write(actor, async (tx) => {
      await tx.sql(`update transport_registry.vehicle_import set state = 'done', content = null, finished_at = $2 where id = $1`, [importId, this.clock.now()]);
      await record(tx, { action: 'transport_registry.import.finished', subject: { type: 'vehicle_import', id: importId } });
    });
  }

  private async chunk(tx: Tx, importId: string, rows: TableRow[], seen: Map<string, number>, dryRun: boolean): Promise<void> {
    const counts: Counts = { created: 0, updated: 0, unchanged: 0, errors: [] };
    const parks = await tx.sql<{ id: string; name: string }>('select id, name from auth.park where closed_at is null');
    const parkIds = new Map(parks.map((p) => [p.name.toLowerCase(), p.id]));
    const readable: ReadRow[] = [];
    for (const row of rows) {
      const read = readRow(row, parkIds);
      if (Array.isArray(read)) counts.errors.push(...read);
      else if (seen.has(read.plateNorm)) counts.errors.push({ line: row.line, field: 'plate', code: 'IMPORT_DUPLICATE_LINE', detail: `Line ${seen.get(read.plateNorm)} has the same plate.` });
      else readable.push(read);
      if (!Array.isArray(read) && !seen.has(read.plateNorm)) seen.set(read.plateNorm, row.line);
    }
    await this.apply(tx, importId, readable, counts, dryRun);
    await this.count(tx, importId, rows.length, counts);
    await record(tx, { action: 'transport_registry.vehicle.imported', subject: { type: 'vehicle_import', id: importId }, data: { created: counts.created, updated: counts.updated, dry_run: dryRun } });
  }

  private async apply(tx: Tx, importId: string, rows: ReadRow[], counts: Counts, dryRun: boolean): Promise<void> {
    const known = await tx.sql<Vehicle>(`select * from transport_registry.vehicle where status <> 'retired' and (plate_norm = any($1) or vin = any($2)) for update`, [
      rows.map((r) => r.plateNorm),
      rows.map((r) => r.vehicle.vin).filter(Boolean),
    ]);
    const byPlate = new Map(known.map((v) => [v.plate_norm, v]));
    const byVin = new Map(known.filter((v) => v.vin).map((v) => [v.vin, v]));
    const fresh: ReadRow[] = [];
    const vins = new Set<string>();
    for (const row of rows) {
      const vin = row.vehicle.vin ?? null;
      const samePlate = byPlate.get(row.plateNorm);
      const sameVin = vin ? byVin.get(vin) : undefined;
      if (samePlate && sameVin && samePlate.id !== sameVin.id) counts.errors.push({ line: row.line, field: 'vin', code: 'IMPORT_AMBIGUOUS', detail: 'The plate belongs to one vehicle and the VIN to another.' });
      else if (samePlate ?? sameVin) await this.update(tx, importId, (samePlate ?? sameVin) as Vehicle, row, counts, dryRun);
      else if (vin && vins.has(vin)) counts.errors.push({ line: row.line, field: 'vin', code: 'IMPORT_DUPLICATE_LINE', detail: 'An earlier line has the same VIN.' });
      else fresh.push(row);
      if (vin) vins.add(vin);
    }
    counts.created += fresh.length;
    if (!dryRun && fresh.length > 0) await this.create(tx, importId, fresh);
  }

  private async create(tx: Tx, importId: string, rows: ReadRow[]): Promise<void> {
    const created = await insertVehicles(tx, importId, this.clock.now(), rows.map((r) => ({ ...r, id: randomUUID() })));
    for (const vehicle of created) await emit(tx, VehicleOnboarded, { vehicle_id: vehicle.id, vehicle_no: vehicle.vehicle_no, plate: vehicle.plate_norm, fuel_type: vehicle.fuel_type });
  }

  /** An import adds and corrects; it neither erases nor moves a vehicle through its life. */
  private async update(tx: Tx, importId: string, before: Vehicle, row: ReadRow, counts: Counts, dryRun: boolean): Promise<void> {
    const { odometer_km, status: _status, plate, ...said } = row.vehicle;
    const plateChange = row.plateNorm === before.plate_norm ? {} : { plate };
    const changes = changesBetween(before, { ...said, ...plateChange });
    const further = odometer_km !== undefined && odometer_km > Number(before.odometer_km ?? 0);
    if (Object.keys(changes).length === 0 && !further) {
      counts.unchanged += 1;
      return;
    }
    counts.updated += 1;
    if (dryRun) return;
    const now = this.clock.now();
    if (Object.keys(changes).length > 0) {
      const values = Object.fromEntries(Object.entries(changes).map(([field, [, after]]) => [field, after]));
      await tx.em.update(Vehicle, { id: before.id }, { ...values, updated_at: now });
      await noteChange(tx, now, before.id, 'imported', changes, undefined);
    }
    if (further) await this.odometer.append(tx, before.id, { odometer_km, at: now, source: 'import', source_ref: `${importId}:${row.line}` });
  }

  private async count(tx: Tx, importId: string, rows: number, counts: Counts): Promise<void> {
    const lines = new Set(counts.errors.map((e) => e.line)).size;
    await tx.sql(
      `update transport_registry.vehicle_import set rows_done = rows_done + $2, created_count = created_count + $3, updated_count = updated_count + $4,
              unchanged_count = unchanged_count + $5, error_count = error_count + $6,
              errors = case when jsonb_array_length(errors) >= $8 then errors else errors || $7::jsonb end
        where id = $1`,
      [importId, rows, counts.created, counts.updated, counts.unchanged, lines, JSON.stringify(counts.errors.slice(0, errorsKept)), errorsKept],
    );
  }
}

function remember(seen: Map<string, number>, row: TableRow): void {
  const read = readRow(row, new Map());
  if (!Array.isArray(read) && !seen.has(read.plateNorm)) seen.set(read.plateNorm, row.line);
}
