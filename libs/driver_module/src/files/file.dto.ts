import { Instant, Int, Text, Uuid } from '@fleet/platform/http';

export class DriverFileView {
  @Uuid() id: string;
  @Text() content_type: string;
  @Int() size_bytes: number;
  @Text({ about: 'Of the bytes as kept, hex.' }) sha256: string;
  @Text() original_name: string;
  @Instant() created_at: Date;
}
