import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { record } from '@fleet/platform/audit';
import { Clock } from '@fleet/platform/clock';
import { Db, type Actor, type ReadTx, type Tx } from '@fleet/platform/database';
import { invalid, listPage, notFound, Where, type Page } from '@fleet/platform/http';
import { DriverHistory } from '../drivers/driver-history';
import { DriverService } from '../drivers/driver.service';
import type { ScoreInputBody, ScoreInputQuery, ScoreInputView } from './score.dto';

export interface NewScoreInput {
  name: string;
  value: number;
  unit: string;
  valid_from: Date;
  valid_to: Date | null;
  source: string;
  source_id?: string | undefined;
}

const columns = `i.id, i.driver_id, i.name, i.value, i.unit, lower(i.valid) as valid_from, upper(i.valid) as valid_to, i.known_at, i.source, i.source_id, i.retracted_at`;

/** What scores are made of. Each value says when it holds and since when it is known, so that yesterday's score can be explained today. */
@Injectable()
export class ScoreInputs {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly drivers: DriverService,
    private readonly history: DriverHistory,
  ) {}

  async add(tx: Tx, driverId: string, input: NewScoreInput): Promise<void> {
    await tx.sql(
      `insert into driver_module.score_input (id, account_id, driver_id, name, value, unit, valid, known_at, source, source_id, recorded_by)
       values ($1, $2, $3, $4, $5, $6, tstzrange($7, $8), $9, $10, $11, $12) on conflict (account_id, driver_id, name, source, source_id) where source_id is not null and retracted_at is null do nothing`,
      [randomUUID(), tx.accountId, driverId, input.name, input.value, input.unit, input.valid_from, input.valid_to, this.clock.now(), input.source, input.source_id ?? null, tx.actor.id],
    );
  }

  async retract(tx: Tx, driverId: string, source: string, sourceId: string): Promise<void> {
    await tx.sql('update driver_module.score_input set retracted_at = $4, retracted_by = $5 where driver_id = $1 and source = $2 and source_id = $3 and retracted_at is null', [driverId, source, sourceId, this.clock.now(), tx.actor.id]);
  }

  async recordByHand(actor: Actor, driverId: string, body: ScoreInputBody): Promise<Page<ScoreInputView>> {
    const validFrom = new Date(body.valid_from);
    const validTo = body.valid_to ? new Date(body.valid_to) : null;
    if (validTo && validTo <= validFrom) throw invalid('SCORE_INPUT_SPAN', 'valid_to lies after valid_from.');
    return this.db.write(actor, async (tx) => {
      const driver = await this.drivers.lock(tx, driverId);
      await this.add(tx, driver.id, { ...body, valid_from: validFrom, valid_to: validTo, source: 'manual' });
      await this.history.note(tx, driver.id, { action: 'score_input_recorded', facts: { name: body.name, value: body.value } });
      await record(tx, { action: 'driver_module.score_input.recorded', subject: { type: 'driver', id: driver.id }, data: { name: body.name, value: body.value } });
      return this.page(tx, driver.id, { name: body.name });
    });
  }

  async retractByHand(actor: Actor, driverId: string, id: string): Promise<void> {
    await this.db.write(actor, async (tx) => {
      const driver = await this.drivers.lock(tx, driverId);
      const changed = await tx.execute('update driver_module.score_input set retracted_at = $3, retracted_by = $4 where id = $1 and driver_id = $2 and retracted_at is null', [id, driver.id, this.clock.now(), actor.id]);
      if (changed === 0) throw notFound('score input', id);
      await this.history.note(tx, driver.id, { action: 'score_input_retracted', facts: { score_input_id: id } });
      await record(tx, { action: 'driver_module.score_input.retracted', subject: { type: 'driver', id: driver.id }, data: { score_input_id: id } });
    });
  }

  async list(actor: Actor, driverId: string, query: ScoreInputQuery): Promise<Page<ScoreInputView>> {
    return this.db.read(actor, async (tx) => this.page(tx, (await this.drivers.find(tx, driverId)).id, query));
  }

  page(tx: ReadTx, driverId: string, query: ScoreInputQuery): Promise<Page<ScoreInputView>> {
    const where = new Where()
      .and('i.driver_id = ?', driverId)
      .and('i.name = ?', query.name)
      .and('i.known_at <= ? and (i.retracted_at is null or i.retracted_at > ?)', query.known_at)
      .and('i.valid @> ?::timestamptz', query.valid_at);
    const sorts = { known_at: { sql: 'i.known_at', type: 'timestamptz' as const } };
    return listPage<ScoreInputView>(tx, { select: columns, from: 'driver_module.score_input i', where, sorts, defaultSort: '-known_at', key: { sql: 'i.id', type: 'uuid' } }, query);
  }
}
