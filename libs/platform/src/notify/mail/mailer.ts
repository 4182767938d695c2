import { Inject, Injectable } from '@nestjs/common';
import { createTransport } from 'nodemailer';
import { CONFIG, publicUrl, type Config } from '../../config';

export interface Letter {
  /** Stays the same however often it is sent, so that a mail server can tell a repeat. */
  id: string;
  to: string;
  subject: string;
  text: string;
}

const quickMs = 10_000;

/** The mail server, if the house has one. */
@Injectable()
export class Mailer {
  private readonly transport: ReturnType<typeof createTransport> | undefined;

  constructor(@Inject(CONFIG) private readonly config: Config) {
    const timeouts = { connectionTimeout: quickMs, greetingTimeout: quickMs, socketTimeout: 2 * quickMs, dnsTimeout: quickMs };
    if (config.SMTP_URL) this.transport = createTransport({ url: config.SMTP_URL, ...timeouts, disableFileAccess: true, disableUrlAccess: true });
  }

  get isConfigured(): boolean {
    return this.transport !== undefined;
  }

  async send({ id, to, subject, text }: Letter): Promise<void> {
    if (!this.transport) throw new Error('No mail server is configured (SMTP_URL).');
    await this.transport.sendMail({
      from: this.config.MAIL_FROM,
      // An object is taken as it is; a text would be parsed and might name several people.
      to: { name: '', address: to },
      subject,
      text,
      messageId: `<${id}@${new URL(publicUrl(this.config)).hostname}>`,
      headers: { 'Auto-Submitted': 'auto-generated' },
    });
  }
}

/** The server's last word: it will never take this one. */
export const isFinal = (error: unknown): boolean => ((error as { responseCode?: number }).responseCode ?? 0) >= 500;
