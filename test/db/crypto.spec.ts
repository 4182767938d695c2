import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Clock } from '@fleet/platform/clock';
import type { Config } from '@fleet/platform/config';
import { Db, systemActor, type Actor } from '@fleet/platform/database';
import { BlindIndex, Erasure, HouseSecrets, PiiVault, Rotation, SecretBox } from '@fleet/platform/crypto';
import { KeyRing } from '@fleet/platform/crypto/key-ring';
import { SubjectKeys } from '@fleet/platform/crypto/subject-keys';
import { testDatabase, type TestDatabase } from '../support/database';

const k = (name: string): string => `${name}:${Buffer.alloc(32, name).toString('base64')}`;
const place = 'driver_module.driver.phone';

class Replica {
  readonly clock = new Clock();
  readonly db: Db;
  readonly keys: SubjectKeys;
  readonly vault: PiiVault;
  readonly erasure: Erasure;
  readonly rotation: Rotation;
  readonly secrets: HouseSecrets;
  readonly index: BlindIndex;

  constructor(config: Config, masterKeys: string) {
    const ring = new KeyRing(masterKeys);
    this.db = new Db(config, []);
    this.keys = new SubjectKeys(ring, this.clock);
    this.erasure = new Erasure(this.db, this.keys, this.clock, config);
    this.rotation = new Rotation(this.db, ring);
    this.secrets = new HouseSecrets(this.db, new SecretBox(ring));
    this.index = new BlindIndex(this.secrets);
    this.vault = new PiiVault(this.keys, this.index);
  }

  seal(actor: Actor, subject: string, text: string, options: { shared?: true } = {}): Promise<Buffer> {
    return this.db.write(actor, (tx) => {
      tx.withoutAudit('test');
      return this.vault.seal(tx, subject, place, text, options);
    });
  }

  open(actor: Actor, subject: string, sealed: Buffer, where = place): Promise<string | null> {
    return this.db.read(actor, (tx) => this.vault.open(tx, subject, where, sealed));
  }

  erase(actor: Actor, subject: string): Promise<void> {
    return this.db.write(actor, (tx) => {
      tx.withoutAudit('test');
      return this.erasure.erase(tx, subject, 'asked for it');
    });
  }
}

