import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

export interface TestMail {
  from: string;
  to: string[];
  raw: string;
}

export interface Mailbox {
  /** As SMTP_URL. */
  url: string;
  mails: TestMail[];
  /** Undefined takes the mail; a code refuses it. */
  refuse: number | undefined;
  close(): Promise<void>;
}

/** A mail server on loopback that keeps what it is given. */
export async function mailbox(): Promise<Mailbox> {
  const mails: TestMail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        if (box.refuse) return done(Object.assign(new Error(`no room for ${session.envelope.rcptTo.map((r) => r.address).join()}`), { responseCode: box.refuse }));
        const { mailFrom, rcptTo } = session.envelope;
        mails.push({ from: mailFrom ? mailFrom.address : '', to: rcptTo.map((r) => r.address), raw: Buffer.concat(chunks).toString() });
        done();
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const box: Mailbox = {
    url: `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`,
    mails,
    refuse: undefined,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
  return box;
}
