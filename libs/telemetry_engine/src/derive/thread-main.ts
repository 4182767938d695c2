import 'reflect-metadata';
import { setPriority } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { Logger } from '@nestjs/common';
import { Clock } from '@fleet/platform/clock';
import { Db } from '@fleet/platform/database';
import { createLogger, NestLogger } from '@fleet/platform/observability';
import { Subscribers, useSubscribers } from '@fleet/platform/outbox';
import { VehicleLookup } from '@fleet/transport_registry';
import { MotionSettings } from '../detect/setting.service';
import { FenceBook } from '../geofences/fence-book';
import { Rollups } from '../rollup/rollups';
import type { Said, Start } from './derive-thread';
import { Deriver } from './deriver';
import { Rounds } from './rounds';

/** Two units at once, and one connection in reserve. */
const connections = 3;
/** Reads and samples go first where a core is short. */
const niceness = 10;
/**
 * At most this share of the time is spent computing while samples keep coming. Reading a vehicle costs more than its new samples
 * do, so the more vehicles there are the longer the pauses, and the more is read at once.
 */
const busyShare = 0.25;
const pauseMaxMs = 60_000;

/** The main thread knows who hears; here nobody hears, so only names are needed. */
class HeardElsewhere extends Subscribers {
  constructor(private readonly start: Start) {
    super();
  }

  override of({ name }: { name: string }): string[] {
    return this.start.heard[name] ?? [];
  }

  override get listenersSql(): string | undefined {
    return this.start.listenersSql;
  }
}

async function main(start: Start): Promise<void> {
  const { config } = start;
  Logger.overrideLogger(new NestLogger(createLogger(config.LOG_LEVEL)));
  giveWay();
  const stop = new AbortController();
  parentPort?.once('message', () => stop.abort());
  const db = new Db({ ...config, DATABASE_POOL_MAX: connections }, []);
  await db.onModuleInit();
  useSubscribers(new HeardElsewhere(start));
  const clock = new Clock();
  const deriver = new Deriver(db, clock, new MotionSettings(db, clock, new VehicleLookup()), new FenceBook());
  const rounds = new Rounds(db, deriver, new Rollups(db), (took, count) => parentPort?.postMessage({ took, count } satisfies Said));
  await keepOn(rounds, config.TELEMETRY_DERIVE_EVERY_MS, stop.signal);
  await db.onApplicationShutdown();
  parentPort?.close();
}

async function keepOn(rounds: Rounds, everyMs: number, signal: AbortSignal): Promise<void> {
  const log = new Logger('telemetry');
  while (!signal.aborted) {
    const begin = performance.now();
    await rounds.round(signal).catch((error: unknown) => log.error({ err: error }, 'rollups and trips wait for the next round'));
    const tookMs = performance.now() - begin;
    await sleep(Math.max(everyMs, Math.min(pauseMaxMs, (tookMs * (1 - busyShare)) / busyShare)), undefined, { signal }).catch(() => undefined);
  }
}

/** On Linux a priority belongs to the thread that asks; elsewhere it would be the whole server's. */
function giveWay(): void {
  if (process.platform !== 'linux') return;
  try {
    setPriority(0, niceness);
  } catch {
    // It works without, too.
  }
}

void main(workerData as Start);
