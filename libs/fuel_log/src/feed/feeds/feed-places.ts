import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '@fleet/platform/config';
import { SecretBox } from '@fleet/platform/crypto';
import { Db, type Actor } from '@fleet/platform/database';
import { FeedFault } from '../imports/feed-fault';
import { FeedBucket, type FeedPlace } from './feed-bucket';

export interface FeedRow {
  id: string;
  account_id: string;
  enabled: boolean;
  endpoint: string | null;
  region: string | null;
  bucket: string | null;
  prefix: string;
  path_style: boolean;
  access_key_sealed: Buffer | null;
  secret_key_sealed: Buffer | null;
  created_at: Date;
  updated_at: Date;
  version: number;
}

export const sealedAt = (feedId: string, field: 'access_key' | 'secret_key'): string => `fuel.feed.${field}:${feedId}`;

/** Where the actor's account has its feed. */
@Injectable()
export class FeedPlaces {
  constructor(
    private readonly db: Db,
    private readonly box: SecretBox,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async open(actor: Actor): Promise<FeedBucket> {
    const row = await this.db.read(actor, (tx) => tx.one<FeedRow>('select * from fuel.feed where account_id = $1', [actor.accountId]));
    if (!row && !this.mayUseHouse(actor.accountId)) throw new FeedFault('FUEL_FEED_NOT_SET_UP', 'No feed is set up for this account.');
    return new FeedBucket(this.placeOf(actor.accountId, row));
  }

  /** An account reads the store of the settings only if the settings name it: else any account could read any other's records. */
  mayUseHouse(accountId: string): boolean {
    return this.config.FUEL_FEED_ENDPOINT !== undefined && this.config.FUEL_FEED_ACCOUNT === accountId;
  }

  private placeOf(accountId: string, row: FeedRow | undefined): FeedPlace {
    const { prefix = 'fuel_records/', path_style: pathStyle = true } = row ?? {};
    const timeoutMs = this.config.FUEL_FEED_TIMEOUT_MS;
    if (row?.endpoint && row.bucket && row.access_key_sealed && row.secret_key_sealed) {
      const accessKeyId = this.box.openText(sealedAt(row.id, 'access_key'), row.access_key_sealed);
      const secretAccessKey = this.box.openText(sealedAt(row.id, 'secret_key'), row.secret_key_sealed);
      return { endpoint: row.endpoint, region: row.region ?? this.config.FUEL_FEED_REGION, bucket: row.bucket, prefix, pathStyle, accessKeyId, secretAccessKey, timeoutMs };
    }
    if (!this.mayUseHouse(accountId)) throw new FeedFault('FUEL_FEED_NOT_SET_UP', 'The feed names no store of its own, and the settings name none for this account.');
    const { FUEL_FEED_ENDPOINT, FUEL_FEED_REGION, FUEL_FEED_BUCKET, FUEL_FEED_ACCESS_KEY_ID, FUEL_FEED_SECRET_ACCESS_KEY } = this.config;
    return { endpoint: FUEL_FEED_ENDPOINT ?? '', region: FUEL_FEED_REGION, bucket: FUEL_FEED_BUCKET, prefix, pathStyle, accessKeyId: FUEL_FEED_ACCESS_KEY_ID ?? '', secretAccessKey: FUEL_FEED_SECRET_ACCESS_KEY ?? '', timeoutMs };
  }
}
