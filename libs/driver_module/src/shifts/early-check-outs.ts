import { Injectable } from '@nestjs/common';
import { Clock } from '@fleet/platform/clock';
import type { Tx } from '@fleet/platform/database';
import { DriverSeal } from '../drivers/driver-seal';
import type { CheckOutBody } from './shift.dto';

/** Ends of shifts whose beginning is still on its way from a phone. They wait here until it comes. */
@Injectable()
export class EarlyCheckOuts {
  constructor(
    private readonly clock: Clock,
    private readonly sealer: DriverSeal,
  ) {}

  /** Sent twice it is kept once; the first word counts. */
  async put(tx: Tx, driverId: string, shiftId: string, said: CheckOutBody): Promise<void> {
    const now = this.clock.now();
    const sealed = await this.sealer.seal(tx, driverId, 'early_check_out', { ...said, at: said.at ?? now.toISOString() });
    await tx.sql('insert into driver_module.early_check_out (account_id, shift_id, driver_id, subject_id, said_sealed, received_at) values ($1, $2, $3, $3, $4, $5) on conflict do nothing', [
      tx.accountId,
      shiftId,
      driverId,
      sealed,
      now,
    ]);
  }

  async take(tx: Tx, driverId: string, shiftId: string): Promise<CheckOutBody | undefined> {
    const row = await tx.one<{ subject_id: string; said_sealed: Buffer }>('delete from driver_module.early_check_out where driver_id = $1 and shift_id = $2 returning subject_id, said_sealed', [driverId, shiftId]);
    return (row && (await this.sealer.open<CheckOutBody>(tx, 'early_check_out', { subjectId: row.subject_id, sealed: row.said_sealed }))) ?? undefined;
  }
}
