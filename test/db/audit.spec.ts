import { randomUUID } from 'node:crypto';
import { truncate } from 'node:fs/promises';
import pg from 'pg';
import { record, AuditSealer, auditVerifyCommand, type Act } from '@fleet/platform/audit';
import { checkpointFile } from '@fleet/platform/audit/checkpoints';
import { AuditSigningKey } from '@fleet/platform/audit/signing-key';
import { HouseSecrets, KeyRing, SecretBox } from '@fleet/platform/crypto';
import { Db, systemActor, type Actor } from '@fleet/platform/database';
import { testDatabase, type TestDatabase } from '../support/database';

const act = (n: number): Act => ({ action: 'test.thing.done', subject: { type: 'thing', id: String(n) }, reason: 'because', data: { n, text: 'ü' } });

describe('audit on PostgreSQL', () => {
  let database: TestDatabase;
  let db: Db;
  let sealer: AuditSealer;
  let owner: pg.Client;
  const account = randomUUID();
  const actor = systemActor(account, 'test');

  const write = (count: number, by: Actor = actor): Promise<void> =>
    db.write(by, async (tx) => {
      for (let n = 0; n < count; n += 1) await record(tx, act(n));
    });
  const verify = async (): Promise<string[]> => {
    const lines: string[] = [];
    const code = await auditVerifyCommand(database.config, (line) => lines.push(line));
    expect(code).toBe(lines.length === 1 ? 0 : 1);
    return lines.map((line) => line.replaceAll(account, 'A'));
  };
  /** Somebody with all rights of the database owner, who switches the guards off. */
  const tamper = async (sql: string, params: unknown[] = []): Promise<void> => {
    await owner.query('begin');
    for (const table of ['entry', 'seal', 'batch']) await owner.query(`alter table audit.${table} disable trigger user`);
    await owner.query(`select set_config('app.scope', 'system', true)`);
    const { rowCount } = await owner.query(sql, params);
    for (const table of ['entry', 'seal', 'batch']) await owner.query(`alter table audit.${table} enable trigger user`);
    await owner.query('commit');
    expect(rowCount).toBeGreaterThan(0);
  };

  beforeEach(async () => {
    database = await testDatabase();
    db = new Db(database.config, []);
    await db.onModuleInit();
    sealer = new AuditSealer(db, new AuditSigningKey(new HouseSecrets(db, new SecretBox(new KeyRing(database.config.FLEET_MASTER_KEYS)))), database.config);
    owner = new pg.Client({ connectionString: database.ownerUrl });
    await owner.connect();
    for (const count of [3, 2, 4]) {
      await write(count);
      await sealer.sealAll();
    }
  });
  afterEach(async () => {
    await owner.end();
    await db.onApplicationShutdown();
    await database.close();
  });

  it('finds nothing in an untouched log, sealed or about to be', async () => {
    await write(2, systemActor(randomUUID(), 'test'));
    expect(await verify()).toEqual(['audit is intact: 9 entries in 3 batches of 1 accounts, 2 not sealed yet']);
    await sealer.sealAll();
    expect(await verify()).toEqual(['audit is intact: 11 entries in 4 batches of 2 accounts, 0 not sealed yet']);
  });

  it('records inside the unit of work, or not at all', async () => {
    await db.write(actor, async (tx) => {
      await record(tx, act(1));
      throw new Error('refused');
    }).catch(() => undefined);
    await expect(db.write(actor, async (tx) => void (await tx.sql('select 1')))).rejects.toThrow('recorded nothing');
    expect(await verify()).toHaveLength(1);
  });

  it('refuses changes by the server itself', async () => {
    const change = (sql: string): Promise<unknown> => db.system('test', (tx) => tx.execute(sql));
    for (const table of ['entry', 'seal', 'batch']) await expect(change(`delete from audit.${table}`)).rejects.toThrow('permission denied');
    await expect(owner.query(`set app.scope = 'system'; update audit.entry set reason = 'x'`)).rejects.toThrow('never changed');
  });

  it('lets one account see its own entries only', async () => {
    const rows = await db.read(systemActor(randomUUID(), 'test'), (tx) => tx.sql('select * from audit.entry'));
    expect(rows).toEqual([]);
  });

  it('seals late committers in a later batch and never makes writers wait', async () => {
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const late = db.write(actor, async (tx) => {
      await record(tx, act(100));
      await gate;
    });
    await write(1);
    expect(await sealer.sealAll()).toBe(1);
    release();
    await late;
    expect(await sealer.sealAll()).toBe(1);
    expect(await verify()).toHaveLength(1);
  });

  it('lets one replica seal at a time', async () => {
    await write(500);
    const other = new AuditSealer(db, new AuditSigningKey(new HouseSecrets(db, new SecretBox(new KeyRing(database.config.FLEET_MASTER_KEYS)))), database.config);
    await Promise.all([sealer.sealAll(), other.sealAll(), sealer.sealAll(), other.sealAll()]);
    await sealer.sealAll();
    expect(await verify()).toHaveLength(1);
  });

  it.each([
    ['one letter of the reason', `update audit.entry set reason = 'becauze' where id = 5`],
    ['a digit in the data', `update audit.entry set data = jsonb_set(data, '{n}', '7') where id = 5`],
    ['a microsecond', `update audit.entry set at = at + interval '1 microsecond' where id = 5`],
    ['the actor', `update audit.entry set actor_id = 'somebody' where id = 5`],
  ])('notices an edit: %s', async (_, sql) => {
    await tamper(sql);
    expect(await verify()).toEqual([
      'entry_changed: account A, entry 5: entry 5 (position 5) is not what was sealed: it, or its seal, was edited',
      'audit has 1 fault: 9 entries in 3 batches of 1 accounts, 0 not sealed yet',
    ]);
  });

  it('notices a deleted entry', async () => {
    await tamper('delete from audit.entry where id = 5');
    expect((await verify())[0]).toBe('entry_deleted: account A, entry 5: entry 5 (position 5) is gone');
  });

  it('notices a deleted entry with its seal', async () => {
    await tamper('with gone as (delete from audit.entry where id = 5) delete from audit.seal where entry_id = 5');
    expect((await verify())[0]).toBe('seal_missing: account A: the seal at position 5 is gone');
  });

  it('notices that the newest batch was deleted wholly', async () => {
    await tamper('with s as (delete from audit.seal where batch_no = 3 returning entry_id), e as (delete from audit.entry where id in (select entry_id from s)) delete from audit.batch where batch_no = 3');
    const deleted = await verify();
    expect(deleted[0]).toBe('batch_deleted: account A: the checkpoint log remembers batch 3, which the database does not have');
    await write(1);
    await sealer.sealAll();
    expect((await verify())[0]).toBe('checkpoint_differs: account A: batch 3 is not the one the checkpoint log remembers');
  });

  it('notices that everything was deleted', async () => {
    await tamper('with s as (delete from audit.seal), e as (delete from audit.entry) delete from audit.batch');
    expect((await verify())[0]).toBe('batch_deleted: account A: the checkpoint log remembers batches 1 to 3, which the database does not have');
  });

  it('notices a deleted batch in the middle', async () => {
    await tamper('delete from audit.batch where batch_no = 2');
    expect((await verify()).slice(0, 1)).toEqual(['batch_missing: account A: batch 2 is gone']);
  });

  it('notices swapped entries and says where they belong', async () => {
    await tamper(`update audit.seal set entry_id = -entry_id where entry_id in (4, 8)`);
    await tamper(`update audit.seal set entry_id = case entry_id when -4 then 8 else 4 end where entry_id < 0`);
    expect((await verify()).slice(0, 2)).toEqual([
      'entry_moved: account A, entry 8: entry 8 stands at position 4 and was sealed at 8',
      'entry_moved: account A, entry 4: entry 4 stands at position 8 and was sealed at 4',
    ]);
  });

  it('notices an entry put in behind its back', async () => {
    await tamper(`insert into audit.entry (account_id, actor_kind, actor_id, action, subject_type, subject_id) values ($1, 'user', 'x', 'test.thing.done', 'thing', '1')`, [account]);
    expect((await verify())[0]).toBe('entry_inserted: account A, entry 10: entry 10 is in no batch and was not written through the house');
  });

  it('notices a forged seal', async () => {
    await tamper(`with e as (insert into audit.entry (account_id, actor_kind, actor_id, action, subject_type, subject_id) values ($1, 'user', 'x', 'test.thing.done', 'thing', '1') returning id)
      insert into audit.seal (account_id, position, batch_no, entry_id, hash) select $1, 10, 4, id, sha256('x') from e`, [account]);
    expect((await verify()).join('\n')).toContain('seal_forged: account A, entry 10: entry 10 has a seal at position 10 that no signed batch covers');
  });

  it('notices a whole forged batch: without the key it cannot be signed', async () => {
    await tamper(`update audit.batch set signature = decode(repeat('ab', 64), 'hex'), sealed_at = sealed_at + interval '1 s' where batch_no = 2`);
    expect((await verify())[0]).toBe(`signature_forged: account A: batch 2 is not signed by this house's key`);
  });

  it('writes the checkpoint it could not write before a crash', async () => {
    await truncate(checkpointFile(database.config.FLEET_DATA_DIR));
    expect(await sealer.completeCheckpoints()).toBe(1);
    expect(await sealer.completeCheckpoints()).toBe(0);
    await tamper('with s as (delete from audit.seal), e as (delete from audit.entry) delete from audit.batch');
    expect((await verify())[0]).toContain('batch_deleted');
  });
});
