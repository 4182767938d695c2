import { Flag, Instant, Int, ListQuery, Nested, OneOf, Text, Uuid } from '@fleet/platform/http';

export class StartFineImportQuery {
  @Flag({ optional: true, fromText: true, about: 'Check everything, write nothing.' }) dry_run?: boolean;
  @Text({ optional: true, max: 2000, about: 'What columns mean that are named otherwise: "Kennz.=plate; Betrag=amount".' }) mapping?: string;
  @OneOf(['dmy', 'mdy'], { optional: true, about: 'How 03/02/2026 is read; day first unless said.' }) day_order?: 'dmy' | 'mdy';
}

export class FineImportErrorView {
  @Int({ about: 'Line in the file, the header is 1.' }) line: number;
  @Text({ nullable: true }) field: string | null;
  @Text() code: string;
  @Text() detail: string;
}

export class FineImportView {
  @Uuid() id: string;
  @Text() file_name: string;
  @Flag() dry_run: boolean;
  @OneOf(['waiting', 'running', 'done', 'failed']) state: string;
  @Int() rows_total: number;
  @Int() rows_done: number;
  @Int() recorded_count: number;
  @Int({ about: 'Fines the log had already.' }) known_count: number;
  @Int({ about: 'Of those recorded: plate unknown, nobody drove, time missing… Find them by state=review.' }) review_count: number;
  @Int() error_count: number;
  @Nested(() => FineImportErrorView, { listMax: 1000, about: 'The first thousand.' }) errors: FineImportErrorView[];
  @Text({ nullable: true, about: 'Why the whole import stopped, if it did.' }) fault: string | null;
  @Instant() created_at: Date;
  @Instant({ nullable: true }) finished_at: Date | null;
}

export class FineImportQuery extends ListQuery {}
