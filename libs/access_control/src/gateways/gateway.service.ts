import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { record } from '@fleet/platform/audit';
import { Clock } from '@fleet/platform/clock';
import { CONFIG, type Config } from '@fleet/platform/config';
import { Rotation, SecretBox } from '@fleet/platform/crypto';
import { Db, type Actor, type ReadTx } from '@fleet/platform/database';
import { expectVersion, invalid, notFound, rule, type Page } from '@fleet/platform/http';
import { isPrivateHost } from '../rules/addresses';
import type { GatewayMethod } from '../rules/words';
import type { GatewayView } from './gateway.dto';
import { reachFault } from './reach';

interface GatewayRow extends GatewayView {
  id: string;
  secret_sealed: Buffer;
}

export interface GatewayAccess {
  base_url: string;
  secret: Record<string, string>;
  /** Changes whenever the credentials do. */
  key: string;
}

const place = (id: string): string => `access_control.gateway:${id}`;
const columns = 'id, method, base_url, secret_sealed, updated_by, updated_at, version';

/** How an account signs in at the servers of others. What is secret goes in and never comes out. */
@Injectable()
export class Gateways implements OnModuleInit {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly box: SecretBox,
    private readonly rotation: Rotation,
  ) {}

  onModuleInit(): void {
    this.rotation.alsoRewrap({ table: 'access_control.gateway', id: 'id', column: 'secret_sealed', place });
  }

  list(actor: Actor): Promise<Page<GatewayView>> {
    return this.db.read(actor, async (tx) => ({ items: await tx.sql<GatewayRow>(`select ${columns} from access_control.gateway where account_id = $1 order by method`, [actor.accountId]), next_cursor: null }));
  }

  /** For the clients; undefined when the account has none. */
  async accessOf(actor: Actor, method: GatewayMethod): Promise<GatewayAccess | undefined> {
    const row = await this.db.read(actor, (tx) => this.find(tx, method));
    if (!row) return undefined;
    // A name may lead elsewhere than it did when it was registered.
    const fault = await reachFault(row.base_url, this.config.GATEWAY_ALLOW_PRIVATE);
    if (fault) throw new Error(fault);
    return { base_url: row.base_url, secret: JSON.parse(this.box.openText(place(row.id), row.secret_sealed)) as Record<string, string>, key: `${row.id}:${row.version}` };
  }

  async keep(actor: Actor, method: GatewayMethod, baseUrl: string, secret: Record<string, string>, version: number | undefined): Promise<GatewayView> {
    const url = addressOf(baseUrl);
    const fault = await reachFault(url, this.config.GATEWAY_ALLOW_PRIVATE);
    if (fault) throw rule('GATEWAY_ADDRESS_REFUSED', fault);
    return this.db.write(actor, async (tx) => {
      await tx.sql(`select pg_advisory_xact_lock(hashtextextended('access_control.gateway:' || $1, 0))`, [actor.accountId]);
      const before = await this.find(tx, method);
      expectVersion(before?.version ?? 0, version);
      const id = before?.id ?? randomUUID();
      await tx.sql(
        `insert into access_control.gateway (id, account_id, method, base_url, secret_sealed, updated_by, updated_at, version) values ($1, $2, $3, $4, $5, $6, $7, 1)
         on conflict (id) do update set base_url = excluded.base_url, secret_sealed = excluded.secret_sealed, updated_by = excluded.updated_by, updated_at = excluded.updated_at, version = gateway.version + 1`,
        [id, actor.accountId, method, url, this.box.seal(place(id), JSON.stringify(secret)), actor.id, this.clock.now()],
      );
      await record(tx, { action: 'access_control.gateway.kept', subject: { type: 'account', id: actor.accountId }, data: { method, base_url: url } });
      return (await this.find(tx, method)) as GatewayView;
    });
  }

  remove(actor: Actor, method: GatewayMethod): Promise<void> {
    return this.db.write(actor, async (tx) => {
      if ((await tx.execute('delete from access_control.gateway where account_id = $1 and method = $2', [actor.accountId, method])) === 0) throw notFound('gateway', method);
      await record(tx, { action: 'access_control.gateway.removed', subject: { type: 'account', id: actor.accountId }, data: { method } });
    });
  }

  private find(tx: ReadTx, method: GatewayMethod): Promise<GatewayRow | undefined> {
    return tx.one(`select ${columns} from access_control.gateway where account_id = $1 and method = $2`, [tx.accountId, method]);
  }
}

/** Credentials travel over TLS; in the clear only to a machine of the house's own network. */
function addressOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || url.username || url.password || url.search || url.hash) throw invalid('BAD_ADDRESS', 'base_url must be an address without a user, a query or a fragment in it.');
  if (url.protocol === 'http:' && !isPrivateHost(url.hostname)) throw invalid('ADDRESS_NOT_SECURE', 'Over the open net, base_url must begin with https://.');
  return url.href.replace(/\/+$/, '');
}
