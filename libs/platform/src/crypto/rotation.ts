import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Db, type Tx } from '../database';
import { kidOf, openBytes, sealBytes } from './envelope';
import { houseSecretPlace } from './house-secrets';
import { KeyRing, type Purpose } from './key-ring';
import { wrapPlace } from './subject-keys';

/** A column of SecretBox values in another room. Its table needs a system door. */
export interface SealedColumn {
  table: string;
  /** Unique column; its text goes into the place. */
  id: string;
  column: string;
  place: (id: string) => string;
}

export interface RotationReport {
  currentKid: string;
  /** Values moved to the current master key, by `table.column`. */
  rewrapped: Record<string, number>;
  /** Values still under each key of the past; a key missing here may leave FLEET_MASTER_KEYS. */
  remaining: Record<string, number>;
}

interface Holding extends SealedColumn {
  purpose: Purpose;
  /** Column naming the master key, where the table keeps one. */
  kidColumn?: string;
}

const batchRows = 500;

/** Moves everything wrapped by older master keys to the current one. Sealed personal data itself is not touched. */
@Injectable()
export class Rotation implements OnModuleInit {
  private readonly log = new Logger('crypto');
  private readonly holdings: Holding[] = [
    { table: 'crypto.subject_key', id: 'subject_id', column: 'wrapped', kidColumn: 'master_kid', purpose: 'subject-key', place: wrapPlace },
    { table: 'crypto.house_secret', id: 'name', column: 'sealed', purpose: 'secret-box', place: houseSecretPlace },
  ];

  constructor(
    private readonly db: Db,
    private readonly ring: KeyRing,
  ) {}

  /** A server that cannot open what it keeps must say so at start, not when somebody signs in. */
  async onModuleInit(): Promise<void> {
    const rows = await this.db.systemRead('crypto.check_keys', (tx) => tx.sql<{ kid: string }>('select distinct master_kid as kid from crypto.subject_key'));
    const lost = rows.map((r) => r.kid).filter((kid) => !this.ring.kids.includes(kid));
    if (lost.length > 0) throw new Error(`Personal data is wrapped by master key ${lost.join(', ')}, which FLEET_MASTER_KEYS does not have. Put it back at the end of the list.`);
  }

  /** Rooms that keep SecretBox values name them once, when they start. */
  alsoRewrap(column: SealedColumn): void {
    this.holdings.push({ ...column, purpose: 'secret-box' });
  }

  async rotate(): Promise<RotationReport> {
    const rewrapped: Record<string, number> = {};
    const remaining: Record<string, number> = {};
    for (const holding of this.holdings) {
      const name = `${holding.table}.${holding.column}`;
      rewrapped[name] = await this.rewrapAll(holding);
      for (const [kid, count] of Object.entries(await this.countByKid(holding))) {
        if (kid !== this.ring.currentKid) remaining[kid] = (remaining[kid] ?? 0) + count;
      }
      if (rewrapped[name] > 0) this.log.log(`${rewrapped[name]} values of ${name} moved to master key ${this.ring.currentKid}`);
    }
    return { currentKid: this.ring.currentKid, rewrapped, remaining };
  }

  private async rewrapAll(holding: Holding): Promise<number> {
    for (let total = 0; ; ) {
      const moved = await this.db.system('crypto.rotate', (tx) => this.rewrapBatch(tx, holding));
      total += moved;
      if (moved === 0) return total;
    }
  }

  private async rewrapBatch(tx: Tx, holding: Holding): Promise<number> {
    const { table, id, column, purpose, place, kidColumn } = holding;
    const current = this.ring.currentKid;
    // The kid stands in the header of every value: bytes 3 to 2 + length.
    const rows = await tx.sql<{ id: string; sealed: Buffer }>(
      `select ${id}::text as id, ${column} as sealed from ${table}
        where ${column} is not null and substring(${column} from 3 for get_byte(${column}, 1)) <> convert_to($1, 'LATIN1')
        limit ${batchRows} for update skip locked`,
      [current],
    );
    if (rows.length === 0) return 0;
    const key = this.ring.key(current, purpose);
    const sealed = rows.map((r) => sealBytes(key, current, place(r.id), openBytes(this.ring.key(kidOf(r.sealed), purpose), place(r.id), r.sealed)));
    return tx.execute(
      `update ${table} t set ${column} = u.sealed${kidColumn ? `, ${kidColumn} = $3` : ''}
         from unnest($1::text[], $2::bytea[]) as u(id, sealed) where t.${id}::text = u.id`,
      kidColumn ? [rows.map((r) => r.id), sealed, current] : [rows.map((r) => r.id), sealed],
    );
  }

  private async countByKid({ table, column }: Holding): Promise<Record<string, number>> {
    const rows = await this.db.systemRead('crypto.rotate', (tx) =>
      tx.sql<{ kid: string; count: number }>(
        `select convert_from(substring(${column} from 3 for get_byte(${column}, 1)), 'LATIN1') as kid, count(*)::int as count
           from ${table} where ${column} is not null group by 1`,
      ),
    );
    return Object.fromEntries(rows.map((r) => [r.kid, r.count]));
  }
}
