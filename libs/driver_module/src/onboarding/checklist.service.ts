import { Injectable } from '@nestjs/common';
import { record } from '@fleet/platform/audit';
import { Clock } from '@fleet/platform/clock';
import { Db, type Actor, type ReadTx } from '@fleet/platform/database';
import { notFound } from '@fleet/platform/http';
import { DriverHistory } from '../drivers/driver-history';
import { DriverService } from '../drivers/driver.service';
import { DriverSettings } from '../settings/setting.service';
import type { ChecklistView } from './checklist.dto';

interface Step {
  item: string;
  done_by: string;
  done_at: Date;
}

/** What must be done before somebody drives. Items are the account's; ticks are the driver's. */
@Injectable()
export class Checklist {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly settings: DriverSettings,
    private readonly drivers: DriverService,
    private readonly history: DriverHistory,
  ) {}

  async get(actor: Actor, driverId: string): Promise<ChecklistView> {
    return this.db.read(actor, async (tx) => this.of(tx, (await this.drivers.find(tx, driverId)).id));
  }

  async of(tx: ReadTx, driverId: string): Promise<ChecklistView> {
    const { checklist } = await this.settings.of(tx, this.clock.now());
    const steps = new Map((await tx.sql<Step>('select item, done_by, done_at from driver_module.onboarding_step where driver_id = $1', [driverId])).map((step) => [step.item, step]));
    const items = checklist.map((item) => {
      const step = steps.get(item.key);
      return { ...item, done: step !== undefined, done_by: step?.done_by ?? null, done_at: step?.done_at ?? null };
    });
    return { complete: items.every((item) => item.done || !item.required), items };
  }

  async tick(actor: Actor, driverId: string, key: string, done: boolean): Promise<ChecklistView> {
    return this.db.write(actor, async (tx) => {
      const driver = await this.drivers.lock(tx, driverId);
      const now = this.clock.now();
      const { checklist } = await this.settings.of(tx, now);
      if (!checklist.some((item) => item.key === key)) throw notFound('checklist item', key.slice(0, 80));
      const changed = done
        ? await tx.execute('insert into driver_module.onboarding_step (account_id, driver_id, item, done_by, done_at) values ($1, $2, $3, $4, $5) on conflict do nothing', [actor.accountId, driver.id, key, actor.id, now])
        : await tx.execute('delete from driver_module.onboarding_step where driver_id = $1 and item = $2', [driver.id, key]);
      if (changed === 0) {
        tx.withoutAudit('ticked already');
        return this.of(tx, driver.id);
      }
      const action = done ? 'checklist_ticked' : 'checklist_unticked';
      await this.history.note(tx, driver.id, { action, facts: { item: key } });
      await record(tx, { action: `driver_module.driver.${action}`, subject: { type: 'driver', id: driver.id }, data: { item: key } });
      return this.of(tx, driver.id);
    });
  }
}
