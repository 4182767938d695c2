import { Injectable } from '@nestjs/common';
import type { Response } from 'express';
import { record } from '@fleet/platform/audit';
import { Clock } from '@fleet/platform/clock';
import { Db, type Actor, type Tx } from '@fleet/platform/database';
import { rule } from '@fleet/platform/http';
import { DriverLookup, type KnownDriver } from '@fleet/driver_module';
import { EventHistory } from '../events/event-history';
import { EventList } from '../events/event-list';

/** Everything the log keeps about one person, in a form they can take along. */
@Injectable()
export class PersonalEvents {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly drivers: DriverLookup,
    private readonly events: EventList,
    private readonly history: EventHistory,
  ) {}

  async sendOf(actor: Actor, driverId: string, res: Response): Promise<void> {
    await this.send(actor, (tx) => this.drivers.require(tx, driverId), res);
  }

  async sendOwn(actor: Actor, res: Response): Promise<void> {
    await this.send(
      actor,
      async (tx) => {
        const driver = await this.drivers.ofLogin(tx, actor.id);
        if (!driver) throw rule('LOGIN_WITHOUT_DRIVER', 'This login belongs to no driver. Ask the office to link it.');
        return driver;
      },
      res,
    );
  }

  private async send(actor: Actor, find: (tx: Tx) => Promise<KnownDriver>, res: Response): Promise<void> {
    const { driver, data } = await this.db.write(actor, async (tx) => {
      const person = await find(tx);
      await record(tx, { action: 'event_log.personal_data.exported', subject: { type: 'driver', id: person.id } });
      return { driver: person, data: await this.collect(tx, person) };
    });
    res.setHeader('content-disposition', `attachment; filename="driver-${driver.driver_no}-events.json"`);
    res.setHeader('cache-control', 'no-store');
    res.type('application/json').send(JSON.stringify(data, null, 2));
  }

  private async collect(tx: Tx, driver: KnownDriver): Promise<object> {
    const items: object[] = [];
    for await (const page of this.events.every(tx, { driver_id: driver.id, sort: 'at' })) {
      for (const event of page) {
        const { account_id: _, said_sealed: __, charge_id: ___, ...shown } = event as typeof event & Record<string, unknown>;
        const steps = event.fine_state ? (await this.history.of(tx, event.id)).steps : [];
        items.push({ ...shown, steps: steps.map(({ seq, state, amount_minor, currency, at, reason }) => ({ seq, state, amount_minor: Number(amount_minor), currency, at, reason })) });
      }
    }
    return { exported_at: this.clock.now(), driver_no: driver.driver_no, events: items };
  }
}
