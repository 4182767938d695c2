import { Flag, Instant, Int, Nested, OneOf, Text, Uuid } from '@fleet/platform/http';

export class RejectionView {
  @Int({ about: 'Place in the upload, from 0.' }) index: number;
  @Text({ example: 'no_vehicle' }) code: string;
  @Text({ max: 1000 }) detail: string;
}

export class IngestView {
  @Int({ about: 'Newly stored, durably.' }) accepted: number;
  @Int({ about: 'Stored before: the same vehicle and time.' }) duplicates: number;
  @Nested(() => RejectionView, { listMax: 5000 }) rejected: RejectionView[];
}

export class OutcomeView {
  @OneOf(['stored', 'duplicate', 'quarantined']) outcome: 'stored' | 'duplicate' | 'quarantined';
  @Text({ nullable: true, about: 'Why it was set aside.' }) reason: string | null;
}

export class NewIngestKeyBody {
  @Text({ max: 80, example: 'Gateway north' }) name: string;
  @Uuid({ optional: true, nullable: true, listMax: 100, about: 'Parks whose vehicles it may write; all unless said.' }) park_ids?: string[] | null;
}

export class IngestKeyView {
  @Text({ example: 'ik_4f0c…', about: 'Sent as x-fleet-key.' }) id: string;
  @Text() name: string;
  @Uuid({ nullable: true, listMax: 100 }) park_ids: string[] | null;
  @Instant() created_at: Date;
  @Instant({ nullable: true }) disabled_at: Date | null;
  @Text({ optional: true, about: 'Shown once. Signs HMAC-SHA256 over "<x-fleet-timestamp>.<body as sent>", or is shown as the password of Basic.' }) secret?: string;
}

export class QuarantineItemView {
  @Uuid() id: string;
  @Text({ nullable: true }) device_id: string | null;
  @Uuid({ nullable: true }) vehicle_id: string | null;
  @Instant() received_at: Date;
  @Instant({ nullable: true, about: 'Time of the device, when it can be told.' }) at: Date | null;
  @Text({ example: 'no_vehicle' }) reason: string;
  @Text({ nullable: true, about: 'What the bytes were read as, when no sample could be made of them.' }) protocol: string | null;
  @Text({ max: 1000 }) detail: string;
  @Text({ max: 100_000, nullable: true, about: 'The bytes as they came, base64.' }) raw: string | null;
  @Instant({ nullable: true }) replayed_at: Date | null;
  @Text({ nullable: true, about: 'What became of it when it was replayed.' }) outcome: string | null;
}

export class ReplayView {
  @Int() replayed: number;
  @Int() accepted: number;
  @Int() duplicates: number;
  @Int({ about: 'Set aside again.' }) still_rejected: number;
  @Flag({ about: 'More are waiting than one call takes; call again.' }) more: boolean;
}
