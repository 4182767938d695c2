import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { record } from '../../audit';
import { Clock } from '../../clock';
import { CONFIG, type Config } from '../../config';
import { Rotation, SecretBox } from '../../crypto';
import { conflictOn, Db, type Actor, type Tx } from '../../database';
import { conflict, expectVersion, invalid, listPage, notFound, rule, Where, type ListQuery, type Page } from '../../http';
import { declaredEvents } from '../../outbox';
import { pingType } from '../events';
import { wakeSenders } from '../lanes';
import { unknownTypes } from '../rules/event-types';
import { newWebhookSecret } from '../rules/signature';
import type { EndpointView } from './endpoint.dto';
import { RefusedAddress, resolveAllowed } from './post';

export const secretPlace = (id: string): string => `notify.endpoint.secret:${id}`;
export const oldSecretPlace = (id: string): string => `notify.endpoint.old_secret:${id}`;

const columns = `e.id, e.name, e.url, e.event_types, e.state, e.disabled_reason, e.failing_since, e.last_success_at, e.old_secret_until, e.created_by, e.created_at, e.version,
  (select count(*)::int from notify.delivery d where d.endpoint_id = e.id and d.state = 'pending') as waiting`;
const nameTaken = { endpoint_name_key: ['ENDPOINT_NAME_TAKEN', 'Another endpoint has this name.'] as [string, string] };
const endpointMax = 50;
const lookUpMs = 3000;

interface Wanted {
  name: string;
  url: string;
  event_types: string[];
}

/** Programs that want to hear what happens: where they are, what they hear, and the secret they check signatures with. */
@Injectable()
export class Endpoints implements OnModuleInit {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly box: SecretBox,
    private readonly rotation: Rotation,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  onModuleInit(): void {
    this.rotation.alsoRewrap({ table: 'notify.endpoint', id: 'id', column: 'secret_sealed', place: secretPlace });
    this.rotation.alsoRewrap({ table: 'notify.endpoint', id: 'id', column: 'old_secret_sealed', place: oldSecretPlace });
  }

  list(actor: Actor, query: ListQuery): Promise<Page<EndpointView>> {
    const spec = {
      select: columns,
      from: 'notify.endpoint e',
      where: new Where().and('e.account_id = ?', actor.accountId),
      sorts: { name: { sql: 'lower(e.name)', type: 'text' as const } },
      defaultSort: 'name',
      key: { sql: 'e.id', type: 'uuid' as const },
    };
    return this.db.read(actor, (tx) => listPage<EndpointView>(tx, spec, query));
  }

  async get(actor: Actor, id: string): Promise<EndpointView> {
    return this.db.read(actor, async (tx) => {
      const row = await tx.one<EndpointView>(`select ${columns} from notify.endpoint e where e.account_id = $1 and e.id = $2`, [actor.accountId, id]);
      if (!row) throw notFound('webhook', id);
      return row;
    });
  }

  async register(actor: Actor, wanted: Wanted): Promise<EndpointView> {
    this.refuseUnknownTypes(wanted.event_types);
    await this.refuseUnreachable(wanted.url);
    const id = randomUUID();
    const secret = newWebhookSecret();
    return this.db.write(actor, async (tx) => {
      // Registrations of one account take turns, so that the limit is one.
      await tx.sql(`select pg_advisory_xact_lock(hashtextextended('notify.endpoint:' || $1, 0))`, [actor.accountId]);
      const [count] = await tx.sql<{ n: number }>(`select count(*)::int as n from notify.endpoint where account_id = $1`, [actor.accountId]);
      if ((count?.n ?? 0) >= endpointMax) throw rule('TOO_MANY_ENDPOINTS', `An account has at most ${endpointMax} webhooks.`);
      await conflictOn(nameTaken, () =>
        tx.sql(`insert into notify.endpoint (id, account_id, name, url, event_types, secret_sealed, state, created_by, created_at) values ($1, $2, $3, $4, $5, $6, 'active', $7, $8)`, [
          id,
          actor.accountId,
          wanted.name,
          wanted.url,
          wanted.event_types,
          this.box.seal(secretPlace(id), secret),
          actor.id,
          this.clock.now(),
        ]),
      );
      await record(tx, { action: 'notify.endpoint.registered', subject: { type: 'endpoint', id }, data: { host: new URL(wanted.url).host, event_types: wanted.event_types } });
      return { ...(await this.get(actor, id)), secret };
    });
  }

  async amend(actor: Actor, id: string, change: Partial<Wanted>, version?: number): Promise<EndpointView> {
    if (change.event_types) this.refuseUnknownTypes(change.event_types);
    if (change.url !== undefined) await this.refuseUnreachable(change.url);
    return this.changed(actor, id, 'amended', { version, data: { ...(change.url ? { host: new URL(change.url).host } : {}), ...(change.event_types ? { event_types: change.event_types } : {}) } }, (tx) =>
      conflictOn(nameTaken, () =>
        tx.sql(`update notify.endpoint set name = coalesce($2, name), url = coalesce($3, url), event_types = coalesce($4, event_types), version = version + 1 where id = $1`, [
          id,
          change.name ?? null,
          change.url ?? null,
          change.event_types ?? null,
        ]),
      ),
    );
  }