describe('crypto on PostgreSQL', () => {
  let database: TestDatabase;
  const replicas: Replica[] = [];
  const start = async (masterKeys: string): Promise<Replica> => {
    const replica = new Replica(database.config, masterKeys);
    replicas.push(replica);
    await replica.db.onModuleInit();
    await replica.rotation.onModuleInit();
    await replica.index.onModuleInit();
    return replica;
  };
  const here = systemActor(randomUUID(), 'test');
  const elsewhere = systemActor(randomUUID(), 'test');
  let one: Replica;

  beforeAll(async () => {
    database = await testDatabase();
    one = await start(k('a'));
  });
  afterAll(async () => {
    for (const replica of replicas) await replica.db.onApplicationShutdown();
    await database.close();
  });

  it('opens what it sealed, in its place, for its subject only', async () => {
    const [ann, bob] = [randomUUID(), randomUUID()];
    const sealed = await one.seal(here, ann, '+49 151 1');
    await one.seal(here, bob, '+49 151 2');
    expect(await one.open(here, ann, sealed)).toBe('+49 151 1');
    await expect(one.open(here, ann, sealed, 'driver_module.driver.name')).rejects.toThrow('cannot be opened');
    await expect(one.open(here, bob, sealed)).rejects.toThrow('cannot be opened');
    expect(sealed.includes(Buffer.from('151'))).toBe(false);
  });

  it('opens a page with erased, foreign and empty pieces among it', async () => {
    const people = await Promise.all([1, 2, 3].map(async (n) => {
      const subjectId = randomUUID();
      return { subjectId, place, sealed: await one.seal(here, subjectId, `phone ${n}`) as Buffer | null };
    }));
    await one.erase(here, people[1]?.subjectId ?? '');
    people.push({ subjectId: randomUUID(), place, sealed: null });
    expect(await one.db.read(here, (tx) => one.vault.openMany(tx, people))).toEqual(['phone 1', null, 'phone 3', null]);
    expect(await one.db.read(elsewhere, (tx) => one.vault.openMany(tx, people))).toEqual([null, null, null, null]);
  });

  it('makes one key when two writers meet a person at once', async () => {
    const subject = randomUUID();
    const sealed = await Promise.all(Array.from({ length: 8 }, (_, n) => one.seal(here, subject, `text ${n}`)));
    expect(await Promise.all(sealed.map((s) => one.open(here, subject, s)))).toEqual(sealed.map((_, n) => `text ${n}`));
  });

  it('forgets a key that was never committed', async () => {
    const subject = randomUUID();
    await one.db.write(here, async (tx) => {
      tx.withoutAudit('test');
      const lost = await one.vault.seal(tx, subject, place, 'lost');
      expect(await one.vault.open(tx, subject, place, lost)).toBe('lost');
      throw new Error('roll back');
    }).catch(() => undefined);
    const sealed = await one.seal(here, subject, 'kept');
    expect(await one.open(here, subject, sealed)).toBe('kept');
  });

  it('erases: unreadable at once here, within seconds in another replica, and never sealed again', async () => {
    const two = await start(k('a'));
    const subject = randomUUID();
    const sealed = await one.seal(here, subject, 'secret');
    expect(await two.open(here, subject, sealed)).toBe('secret');
    await one.erase(here, subject);
    expect(await one.open(here, subject, sealed)).toBeNull();
    jest.spyOn(two.clock, 'now').mockReturnValue(new Date(Date.now() + 3001));
    expect(await two.open(here, subject, sealed)).toBeNull();
    await expect(two.seal(here, subject, 'again')).rejects.toThrow('SUBJECT_ERASED');
  });

  it('keeps the ledger append-only', async () => {
    await one.erase(here, randomUUID());
    const change = (sql: string): Promise<unknown> => one.db.system('test', (tx) => tx.execute(sql));
    await expect(change('delete from crypto.erasure')).rejects.toThrow(/permission denied/);
    await expect(change(`update crypto.erasure set reason = 'x'`)).rejects.toThrow(/permission denied/);
  });

  it('shares the keys of people who belong to several accounts; no account may erase them', async () => {
    const user = randomUUID();
    const sealed = await one.seal(here, user, 'ann@example.org', { shared: true });
    expect(await one.open(elsewhere, user, sealed)).toBe('ann@example.org');
    await expect(one.erase(here, user)).rejects.toThrow('SUBJECT_SHARED');
    await one.db.system('test', (tx) => one.erasure.erase(tx, user, 'asked for it'));
    expect(await one.open(elsewhere, user, sealed)).toBeNull();
  });

  it('does not let a foreign account use or destroy a key', async () => {
    const subject = randomUUID();
    const sealed = await one.seal(here, subject, 'secret');
    await expect(one.seal(elsewhere, subject, 'x')).rejects.toThrow('belongs to another account');
    await one.erase(elsewhere, subject);
    expect(await one.open(here, subject, sealed)).toBe('secret');
  });

  it('erases again after a restore brought keys back', async () => {
    const subject = randomUUID();
    const sealed = await one.seal(here, subject, 'secret');
    const backup = await one.db.systemRead('test', (tx) => tx.one<{ wrapped: Buffer }>('select wrapped from crypto.subject_key where subject_id = $1', [subject]));
    await one.erase(here, subject);
    expect(await readFile(join(database.config.FLEET_DATA_DIR, 'erasures.log'), 'utf8')).toContain(subject);
    await one.db.system('restore', (tx) => tx.execute(`insert into crypto.subject_key values ($1, $2, $3, 'a')`, [subject, here.accountId, backup?.wrapped]));
    expect(await one.open(here, subject, sealed)).toBe('secret');
    expect(await one.erasure.replay()).toEqual({ ledgerRowsAdded: 0, keysDestroyed: 1 });
    expect(await one.open(here, subject, sealed)).toBeNull();
    expect(await one.erasure.completeLog()).toBe(0);
  });

  it('rotates: everything opens under the new key alone, and lookups still match', async () => {
    const subject = randomUUID();
    const sealed = await one.seal(here, subject, 'secret');
    const email = one.vault.blindIndex('email', 'ann@example.org');
    const two = await start(`${k('b')},${k('a')}`);
    const report = await two.rotation.rotate();
    expect(report.currentKid).toBe('b');
    expect(report.remaining).toEqual({});
    expect(report.rewrapped['crypto.subject_key.wrapped']).toBeGreaterThan(0);
    expect(report.rewrapped['crypto.house_secret.sealed']).toBe(1);
    const three = await start(k('b'));
    expect(await three.open(here, subject, sealed)).toBe('secret');
    expect(three.vault.blindIndex('email', 'ann@example.org')).toEqual(email);
    expect(three.vault.blindIndex('phone', 'ann@example.org')).not.toEqual(email);
    await expect(start(k('c'))).rejects.toThrow('wrapped by master key b');
  });
});
