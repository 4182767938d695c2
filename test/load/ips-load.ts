import { connect } from 'node:net';

export interface IpsTracker {
  login: Buffer;
  /** Messages, each answered by one line. */
  messages: Buffer[];
}

const linesInFlight = 50;

/** Trackers on connections of their own send all they have, some messages ahead of the answers. Resolves with the messages acknowledged as stored. */
export async function sendIps(port: number, trackers: readonly IpsTracker[], acknowledged: RegExp): Promise<number> {
  const counts = await Promise.all(trackers.map((tracker) => sendOne(port, tracker, acknowledged)));
  return counts.reduce((sum, n) => sum + n, 0);
}

function sendOne(port: number, { login, messages }: IpsTracker, acknowledged: RegExp): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    let sent = 0;
    let answered = 0;
    let stored = 0;
    let rest = '';
    const more = (): void => {
      const upTo = Math.min(messages.length, answered + linesInFlight);
      if (upTo - sent < linesInFlight / 2 && upTo < messages.length) return;
      if (upTo > sent) socket.write(Buffer.concat(messages.slice(sent, upTo)));
      sent = upTo;
    };
    socket.once('error', reject);
    socket.once('close', () => (answered === messages.length ? resolve(stored) : reject(new Error(`the connection ended after ${answered} of ${messages.length} answers`))));
    socket.on('data', (chunk: Buffer) => {
      const lines = (rest + chunk.toString('latin1')).split('\r\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (line.startsWith('#AL#')) {
          if (line !== '#AL#1') return void socket.destroy(new Error(`not let in: ${line}`));
          continue;
        }
        answered += 1;
        if (acknowledged.test(line)) stored += 1;
      }
      if (answered === messages.length) socket.end();
      else more();
    });
    socket.write(login);
    more();
  });
}
