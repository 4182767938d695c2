import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { AuditSealer, auditVerifyCommand, record } from '../../libs/platform/src/audit';
import { AuditSigningKey } from '../../libs/platform/src/audit/signing-key';
import { Clock } from '../../libs/platform/src/clock';
import { readConfig } from '../../libs/platform/src/config';
import { BlindIndex, HouseSecrets, KeyRing, PiiVault, Rotation, SecretBox, type SealedPiece } from '../../libs/platform/src/crypto';
import { SubjectKeys } from '../../libs/platform/src/crypto/subject-keys';
import { Db, migrate, systemActor, type Tx } from '../../libs/platform/src/database';
import { defineEvent, Dispatcher, emit, Subscribers, useSubscribers } from '../../libs/platform/src/outbox';
import { startEmbedded } from '../../apps/cli/src/up/database';
import { median, report, type Metric } from './bench';

const place = 'bench.person.phone';
const Happened = defineEvent('bench.thing_happened', 1, z.object({ n: z.int() }));

/** What the platform's own rooms cost: a record, a seal, a proof, a delivery, a sealed phone number. */
async function main(): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'fleet-bench-'));
  const cluster = await startEmbedded({ dataDir });
  try {
    await migrate(cluster.url('owner'), { appHasOwnLogin: true });
    const masterKeys = (kids: string[]): string => kids.map((k) => `${k}:${Buffer.alloc(32, k).toString('base64')}`).join(',');
    const config = readConfig({ NODE_ENV: 'test', DATABASE_URL: cluster.url('owner'), DATABASE_APP_URL: cluster.url('app'), FLEET_DATA_DIR: dataDir, FLEET_MASTER_KEYS: masterKeys(['a']) });
    const db = new Db(config, []);
    await db.onModuleInit();
    const ring = new KeyRing(config.FLEET_MASTER_KEYS);
    const metrics = [...(await audit(db, ring, config)), ...(await outbox(db)), ...(await crypto(db, ring, new KeyRing(masterKeys(['b', 'a']))))];
    await db.onApplicationShutdown();
    report('rooms', metrics);
  } finally {
    await cluster.stop('fast');
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}

async function audit(db: Db, ring: KeyRing, config: ReturnType<typeof readConfig>): Promise<Metric[]> {
  const actor = systemActor(randomUUID(), 'bench');
  const act = { action: 'bench.thing.done', subject: { type: 'thing', id: randomUUID() }, data: { odometer_km: 120_000 } };
  const unit = (recorded: boolean): Promise<number> =>
    seconds(() =>
      db.write(actor, async (tx) => {
        await emit(tx, Happened, { n: 1 });
        if (recorded) await record(tx, act);
        else tx.withoutAudit('bench');
      }),
    );
  // A business write for the record to stand beside: an event nobody hears.
  useSubscribers(new Subscribers());
  const bare: number[] = [];
  const recorded: number[] = [];
  for (let i = 0; i < 2000; i += 1) {
    bare.push(await unit(false));
    recorded.push(await unit(true));
  }
  const inside: number[] = [];
  await db.write(actor, async (tx) => {
    for (let i = 0; i < 2000; i += 1) inside.push(await seconds(() => record(tx, act)));
  });
  for (let n = 0; n < 100; n += 1) {
    await db.write(actor, async (tx) => {
      await addEntries(tx, 1000);
      tx.withoutAudit('bench');
    });
  }
  const sealer = new AuditSealer(db, new AuditSigningKey(new HouseSecrets(db, new SecretBox(ring))), config);
  let sealed = 0;
  const sealSeconds = await seconds(async () => (sealed = await sealer.sealAll()));
  const lines: string[] = [];
  const verifySeconds = await seconds(() => auditVerifyCommand(config, (line) => lines.push(line)));
  console.log(lines.at(-1));
  return [
    { name: 'audit: record() inside a unit of work, median', value: median(inside) * 1e6, unit: 'us' },
    { name: 'audit: unit of work of one insert, recorded, median', value: median(recorded) * 1e6, unit: 'us', baseline: median(bare) * 1e6, baseline_name: 'the same unrecorded', ratio: median(recorded) / median(bare) },
    { name: 'audit: sealing', value: sealed / sealSeconds, unit: 'entries/s' },
    { name: 'audit: verifying', value: sealed / verifySeconds, unit: 'entries/s' },
  ];
}

