import { Inject, Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { randomInt, randomUUID } from 'node:crypto';
import { Clock } from '../../clock';
import { CONFIG, publicUrl, type Config } from '../../config';
import { PiiVault } from '../../crypto';
import { Db, systemActor, type ReadTx } from '../../database';
import { Lanes } from '../lanes';
import { mailPausesMs, pauseMs } from '../rules/back-off';
import { letterOf } from './letter';
import { isFinal, Mailer } from './mailer';
import { mailStore, type DueMail } from './mail-store';

export const addressPlace = 'notify.mail.address';
const emailPlace = 'auth.app_user.email';
const leaseMs = 300_000;

/** Sends what is due, one letter a recipient however much waits. Without a mail server it does not start, and nothing is written for it. */
@Injectable()
export class MailSender implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log = new Logger('notify');
  private readonly by = randomUUID();
  private lanes: Lanes<DueMail[]> | undefined;

  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly mailer: Mailer,
    private readonly vault: PiiVault,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  onApplicationBootstrap(): void {
    if (this.config.FLEET_ROLES.includes('worker') && this.mailer.isConfigured) this.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.lanes?.stop();
  }

  private start(): void {
    const claim = async (): Promise<DueMail[][]> => byRecipient(await mailStore.claim(this.db, this.clock.now(), leaseMs, this.by));
    this.lanes = new Lanes({ pollMs: 2000, concurrency: 2 }, claim, (mails) => this.deliver(mails));
    this.lanes.start();
  }

  private async deliver(mails: DueMail[]): Promise<void> {
    const [first] = mails;
    if (!first) return;
    const actor = systemActor(first.account_id, 'notify.send_mail');
    const address = await this.db.read(actor, (tx) => (first.user_id ? this.addressOf(tx, first.user_id) : this.vault.open(tx, first.rule_id ?? '', addressPlace, first.address_sealed)));
    const failure = address ? await this.post(first.id, address, mails) : new Gone();
    const now = this.clock.now();
    const pause = failure && !isFinal(failure) && !(failure instanceof Gone) ? pauseMs(mailPausesMs, first.attempts + 1, randomInt(1001) / 1000) : undefined;
    const state = failure === undefined ? 'sent' : pause === undefined ? 'dead' : 'pending';
    await this.db.write(actor, async (tx) => {
      tx.withoutAudit('the row of the e-mail says what was sent');
      await mailStore.finish(tx, mails.map((m) => m.id), this.by, state, new Date(now.getTime() + (pause ?? 0)), failure?.message.slice(0, 500) ?? null, now);
    });
    if (state === 'dead') this.log.warn({ mail: first.id, error: withoutAddresses(failure?.message ?? '') }, 'an e-mail was given up');
  }

  private async post(id: string, to: string, mails: DueMail[]): Promise<Error | undefined> {
    try {
      await this.mailer.send({ id, to, ...letterOf(mails, publicUrl(this.config)) });
      return undefined;
    } catch (error) {
      const known = error as Error & { responseCode?: number };
      return Object.assign(new Error(withoutAddresses(known.message)), { responseCode: known.responseCode });
    }
  }

  /** Null for whoever left the account meanwhile. */
  private async addressOf(tx: ReadTx, userId: string): Promise<string | null> {
    const row = await tx.one<{ email_sealed: Buffer }>(
      `select u.email_sealed from auth.membership m join auth.app_user u on u.id = m.user_id
        where m.account_id = $1 and m.user_id = $2 and m.disabled_at is null and u.disabled_at is null`,
      [tx.accountId, userId],
    );
    return row ? this.vault.open(tx, userId, emailPlace, row.email_sealed) : null;
  }
}

function byRecipient(mails: DueMail[]): DueMail[][] {
  const groups = new Map<string, DueMail[]>();
  for (const mail of mails) {
    const key = `${mail.account_id} ${mail.recipient}`;
    groups.set(key, [...(groups.get(key) ?? []), mail]);
  }
  return [...groups.values()];
}

class Gone extends Error {
  constructor() {
    super('The recipient is no longer there.');
  }
}

/** Mail servers quote addresses in what they refuse; neither the log nor a row keeps them. */
const withoutAddresses = (text: string): string => text.replaceAll(/[^\s<>"']+@[^\s<>"']+/g, '(address)');
