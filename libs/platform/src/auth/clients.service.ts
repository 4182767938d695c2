import { Injectable } from '@nestjs/common';
import { timingSafeEqual } from 'node:crypto';
import { record } from '../audit';
import { Clock } from '../clock';
import { conflictOn, Db, type Actor } from '../database';
import { invalid, listPage, notFound, Where, type ListQuery, type Page } from '../http';
import { AccessTokens } from './access-token';
import { Directory } from './directory.service';
import { Principals } from './principals';
import { PermissionTable } from './roles';
import { hashSecret, newSecret } from './secrets';

export interface MachineClient {
  id: string;
  name: string;
  scopes: string[];
  park_ids: string[] | null;
  created_at: Date;
  last_used_at: Date | null;
  disabled_at: Date | null;
  client_secret?: string;
}

type ClientRow = MachineClient & { account_id: string; secret_hash: Buffer };

/** Programs that call us: an id and a secret shown once, limited to scopes. */
@Injectable()
export class MachineClients {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly table: PermissionTable,
    private readonly tokens: AccessTokens,
    private readonly principals: Principals,
    private readonly directory: Directory,
  ) {}

  async register(actor: Actor, wanted: { name: string; scopes: string[]; park_ids?: string[] | null }): Promise<MachineClient> {
    const unknown = this.table.unknownScopes(wanted.scopes);
    if (unknown.length > 0) throw invalid('UNKNOWN_SCOPE', `There is no permission ${unknown.join(', ')}.`, { facts: { known: this.table.permissions } });
    const secret = newSecret();
    const id = `mc_${newSecret().slice(0, 20)}`;
    return this.db.write(actor, async (tx) => {
      if (wanted.park_ids) await this.directory.refuseUnknownParks(tx, wanted.park_ids);
      const [row] = await conflictOn({ client_name_key: ['CLIENT_NAME_TAKEN', 'Another active client has this name.'] }, () =>
        tx.sql<ClientRow>(
          `insert into auth.client (id, account_id, name, secret_hash, scopes, park_ids, created_by, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8) returning *`,
          [id, actor.accountId, wanted.name, hashSecret(secret), wanted.scopes, wanted.park_ids ?? null, actor.id, this.clock.now()],
        ),
      );
      await record(tx, { action: 'auth.client.registered', subject: { type: 'client', id }, data: { scopes: wanted.scopes } });
      return { ...(row as ClientRow), client_secret: secret };
    });
  }

  async rotateSecret(actor: Actor, id: string): Promise<MachineClient> {
    const secret = newSecret();
    return this.db.write(actor, async (tx) => {
      const [row] = await tx.sql<ClientRow>(`update auth.client set secret_hash = $2, version = version + 1 where id = $1 and disabled_at is null returning *`, [id, hashSecret(secret)]);
      if (!row) throw notFound('machine client', id);
      await record(tx, { action: 'auth.client.secret_rotated', subject: { type: 'client', id } });
      return { ...row, client_secret: secret };
    });
  }

  async disable(actor: Actor, id: string): Promise<void> {
    await this.db.write(actor, async (tx) => {
      const changed = await tx.execute(`update auth.client set disabled_at = $2 where id = $1 and disabled_at is null`, [id, this.clock.now()]);
      if (changed === 0) throw notFound('machine client', id);
      await record(tx, { action: 'auth.client.disabled', subject: { type: 'client', id } });
    });
    this.principals.forget(id);
  }

  async list(actor: Actor, query: ListQuery): Promise<Page<MachineClient>> {
    const spec = {
      select: 'c.*',
      from: 'auth.client c',
      where: new Where().and('c.account_id = ?', actor.accountId),
      sorts: { name: { sql: 'lower(c.name)', type: 'text' as const } },
      defaultSort: 'name',
      key: { sql: 'c.id', type: 'text' as const },
    };
    return this.db.read(actor, (tx) => listPage<MachineClient>(tx, spec, query));
  }

  /** The client_credentials grant: a token, or undefined when id or secret is wrong. */
  async exchange(id: string, secret: string): Promise<{ access_token: string; token_type: 'Bearer'; expires_in: number; scope: string } | undefined> {
    const row = await this.db.system('auth.client', (tx) =>
      tx.one<ClientRow>(`update auth.client set last_used_at = $2 where id = $1 and disabled_at is null and secret_hash = $3 returning *`, [id, this.clock.now(), hashSecret(secret)]),
    );
    if (!row || !timingSafeEqual(row.secret_hash, hashSecret(secret))) return undefined;
    return { ...(await this.tokens.issue({ subject: row.id, clientId: row.id, accountId: row.account_id })), scope: row.scopes.join(' ') };
  }
}
