import { Injectable } from '@nestjs/common';
import { Erasure } from '@fleet/platform/crypto';
import { statement, type Tx } from '@fleet/platform/database';
import { FileStore } from '@fleet/platform/files';
import { Idempotency } from '@fleet/platform/http';
import { indexWords } from '../intake/event.store';
import { subjectOf } from '../rules/identity';
import { labelOf } from '../rules/kinds';
import { searchTexts } from '../rules/words';

interface Telling {
  id: string;
  type: string;
  kind: string;
  reference: string | null;
  plate: string | null;
  details: Record<string, unknown>;
}

/** Every event that is, or ever was, attributed to the person: a text may have been written while it was. */
const ofPerson = statement<Telling>(`
  select e.id, e.type, e.kind, e.reference, e.plate, e.details from event_log.standing e
   where e.id in (select a.event_id from event_log.attribution a where a.driver_id = any($1::uuid[]))`);
const withKeys = statement<{ subject_id: string }>('select subject_id from crypto.subject_key where subject_id = any($1::uuid[])');
const silence = statement<object>(`
  update event_log.standing e set said_sealed = null, version = e.version + 1,
    search = case when r.search is null then null else setweight(to_tsvector('simple', r.search->>'a'), 'A') || setweight(to_tsvector('simple', r.search->>'c'), 'C') end
   from jsonb_to_recordset($1::jsonb) r (id uuid, search jsonb) where e.id = r.id`);

/** Forgets a person here: what was written about their events is unreadable and found no more; that the events were, stays. */
@Injectable()
export class Forgetting {
  constructor(
    private readonly erasure: Erasure,
    private readonly files: FileStore,
    private readonly answers: Idempotency,
  ) {}

  /** Answers how many events lost their words. */
  async forget(tx: Tx, driverIds: readonly string[]): Promise<number> {
    const events = await tx.sql(ofPerson, [driverIds]);
    const subjects = new Map(events.map((event) => [subjectOf(tx.accountId, event.id), event]));
    const keys = await tx.sql(withKeys, [[...subjects.keys()]]);
    const silent = keys.map((key) => subjects.get(key.subject_id) as Telling);
    const quiet = silent.map((event) => ({ id: event.id, search: searchTexts({ ...event, title: event.type === 'trip' || event.type === 'system' ? null : labelOf(event.type, event.kind), text: null }) }));
    await tx.sql(silence, [JSON.stringify(quiet)]);
    await indexWords(tx, quiet.map((event) => event.id));
    for (const { subject_id } of keys) {
      await this.files.eraseOfSubject(tx, subject_id);
      await this.erasure.erase(tx, subject_id, 'the driver asked to be forgotten');
    }
    if (silent.length > 0) await this.answers.forget(tx, silent.map((event) => event.id), null);
    return silent.length;
  }
}
