import { Injectable } from '@nestjs/common';
import type { Response } from 'express';
import { record } from '@fleet/platform/audit';
import { Db, type Actor } from '@fleet/platform/database';
import { sendTable, type Column } from '@fleet/platform/tables';
import { DriverList } from './driver-list';
import type { DriverExportQuery, DriverView } from './driver.dto';

const columns = (parkNames: Map<string, string>): Column<DriverView>[] => [
  ...(['driver_no', 'name', 'phone', 'email', 'birth_date', 'address', 'status', 'hired_on', 'left_on', 'notes'] as const).map((name) => ({ name, value: (d: DriverView) => d[name] })),
  { name: 'park', value: (d) => (d.park_id ? (parkNames.get(d.park_id) ?? '') : '') },
  { name: 'tags', value: (d) => d.tags.join('; ') },
  { name: 'blacklisted_at', value: (d) => d.blacklisted_at },
  { name: 'id', value: (d) => d.id },
];

/** Personal data leaves the house here in bulk, so the audit log says who took it. */
@Injectable()
export class DriverExport {
  constructor(
    private readonly db: Db,
    private readonly list: DriverList,
  ) {}

  async send(actor: Actor, query: DriverExportQuery, res: Response): Promise<void> {
    const { format = 'csv', q, ...filters } = query;
    // What was searched for may be a name; that a search narrowed the export is enough.
    await this.db.write(actor, (tx) => record(tx, { action: 'driver_module.driver.exported', subject: { type: 'account', id: actor.accountId }, data: { format, searched: q !== undefined, ...filters } }));
    await this.db.read(actor, async (tx) => {
      const parks = new Map((await tx.sql<{ id: string; name: string }>('select id, name from auth.park')).map((p) => [p.id, p.name]));
      await sendTable(res, 'drivers', format, columns(parks), this.list.every(tx, query));
    });
  }
}