  /** What waits for it goes with it. */
  async remove(actor: Actor, id: string): Promise<void> {
    await this.db.write(actor, async (tx) => {
      if ((await tx.execute(`delete from notify.endpoint where id = $1 and account_id = $2`, [id, actor.accountId])) === 0) throw notFound('webhook', id);
      await record(tx, { action: 'notify.endpoint.removed', subject: { type: 'endpoint', id } });
    });
  }

  async rotateSecret(actor: Actor, id: string, overlapH = 24): Promise<EndpointView> {
    const secret = newWebhookSecret();
    const view = await this.changed(actor, id, 'secret_rotated', {}, async (tx) => {
      const row = await tx.one<{ secret_sealed: Buffer }>(`select secret_sealed from notify.endpoint where id = $1`, [id]);
      const old = row && overlapH > 0 ? this.box.seal(oldSecretPlace(id), this.box.open(secretPlace(id), row.secret_sealed)) : null;
      await tx.sql(`update notify.endpoint set secret_sealed = $2, old_secret_sealed = $3, old_secret_until = $4, version = version + 1 where id = $1`, [
        id,
        this.box.seal(secretPlace(id), secret),
        old,
        old ? new Date(this.clock.now().getTime() + overlapH * 3_600_000) : null,
      ]);
    });
    return { ...view, secret };
  }

  pause(actor: Actor, id: string): Promise<EndpointView> {
    return this.changed(actor, id, 'paused', {}, async (tx) => {
      const paused = await tx.execute(`update notify.endpoint set state = 'paused', version = version + 1 where id = $1 and state = 'active'`, [id]);
      if (paused === 0) throw conflict('ENDPOINT_NOT_ACTIVE', 'This webhook is not active, so it cannot be paused.');
    });
  }

  /** From a pause or after it was disabled; what waits is sent at once. */
  resume(actor: Actor, id: string): Promise<EndpointView> {
    return this.changed(actor, id, 'resumed', {}, async (tx) => {
      const resumed = await tx.execute(`update notify.endpoint set state = 'active', disabled_reason = null, failing_since = null, version = version + 1 where id = $1 and state <> 'active'`, [id]);
      if (resumed === 0) throw conflict('ENDPOINT_ACTIVE', 'This webhook is active already.');
      await tx.sql(`update notify.delivery set due_at = $2 where endpoint_id = $1 and state = 'pending' and due_at > $2`, [id, this.clock.now()]);
      tx.afterCommit(wakeSenders);
    });
  }

  /** Sends a test; the delivery says what became of it. Answers its id. */
  async ping(actor: Actor, id: string): Promise<string> {
    return this.db.write(actor, async (tx) => {
      const endpoint = await this.locked(tx, id);
      if (endpoint.state !== 'active') throw conflict('ENDPOINT_NOT_ACTIVE', 'This webhook is not active. Resume it to test it.');
      const now = this.clock.now();
      const [eventId, deliveryId] = [randomUUID(), randomUUID()];
      const body = JSON.stringify({ id: eventId, type: pingType, version: 1, account_id: actor.accountId, at: now.toISOString(), data: { endpoint_id: id } });
      await tx.sql(
        `insert into notify.delivery (id, account_id, endpoint_id, event_id, type, body, state, due_at, created_at) values ($1, $2, $3, $4, $5, $6, 'pending', $7, $7)`,
        [deliveryId, actor.accountId, id, eventId, pingType, body, now],
      );
      await record(tx, { action: 'notify.endpoint.pinged', subject: { type: 'endpoint', id } });
      tx.afterCommit(wakeSenders);
      return deliveryId;
    });
  }

  private async changed(actor: Actor, id: string, deed: string, { version, data }: { version?: number; data?: Record<string, unknown> }, work: (tx: Tx) => Promise<unknown>): Promise<EndpointView> {
    return this.db.write(actor, async (tx) => {
      expectVersion((await this.locked(tx, id)).version, version);
      await work(tx);
      await record(tx, { action: `notify.endpoint.${deed}`, subject: { type: 'endpoint', id }, ...(data ? { data } : {}) });
      return this.get(actor, id);
    });
  }

  private async locked(tx: Tx, id: string): Promise<{ version: number; state: string }> {
    const row = await tx.one<{ version: number; state: string }>(`select version, state from notify.endpoint where id = $1 and account_id = $2 for update`, [id, tx.accountId]);
    if (!row) throw notFound('webhook', id);
    return row;
  }

  private refuseUnknownTypes(types: string[]): void {
    const unknown = unknownTypes(types, declaredEvents());
    if (types.length === 0 || unknown.length > 0) throw invalid('UNKNOWN_EVENT_TYPE', types.length === 0 ? 'Name at least one event.' : `There is no event ${unknown.join(', ')}.`, { facts: { known: declaredEvents() } });
  }

  private async refuseUnreachable(url: string): Promise<void> {
    try {
      await resolveAllowed(url, this.config.WEBHOOK_ALLOW_PRIVATE, AbortSignal.timeout(lookUpMs));
    } catch (error) {
      if (error instanceof RefusedAddress) throw rule(error.fault.code, error.fault.detail);
      throw rule('WEBHOOK_HOST_UNKNOWN', 'The host of this address was not found.');
    }
  }
}
