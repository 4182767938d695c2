import { Injectable } from '@nestjs/common';
import type { Response } from 'express';
import { record } from '@fleet/platform/audit';
import { Clock } from '@fleet/platform/clock';
import { Db, type Actor, type ReadTx } from '@fleet/platform/database';
import type { ListQuery, Page } from '@fleet/platform/http';
import { DocumentStore } from '../documents/document.store';
import { DriverHistory } from '../drivers/driver-history';
import { DriverProfiles } from '../drivers/driver-profiles';
import type { Driver } from '../drivers/driver.entity';
import { DriverService } from '../drivers/driver.service';
import { Feedback } from '../feedback/feedback.service';
import { subjectsOf } from '../files/driver-files';
import { StatusReports } from '../me/status-reports';
import { Checklist } from '../onboarding/checklist.service';
import { ScoreInputs } from '../scores/score-inputs';
import { ShiftStore } from '../shifts/shift.store';

type Lister = (query: ListQuery) => Promise<Page<object>>;

/** Inner columns that mean nothing to the person. */
const hidden = /_sealed$|_index$|^(_sort|_key|name_tokens|subject_id|author_driver_id|given_by|account_id)$/;

/** Everything kept about one person, in a form they can take along. */
@Injectable()
export class PersonalData {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly drivers: DriverService,
    private readonly profiles: DriverProfiles,
    private readonly checklist: Checklist,
    private readonly documents: DocumentStore,
    private readonly shifts: ShiftStore,
    private readonly reports: StatusReports,
    private readonly feedback: Feedback,
    private readonly scores: ScoreInputs,
    private readonly history: DriverHistory,
  ) {}

  async send(actor: Actor, driverId: string, res: Response): Promise<void> {
    const data = await this.db.write(actor, async (tx) => {
      const driver = await this.drivers.find(tx, driverId);
      await record(tx, { action: 'driver_module.personal_data.exported', subject: { type: 'driver', id: driver.id } });
      return this.collect(tx, driver);
    });
    res.setHeader('content-disposition', `attachment; filename="driver-${data.driver_no}.json"`);
    res.setHeader('cache-control', 'no-store');
    res.type('application/json').send(JSON.stringify(data, (key, value: unknown) => (hidden.test(key) ? undefined : value), 2));
  }

  private async collect(tx: ReadTx, driver: Driver): Promise<Record<string, unknown>> {
    const { id } = driver;
    return {
      exported_at: this.clock.now(),
      driver_no: driver.driver_no,
      profile: await this.profiles.view(tx, driver),
      checklist: (await this.checklist.of(tx, id)).items,
      documents: await all((query) => this.documents.page(tx, query, id)),
      files: await this.filesOf(tx, id),
      shifts: await all(async (query) => {
        const page = await this.shifts.page(tx, query, id);
        return { ...page, items: await this.shifts.views(tx, page.items) };
      }),
      status_reports: await all((query) => this.reports.page(tx, query, id)),
      feedback: await all((query) => this.feedback.page(tx, { ...query, state: 'published' }, id)),
      score_inputs: await all((query) => this.scores.page(tx, id, query)),
      history: await all((query) => this.history.list(tx, id, query)),
    };
  }

  private async filesOf(tx: ReadTx, driverId: string): Promise<object[]> {
    return tx.sql(`select id, purpose, content_type, size_bytes::int as size_bytes, created_at from files.stored_file where subject_id = any($1::uuid[]) and erased_at is null order by created_at`, [await subjectsOf(tx, driverId)]);
  }
}

async function all(list: Lister): Promise<object[]> {
  const items: object[] = [];
  let cursor: string | undefined;
  do {
    const page = await list({ limit: 500, ...(cursor ? { cursor } : {}) });
    items.push(...page.items);
    cursor = page.next_cursor ?? undefined;
  } while (cursor);
  return items;
}
