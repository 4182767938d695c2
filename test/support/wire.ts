import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

export interface Wire {
  /** The same address through the wire. */
  lead(url: string): Promise<string>;
  /** Every connection breaks and new ones are refused, as when the other machine dies. */
  cut(): Promise<void>;
  mend(): Promise<void>;
  close(): Promise<void>;
}

/** A TCP connection that a test can cut, between the server and its database. */
export function wire(): Wire {
  const ends = new Set<Socket>();
  let server: Server | undefined;
  let target = { host: '127.0.0.1', port: 0 };
  let port = 0;
  const mend = (): Promise<void> =>
    new Promise((resolve, reject) => {
      server = createServer((near) => {
        const far = connect(target);
        for (const [end, other] of [
          [near, far],
          [far, near],
        ] as const) {
          ends.add(end);
          end.on('error', () => undefined);
          end.on('close', () => {
            ends.delete(end);
            other.destroy();
          });
        }
        near.pipe(far).pipe(near);
      });
      server.once('error', reject);
      server.listen(port, '127.0.0.1', () => {
        port = (server?.address() as AddressInfo).port;
        resolve();
      });
    });
  const cut = async (): Promise<void> => {
    const closed = new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
    for (const end of ends) end.resetAndDestroy();
    server = undefined;
    await closed;
  };
  return {
    lead: async (text) => {
      const url = new URL(text);
      target = { host: url.hostname, port: Number(url.port || 5432) };
      await mend();
      url.hostname = '127.0.0.1';
      url.port = String(port);
      return url.toString();
    },
    cut,
    mend,
    close: cut,
  };
}
