import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { record } from '@fleet/platform/audit';
import { Clock } from '@fleet/platform/clock';
import { conflictOn, Db, type Actor, type ReadTx, type Tx } from '@fleet/platform/database';
import { expectVersion, invalid, listPage, notFound, rule, Where, type Page } from '@fleet/platform/http';
import { DriverHistory } from '../drivers/driver-history';
import { DriverSeal } from '../drivers/driver-seal';
import type { Driver } from '../drivers/driver.entity';
import { DriverService } from '../drivers/driver.service';
import { ScoreInputs } from '../scores/score-inputs';
import { DriverSettings } from '../settings/setting.service';
import type { FeedbackBody, FeedbackQuery, FeedbackTopic, FeedbackView, RatingOfTopicView, RatingView } from './feedback.dto';

type Row = Omit<FeedbackView, 'text'> & { subject_id: string; text_sealed: Buffer | null };

export interface NewFeedback {
  id?: string | undefined;
  source: 'peer' | 'staff' | 'passenger';
  topic: FeedbackTopic;
  rating: number;
  text?: string | undefined;
  shift_id?: string | undefined;
  given_at?: string | undefined;
  author_driver_id?: string | undefined;
}

const columns = 'f.id, f.driver_id, f.subject_id, f.source, f.topic, f.rating, f.text_sealed, f.state, f.shift_id, f.author_driver_id, f.given_at, f.moderated_by, f.moderated_at, f.version';
const from = 'driver_module.feedback f join driver_module.driver o on o.id = f.driver_id';
const scoreSource = 'feedback';

const taken: Record<string, [string, string]> = {
  feedback_pk: ['FEEDBACK_ID_TAKEN', 'This id names other feedback.'],
  feedback_peer_once: ['FEEDBACK_GIVEN_ALREADY', 'You have spoken about this shift already.'],
};

