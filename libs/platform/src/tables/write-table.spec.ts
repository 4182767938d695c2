import express from 'express';
import { once } from 'node:events';
import { get, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { invalid } from '../http/refusal';
import { sendTable, type Column } from './write-table';

const columns: Column<{ text: string }>[] = [{ name: 'text', value: (row) => row.text }];

describe('sending a table', () => {
  let server: Server;
  let ended: Promise<unknown>;
  async function* endless(): AsyncGenerator<{ text: string }[]> {
    for (;;) yield Array.from({ length: 100 }, () => ({ text: 'x'.repeat(1000) }));
  }
  async function* refusing(): AsyncGenerator<{ text: string }[]> {
    throw invalid('UNKNOWN_SORT', 'no');
  }

  beforeAll(async () => {
    const app = express();
    app.get('/endless', (_req, res) => {
      ended = sendTable(res, 'things', 'csv', columns, endless());
    });
    app.get('/refusing/:format', (req, res) => {
      sendTable(res, 'things', req.params.format as 'csv', columns, refusing()).catch((error: { code: string }) => res.status(400).send(error.code));
    });
    server = app.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterAll(() => server.close());
  const url = (path: string): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;

  it('ends when its reader leaves', async () => {
    const request = get(url('/endless'));
    const [response] = (await once(request, 'response')) as [NodeJS.ReadableStream & { destroy(): void }];
    await once(response, 'readable');
    // Long enough for the sender to wait for its reader.
    await new Promise((resolve) => setTimeout(resolve, 50));
    response.destroy();
    await ended;
  });

  it.each(['csv', 'xlsx'])('as %s refuses before the first byte', async (format) => {
    const answer = await fetch(url(`/refusing/${format}`));
    expect(answer.status).toBe(400);
    expect(await answer.text()).toBe('UNKNOWN_SORT');
    expect(answer.headers.get('content-disposition')).toBeNull();
  });
});
