import { Inject, Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { randomInt, randomUUID } from 'node:crypto';
import { Clock } from '../../clock';
import { CONFIG, type Config } from '../../config';
import { SecretBox } from '../../crypto';
import { record } from '../../audit';
import { Db, systemActor, type Tx } from '../../database';
import { emit } from '../../outbox';
import { EndpointDisabled, pingType } from '../events';
import { Lanes } from '../lanes';
import { pauseMs, retryAfterMs, webhookPausesMs } from '../rules/back-off';
import { signedHeaders } from '../rules/signature';
import { deliveryStore, type DueDelivery, type Outcome } from './delivery-store';
import { oldSecretPlace, secretPlace } from './endpoint.service';
import { postWebhook, RefusedAddress, type Answer } from './post';

export interface SenderOptions {
  pollMs: number;
  concurrency: number;
  /** Added to the time a receiver may take; after it another worker may send again, under the same id. */
  leaseSpareMs: number;
}

const defaults: SenderOptions = { pollMs: 1000, concurrency: 24, leaseSpareMs: 30_000 };
const hourMs = 3_600_000;

/** Sends what is due, signed, and notes what became of it. A crash between the two sends it again with the same webhook-id. */
@Injectable()
export class WebhookSender implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log = new Logger('notify');
  private readonly by = randomUUID();
  private lanes: Lanes<DueDelivery> | undefined;

  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly box: SecretBox,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  onApplicationBootstrap(): void {
    if (this.config.FLEET_ROLES.includes('worker')) this.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.stop();
  }

  start(options: Partial<SenderOptions> = {}): void {
    const { pollMs, concurrency, leaseSpareMs } = { ...defaults, ...options };
    const leaseMs = this.config.WEBHOOK_TIMEOUT_MS + leaseSpareMs;
    this.lanes = new Lanes({ pollMs, concurrency }, (limit) => deliveryStore.claim(this.db, this.clock.now(), limit, leaseMs, this.by), (due) => this.deliver(due));
    this.lanes.start();
  }

  async stop(): Promise<void> {
    await this.lanes?.stop();
    this.lanes = undefined;
  }

  private async deliver(due: DueDelivery): Promise<void> {
    const began = performance.now();
    const tried = await this.send(due).catch((error: Error) => error);
    const outcome = { ...this.judge(due, tried), tookMs: performance.now() - began };
    await this.db.write(systemActor(due.account_id, 'notify.send_webhook'), async (tx) => {
      tx.withoutAudit('the delivery row says what was sent');
      if (!(await deliveryStore.finish(tx, due.id, this.by, outcome, this.clock.now()))) return;
      if (outcome.state === 'delivered') await this.noteSuccess(tx, due);
      else await this.noteFailure(tx, due, tried);
    });
    if (outcome.state !== 'delivered') this.log.debug({ delivery: due.id, endpoint: due.endpoint_id, status: outcome.status, error: outcome.error }, `${due.type} was not delivered`);
  }

  private send(due: DueDelivery): Promise<Answer> {
    const now = this.clock.now();
    const secrets = [this.box.openText(secretPlace(due.endpoint_id), due.secret_sealed)];
    if (due.old_secret_sealed && due.old_secret_until && due.old_secret_until > now) secrets.push(this.box.openText(oldSecretPlace(due.endpoint_id), due.old_secret_sealed));
    const options = { timeoutMs: this.config.WEBHOOK_TIMEOUT_MS, allowPrivate: this.config.WEBHOOK_ALLOW_PRIVATE };
    return postWebhook(due.url, signedHeaders(due.event_id, now, due.body, secrets), due.body, options);
  }

  private judge(due: DueDelivery, tried: Answer | Error): Omit<Outcome, 'tookMs'> {
    const now = this.clock.now();
    const answered = tried instanceof Error ? undefined : tried;
    const facts = { dueAt: now, status: answered?.status ?? null, answer: answered?.text ?? null };
    if (answered && answered.status >= 200 && answered.status < 300) return { ...facts, state: 'delivered', error: null };
    const error = tried instanceof Error ? tried.message.slice(0, 500) : reasonOf(tried.status);
    const pause = pauseMs(webhookPausesMs, due.attempts + 1, randomInt(1001) / 1000, retryAfterMs(answered?.retryAfter, now));
    const over = pause === undefined || due.type === pingType;
    return over ? { ...facts, state: 'dead', error } : { ...facts, state: 'pending', error, dueAt: new Date(now.getTime() + pause) };
  }

  private async noteSuccess(tx: Tx, due: DueDelivery): Promise<void> {
    // At most one write a minute: a busy endpoint's row would become the queue of everybody who sends to it.
    await tx.execute(
      `update notify.endpoint set failing_since = null, last_success_at = $2
        where id = $1 and (failing_since is not null or last_success_at is null or last_success_at < $2::timestamptz - interval '1 minute')`,
      [due.endpoint_id, this.clock.now()],
    );
  }

  private async noteFailure(tx: Tx, due: DueDelivery, tried: Answer | Error): Promise<void> {
    if (due.type === pingType) return;
    const now = this.clock.now();
    const gone = !(tried instanceof Error) && tried.status === 410;
    const forbidden = tried instanceof RefusedAddress;
    await tx.execute(`update notify.endpoint set failing_since = $2 where id = $1 and failing_since is null`, [due.endpoint_id, now]);
    const reason = gone ? 'The receiver says it is gone for good (410).' : forbidden ? 'Its address leads where webhooks must not go.' : `It has not taken anything for ${this.config.WEBHOOK_DISABLE_AFTER_H} hours.`;
    const disabled = await tx.one<{ name: string }>(
      `update notify.endpoint set state = 'disabled', disabled_reason = $2, version = version + 1
        where id = $1 and state = 'active' and ($3 or failing_since < $4) returning name`,
      [due.endpoint_id, reason, gone || forbidden, new Date(now.getTime() - this.config.WEBHOOK_DISABLE_AFTER_H * hourMs)],
    );
    if (!disabled) return;
    await record(tx, { action: 'notify.endpoint.disabled', subject: { type: 'endpoint', id: due.endpoint_id }, reason });
    await emit(tx, EndpointDisabled, { endpoint_id: due.endpoint_id, name: disabled.name, reason });
  }
}

const reasonOf = (status: number): string => (status >= 300 && status < 400 ? `answered ${status}: redirects are not followed` : `answered ${status}`);
