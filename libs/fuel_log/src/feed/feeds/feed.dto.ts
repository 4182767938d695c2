import { Flag, Instant, Int, Text, Uuid } from '@fleet/platform/http';

const httpUrl = /^https?:\/\/[^\s/?#@]+(:\d+)?\/?$/;

export class SetUpFeedBody {
  @Flag({ optional: true, about: 'Read every hour; true unless said.' }) enabled?: boolean;
  @Text({ optional: true, nullable: true, max: 300, pattern: httpUrl, says: 'endpoint must be an address like https://store.example:9000', example: 'https://store.example:9000', about: "Store with the S3 protocol; unset, the settings' own store if they name this account." }) endpoint?: string | null;
  @Text({ optional: true, nullable: true, max: 60, pattern: /^[a-z0-9-]+$/ }) region?: string | null;
  @Text({ optional: true, nullable: true, max: 63, pattern: /^[a-z0-9][a-z0-9.-]+$/, example: 'fuel' }) bucket?: string | null;
  @Text({ optional: true, min: 0, max: 200, pattern: /^([\w.-]+\/)*$/, says: 'prefix must be empty or end with a slash', example: 'fuel_records/', about: 'fuel_records/ unless said.' }) prefix?: string;
  @Flag({ optional: true, about: 'Bucket in the path, as most stores other than Amazon want it; true unless said.' }) path_style?: boolean;
  @Text({ optional: true, max: 200, about: 'Kept sealed and never shown.' }) access_key_id?: string;
  @Text({ optional: true, max: 200, about: 'Kept sealed and never shown.' }) secret_access_key?: string;
}

export class FeedView {
  @Uuid() id: string;
  @Flag() enabled: boolean;
  @Text({ nullable: true }) endpoint: string | null;
  @Text({ nullable: true }) region: string | null;
  @Text({ nullable: true }) bucket: string | null;
  @Text() prefix: string;
  @Flag() path_style: boolean;
  @Flag({ about: 'Keys of its own are stored.' }) has_keys: boolean;
  @Instant({ nullable: true, about: 'Change files stored up to here were read.' }) watermark_at: Date | null;
  @Instant({ nullable: true, about: 'When a snapshot was last read whole.' }) snapshot_at: Date | null;
  @Instant() created_at: Date;
  @Instant() updated_at: Date;
  @Int() version: number;
}

export class FeedTestView {
  @Flag() ok: boolean;
  @Text({ nullable: true }) code: string | null;
  @Text({ nullable: true, max: 1000 }) detail: string | null;
  @Instant({ nullable: true, about: 'When the snapshot was stored.' }) snapshot_stored_at: Date | null;
  @Int({ nullable: true }) snapshot_bytes: number | null;
  @Int({ about: 'Change files seen, at most a thousand are counted.' }) change_files: number;
}
