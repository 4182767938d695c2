import { Flag, Instant, Int, ListQuery, OneOf, Text, Uuid } from '@fleet/platform/http';

const states = ['waiting', 'running', 'done', 'failed'] as const;
const kinds = ['snapshot', 'changes', 'file'] as const;

export class StartFeedImportBody {
  @OneOf(['snapshot', 'changes'], { about: 'snapshot compares with the whole; changes reads what is new.' }) kind: 'snapshot' | 'changes';
  @Flag({ optional: true, about: 'Remove what a snapshot lacks, however much it is.' }) confirm_removals?: boolean;
}

export class FeedImportQuery extends ListQuery {
  @OneOf(states, { optional: true }) state?: string;
  @OneOf(kinds, { optional: true }) kind?: string;
}

export class FeedImportView {
  @Uuid() id: string;
  @OneOf(kinds) kind: string;
  @OneOf(states) state: string;
  @Text({ max: 1000 }) source: string;
  @Int() files_count: number;
  @Int() read_count: number;
  @Int() added_count: number;
  @Int() changed_count: number;
  @Int() unchanged_count: number;
  @Int({ about: 'Said earlier than what is known already, so it changed nothing.' }) older_count: number;
  @Int() skipped_count: number;
  @Int({ about: 'Missing from the snapshot, hidden since.' }) removed_count: number;
  @Int({ about: 'Went to the inbox.' }) waiting_count: number;
  @Int({ about: 'Missing from the snapshot, and so many that a person must confirm.' }) held_removals: number;
  @Text({ nullable: true }) fault_code: string | null;
  @Text({ nullable: true, max: 2000 }) fault: string | null;
  @Text() started_by: string;
  @Instant() created_at: Date;
  @Instant({ nullable: true }) started_at: Date | null;
  @Instant({ nullable: true }) finished_at: Date | null;
}

export class SkippedRecordView {
  @Int() id: number;
  @Text({ max: 1000 }) file: string;
  @Int({ about: 'Place among the records of the file, the first is 0.' }) position: number;
  @Text({ nullable: true }) record_id: string | null;
  @Text() code: string;
  @Text({ max: 1000 }) detail: string;
  @Text({ max: 1000, about: 'How it begins.' }) excerpt: string;
}
