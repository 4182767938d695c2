import type { Pool, PoolClient } from 'pg';
import { Db } from '@fleet/platform/database';
import { testApp, type TestApp } from '../support/app';
import { until } from '../support/until';

/** pg's own, which its types do not show. */
type Inner = PoolClient & { connection: { stream: { destroy(): void } } };

describe('the bus of device links', () => {
  let app: TestApp;
  let pool: Pool;
  beforeAll(async () => {
    app = await testApp();
    pool = app.app.get(Db).pool;
  });
  afterAll(() => app.close());

  const listening = async (): Promise<number[]> => {
    const { rows } = await pool.query<{ pid: number }>(`select pid from pg_stat_activity where datname = current_database() and query = 'listen access_control'`);
    return rows.map((row) => row.pid);
  };

  /** Breaks connections in the moment they are told to listen. */
  const breakNext = (times: number): (() => number) => {
    let broken = 0;
    const onAcquire = (client: PoolClient): void => {
      const { query } = client;
      client.query = ((...args: unknown[]) => {
        client.query = query;
        if (args[0] === 'listen access_control' && broken < times) {
          broken += 1;
          (client as Inner).connection.stream.destroy();
        }
        return Reflect.apply(query, client, args) as unknown;
      }) as PoolClient['query'];
    };
    pool.on('acquire', onAcquire);
    return () => broken;
  };

  it('gives a connection back that broke while it was told to listen, and listens on another', async () => {
    const [first] = await listening();
    expect(first).toBeDefined();
    const broken = breakNext(2);
    await pool.query('select pg_terminate_backend($1)', [first]);
    await until(async () => broken() === 2 && (await listening()).length === 1);
    const [now] = await listening();
    expect(now).not.toBe(first);
    const held = (): (number | undefined)[] => {
      const { _clients, _idle } = pool as unknown as { _clients: { processID?: number }[]; _idle: { client: unknown }[] };
      return _clients.filter((client) => !_idle.some((idle) => idle.client === client)).map((client) => client.processID);
    };
    await until(() => held().length === 1);
    expect(held()).toEqual([now]);
  });
});
