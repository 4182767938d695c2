import type { AddressInfo } from 'node:net';
import type { Type } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import supertest from 'supertest';
import { Clock } from '@fleet/platform/clock';
import type { Config } from '@fleet/platform/config';
import { createApp } from '../../apps/server/src/create-app';
import { testDatabase, type TestDatabase } from './database';

export type Agent = ReturnType<typeof supertest.agent>;

/** The house's clock in the hands of a test: it runs, and jumps when told to. */
export interface TestClock {
  now(): Date;
  advance(by: { seconds?: number; minutes?: number; hours?: number }): void;
  /** Back to the true time. */
  reset(): void;
}

export interface TestApp {
  /** Sends requests as nobody; `as` sends them with a token. */
  request: Agent;
  as(token: string): Agent;
  url: string;
  db: TestDatabase;
  app: NestExpressApplication;
  config: Config;
  clock: TestClock;
  close(): Promise<void>;
}

/** The whole server on a database of its own, listening on loopback. Settings are named as in the environment; `more` adds modules. */
export async function testApp(settings: Record<string, string> = {}, more: Type[] = [], via?: (appUrl: string) => Promise<string>): Promise<TestApp> {
  return testAppOn(await testDatabase(settings, via), more);
}

/** The server again on a database that another one has used, as after a restart. */
export async function testAppOn(db: TestDatabase, more: Type[] = []): Promise<TestApp> {
  try {
    const app = await createApp(db.config, more);
    await app.listen(0, '127.0.0.1');
    const url = `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`;
    return {
      request: supertest.agent(url),
      as: (token) => supertest.agent(url).auth(token, { type: 'bearer' }),
      url,
      db,
      app,
      config: db.config,
      clock: takeClock(app.get(Clock)),
      close: async () => {
        await app.close();
        await db.close();
      },
    };
  } catch (error) {
    await db.close();
    throw error;
  }
}

function takeClock(clock: Clock): TestClock {
  let aheadMs = 0;
  clock.now = () => new Date(Date.now() + aheadMs);
  return {
    now: () => clock.now(),
    advance: ({ seconds = 0, minutes = 0, hours = 0 }) => {
      aheadMs += ((hours * 60 + minutes) * 60 + seconds) * 1000;
    },
    reset: () => {
      aheadMs = 0;
    },
  };
}