const addEntries = (tx: Tx, count: number): Promise<unknown> =>
  tx.sql(
    `with added as (insert into audit.entry (account_id, actor_kind, actor_id, action, subject_type, subject_id, data)
       select $1, 'system', 'bench', 'bench.thing.done', 'thing', gen_random_uuid()::text, '{"odometer_km": 120000}' from generate_series(1, $2::int) returning id, account_id)
     insert into audit.unsealed (entry_id, account_id) select id, account_id from added`,
    [tx.accountId, count],
  );

async function outbox(db: Db): Promise<Metric[]> {
  const actor = systemActor(randomUUID(), 'bench');
  const events = 5000;
  let heard = 0;
  let allHeard = (): void => undefined;
  const done = new Promise<void>((resolve) => (allHeard = resolve));
  const subscribers = new Subscribers();
  subscribers.add(Happened, 'bench.hear', async (_, tx) => {
    await tx.sql('select 1');
    heard += 1;
    if (heard === events) allHeard();
  });
  useSubscribers(subscribers);
  const emitting: number[] = [];
  await db.write(actor, async (tx) => {
    tx.withoutAudit('bench');
    for (let n = 0; n < events; n += 1) emitting.push(await seconds(() => emit(tx, Happened, { n })));
  });
  const dispatcher = new Dispatcher(db, subscribers);
  const deliverSeconds = await seconds(async () => {
    dispatcher.start();
    await done;
  });
  const latency: number[] = [];
  for (let n = 0; n < 200; n += 1) {
    const before = heard;
    latency.push(
      await seconds(async () => {
        await db.write(actor, (tx) => (tx.withoutAudit('bench'), emit(tx, Happened, { n })));
        while (heard === before) await new Promise((resolve) => setImmediate(resolve));
      }),
    );
  }
  await dispatcher.stop();
  return [
    { name: 'outbox: emit() inside a unit of work, median', value: median(emitting) * 1e6, unit: 'us' },
    { name: 'outbox: deliveries, one dispatcher of 4 lanes', value: events / deliverSeconds, unit: 'events/s' },
    { name: 'outbox: from emit to handler, median', value: median(latency) * 1e3, unit: 'ms' },
  ];
}

async function crypto(db: Db, ring: KeyRing, newRing: KeyRing): Promise<Metric[]> {
  const actor = systemActor(randomUUID(), 'bench');
  const vault = new PiiVault(new SubjectKeys(ring, new Clock()), new BlindIndex(new HouseSecrets(db, new SecretBox(ring))));
  const people = 10_000;
  const pieces: SealedPiece[] = [];
  const sealSeconds = await seconds(() =>
    db.write(actor, async (tx) => {
      tx.withoutAudit('bench');
      for (let n = 0; n < people; n += 1) {
        const subjectId = randomUUID();
        pieces.push({ subjectId, place, sealed: await vault.seal(tx, subjectId, place, '+254 700 000 000') });
      }
    }),
  );
  const pages: number[] = [];
  for (let n = 0; n + 100 <= people; n += 100) pages.push(await seconds(() => db.read(actor, (tx) => vault.openMany(tx, pieces.slice(n, n + 100)))));
  const warm: number[] = [];
  for (let n = 0; n < 200; n += 1) warm.push(await seconds(() => db.read(actor, (tx) => vault.openMany(tx, pieces.slice(-100)))));
  const rotation = new Rotation(db, newRing);
  let moved = 0;
  const rotateSeconds = await seconds(async () => (moved = Object.values((await rotation.rotate()).rewrapped).reduce((a, b) => a + b, 0)));
  return [
    { name: 'crypto: sealing a value of a new person', value: (sealSeconds / people) * 1e6, unit: 'us' },
    { name: 'crypto: opening a page of 100 people, cold', value: median(pages) * 1e3, unit: 'ms' },
    { name: 'crypto: opening a page of 100 people, warm', value: median(warm) * 1e3, unit: 'ms' },
    { name: 'crypto: rotating master keys', value: moved / rotateSeconds, unit: 'keys/s' },
  ];
}

void main();
