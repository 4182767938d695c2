import { Flag, Instant, Int, ListQuery, OneOf, Text, Uuid } from '@fleet/platform/http';

export class UploadReceiptBody {
  @Uuid({ optional: true, about: 'The vehicle it was for, when that is known.' }) vehicle_id?: string;
  @Instant({ optional: true, about: 'When it was photographed; now unless said.' }) taken_at?: string;
  @Text({ optional: true, max: 300 }) note?: string;
}

export class AttachReceiptBody {
  @Uuid() fill_up_id: string;
}

export class ReceiptView {
  @Uuid() id: string;
  @OneOf(['to_be_typed', 'typed', 'discarded']) state: string;
  @Uuid({ nullable: true }) fill_up_id: string | null;
  @Uuid({ nullable: true }) vehicle_id: string | null;
  @Uuid({ nullable: true }) driver_id: string | null;
  @Text() original_filename: string;
  @OneOf(['image/jpeg', 'image/png']) content_type: string;
  @Int() size_bytes: number;
  @Text({ about: 'Of the picture as kept, hex.' }) sha256: string;
  @Flag({ about: 'Whether a small picture is there.' }) has_thumbnail: boolean;
  @Flag({ about: 'Somebody else handed in the very same picture.' }) seen_elsewhere: boolean;
  @Instant() taken_at: Date;
  @Text({ nullable: true }) note: string | null;
  @Text({ nullable: true }) discard_reason: string | null;
  @Text() uploaded_by: string;
  @Instant() created_at: Date;
}

/** What a driver sees of their own. */
export class MyReceiptView {
  @Uuid() id: string;
  @OneOf(['to_be_typed', 'typed', 'discarded']) state: string;
  @Uuid({ nullable: true }) fill_up_id: string | null;
  @Uuid({ nullable: true }) vehicle_id: string | null;
  @Text() original_filename: string;
  @Int() size_bytes: number;
  @Flag() has_thumbnail: boolean;
  @Instant() taken_at: Date;
  @Text({ nullable: true }) note: string | null;
  @Text({ nullable: true }) discard_reason: string | null;
  @Instant() created_at: Date;
}

export class ReceiptQuery extends ListQuery {
  @OneOf(['to_be_typed', 'typed', 'discarded'], { optional: true }) state?: string;
  @Uuid({ optional: true }) vehicle_id?: string;
  @Uuid({ optional: true }) driver_id?: string;
}
