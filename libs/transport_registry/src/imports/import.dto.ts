import { Flag, Instant, Int, ListQuery, Nested, OneOf, Text, Uuid } from '@fleet/platform/http';

export class StartImportQuery {
  @Flag({ optional: true, fromText: true, about: 'Check everything, write nothing.' }) dry_run?: boolean;
}

export class ImportErrorView {
  @Int({ about: 'Line in the file, the header is 1.' }) line: number;
  @Text({ nullable: true }) field: string | null;
  @Text() code: string;
  @Text() detail: string;
}

export class ImportView {
  @Uuid() id: string;
  @Text() file_name: string;
  @Flag() dry_run: boolean;
  @OneOf(['waiting', 'running', 'done', 'failed']) state: string;
  @Int() rows_total: number;
  @Int() rows_done: number;
  @Int() created_count: number;
  @Int() updated_count: number;
  @Int() unchanged_count: number;
  @Int() error_count: number;
  @Nested(() => ImportErrorView, { listMax: 1000, about: 'The first thousand.' }) errors: ImportErrorView[];
  @Text({ nullable: true, about: 'Why the whole import stopped, if it did.' }) fault: string | null;
  @Instant() created_at: Date;
  @Instant({ nullable: true }) finished_at: Date | null;
}

export class ImportQuery extends ListQuery {}
