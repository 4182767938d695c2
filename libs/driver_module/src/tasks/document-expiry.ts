import { Injectable } from '@nestjs/common';
import { DocumentExpiring } from '@fleet/contracts';
import { Clock } from '@fleet/platform/clock';
import { Db, systemActor, type Tx } from '@fleet/platform/database';
import { defineTask } from '@fleet/platform/jobs';
import { emit } from '@fleet/platform/outbox';
import { daysBetween, plusDays } from '../rules/document-state';
import { DriverSettings } from '../settings/setting.service';

interface Due {
  id: string;
  driver_id: string;
  kind: string;
  expires_on: string;
  told: 'expiring' | 'expired';
}

/** Papers told of in one transaction. */
const batch = 500;

/** Says once that a paper is about to expire, and once that it has. */
@Injectable()
export class DocumentExpiry {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly settings: DriverSettings,
  ) {}

  async tellAll(signal?: AbortSignal): Promise<number> {
    const accounts = await this.db.systemRead('driver_module.tell_expiry', (tx) => tx.sql<{ id: string }>('select id from auth.account order by id'));
    let told = 0;
    for (const { id } of accounts) {
      for (let more = batch; more === batch; told += more) {
        if (signal?.aborted) return told;
        more = await this.db.write(systemActor(id, 'driver_module.tell_expiry'), (tx) => this.tell(tx));
      }
    }
    return told;
  }

  private async tell(tx: Tx): Promise<number> {
    tx.withoutAudit('news about days that passed');
    const { today, expiring_days } = await this.settings.of(tx, this.clock.now());
    const due = await tx.sql<Due>(
      `update driver_module.document d set expiry_told = case when d.expires_on < $1 then 'expired' else 'expiring' end
         from (select c.id from driver_module.document c join driver_module.driver o on o.id = c.driver_id
                where c.withdrawn_at is null and o.status <> 'left' and c.expires_on <= $2
                  and c.expiry_told is distinct from case when c.expires_on < $1 then 'expired' else 'expiring' end
                order by c.id limit ${batch} for update of c skip locked) chosen
        where d.id = chosen.id returning d.id, d.driver_id, d.kind, d.expires_on, d.expiry_told as told`,
      [today, plusDays(today, expiring_days)],
    );
    for (const { id, driver_id, kind, expires_on, told } of due) {
      await emit(tx, DocumentExpiring, { driver_id, document_id: id, kind, state: told, expires_on, days_left: daysBetween(today, expires_on) });
    }
    return due.length;
  }
}

/** Hourly, because midnight comes to each account at its own hour; a paper is told of once all the same. */
export const documentExpiryTask = defineTask({
  name: 'driver_module.tell_expiry',
  about: 'Tells which papers of drivers are about to expire or have expired.',
  cron: '11 * * * *',
  timeoutMs: 240_000,
  retries: 3,
  idempotent: true,
  scope: 'house',
  run: (ctx) => ctx.get(DocumentExpiry).tellAll(ctx.signal),
});