/** What others say of a driver. Nothing counts or is shown to the driver before somebody has read it. */
@Injectable()
export class Feedback {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly drivers: DriverService,
    private readonly settings: DriverSettings,
    private readonly scores: ScoreInputs,
    private readonly sealer: DriverSeal,
    private readonly history: DriverHistory,
  ) {}

  async give(actor: Actor, driverId: string, body: FeedbackBody): Promise<FeedbackView> {
    return this.db.write(actor, async (tx) => this.keep(tx, await this.drivers.lock(tx, driverId), body));
  }

  async keep(tx: Tx, driver: Pick<Driver, 'id'>, said: NewFeedback): Promise<FeedbackView> {
    const known = said.id ? await tx.one<Row>(`select ${columns} from ${from} where f.id = $1 and f.driver_id = $2`, [said.id, driver.id]) : undefined;
    if (known) {
      tx.withoutAudit('sent again');
      return this.view(tx, known);
    }
    const now = this.clock.now();
    const givenAt = said.given_at ? new Date(said.given_at) : now;
    if (givenAt.getTime() > now.getTime() + 60_000) throw invalid('FEEDBACK_IN_FUTURE', 'given_at lies in the future.');
    const shift = said.shift_id && said.source !== 'peer' ? await tx.one('select 1 as one from driver_module.shift where id = $1 and driver_id = $2', [said.shift_id, driver.id]) : true;
    if (said.shift_id && !shift) throw notFound('shift of this driver', said.shift_id);
    const id = said.id ?? randomUUID();
    const sealed = await this.sealer.sealSaid(tx, driver.id, 'feedback', { text: said.text });
    await conflictOn(taken, () =>
      tx.sql(
        `insert into driver_module.feedback (id, account_id, driver_id, subject_id, source, author_driver_id, given_by, shift_id, topic, rating, text_sealed, state, given_at, created_at)
         values ($1, $2, $3, $3, $4, $5, $6, $7, $8, $9, $10, 'pending', $11, $12)`,
        [id, tx.accountId, driver.id, said.source, said.author_driver_id ?? null, tx.actor.id, said.shift_id ?? null, said.topic, said.rating, sealed, givenAt, now],
      ),
    );
    await record(tx, { action: 'driver_module.feedback.given', subject: { type: 'driver', id: driver.id }, data: { feedback_id: id, source: said.source, topic: said.topic, rating: said.rating } });
    return this.get(tx, id);
  }

  /** Published it counts from the day it was given; rejected after that, it counts no more. */
  async moderate(actor: Actor, id: string, to: 'published' | 'rejected', version: number | undefined): Promise<FeedbackView> {
    return this.db.write(actor, async (tx) => {
      const driver = await this.drivers.lock(tx, (await this.get(tx, id)).driver_id);
      const before = await this.get(tx, id);
      expectVersion(before.version, version);
      if (before.state === to) throw rule('FEEDBACK_STATE_REFUSED', `It is ${to} already.`);
      await tx.sql('update driver_module.feedback set state = $2, moderated_by = $3, moderated_at = $4, version = version + 1 where id = $1', [id, to, actor.id, this.clock.now()]);
      if (to === 'published') {
        const { rating_counts_days } = await this.settings.of(tx, before.given_at);
        const validTo = new Date(before.given_at.getTime() + rating_counts_days * 86_400_000);
        await this.scores.add(tx, driver.id, { name: `rating_${before.topic}`, value: before.rating, unit: 'stars', valid_from: before.given_at, valid_to: validTo, source: scoreSource, source_id: id });
      } else {
        await this.scores.retract(tx, driver.id, scoreSource, id);
      }
      await this.history.note(tx, driver.id, { action: `feedback_${to}`, facts: { feedback_id: id, rating: before.rating, topic: before.topic } });
      await record(tx, { action: `driver_module.feedback.${to}`, subject: { type: 'driver', id: driver.id }, data: { feedback_id: id } });
      return this.get(tx, id);
    });
  }

  async list(actor: Actor, query: FeedbackQuery, driverId?: string): Promise<Page<FeedbackView>> {
    return this.db.read(actor, async (tx) => this.page(tx, query, driverId && (await this.drivers.find(tx, driverId)).id));
  }

  async page(tx: ReadTx, query: FeedbackQuery, driverId?: string): Promise<Page<FeedbackView>> {
    const where = new Where()
      .and('f.account_id = ?', tx.accountId)
      .and('o.park_id = any(?)', tx.actor.parkIds ?? undefined)
      .and('f.driver_id = ?', driverId)
      .and('f.state = ?', query.state)
      .and('f.source = ?', query.source)
      .and('f.topic = ?', query.topic);
    const page = await listPage<Row>(tx, { select: columns, from, where, sorts: { given_at: { sql: 'f.given_at', type: 'timestamptz' } }, defaultSort: '-given_at', key: { sql: 'f.id', type: 'uuid' } }, query);
    return { ...page, items: await this.views(tx, page.items) };
  }

  /** From the score inputs that hold now, so that it agrees with what is computed elsewhere. */
  async rating(tx: ReadTx, driverId: string): Promise<RatingView> {
    const rows = await tx.sql<RatingOfTopicView>(
      `select substr(name, 8) as topic, round(avg(value), 2)::float8 as average, count(*)::int as count from driver_module.score_input
        where driver_id = $1 and source = $2 and retracted_at is null and valid @> $3::timestamptz group by name order by name`,
      [driverId, scoreSource, this.clock.now()],
    );
    const count = rows.reduce((sum, row) => sum + row.count, 0);
    const total = rows.reduce((sum, row) => sum + Number(row.average) * row.count, 0);
    return { average: count === 0 ? null : Math.round((total / count) * 100) / 100, count, topics: rows };
  }

  private async get(tx: ReadTx, id: string): Promise<FeedbackView> {
    const row = await tx.one<Row>(`select ${columns} from ${from} where f.id = $1 and ($2::uuid[] is null or o.park_id = any($2))`, [id, tx.actor.parkIds]);
    if (!row) throw notFound('feedback', id);
    return this.view(tx, row);
  }

  private async view(tx: ReadTx, row: Row): Promise<FeedbackView> {
    return (await this.views(tx, [row]))[0] as FeedbackView;
  }

  private async views(tx: ReadTx, rows: readonly Row[]): Promise<FeedbackView[]> {
    const texts = await this.sealer.openMany<{ text: string }>(
      tx,
      'feedback',
      rows.map((row) => ({ subjectId: row.subject_id, sealed: row.text_sealed })),
    );
    return rows.map((row, i) => ({ ...row, text: texts[i]?.text ?? null }));
  }
}
