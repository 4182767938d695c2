import { Decimal, Flag, Instant, Int, ListQuery, Nested, OneOf, Text, Uuid } from '@fleet/platform/http';

export class StartFuelImportQuery {
  @Flag({ optional: true, fromText: true, about: 'Check everything, write nothing.' }) dry_run?: boolean;
  @Flag({ optional: true, fromText: true, about: 'Lines that do not say so were filled to the full. No unless said.' }) assume_full?: boolean;
}

export class FuelImportErrorView {
  @Int({ about: 'Line in the file, the header is 1.' }) line: number;
  @Text({ nullable: true }) field: string | null;
  @Text() code: string;
  @Text() detail: string;
}

export class FuelSideView {
  @Int() rows: number;
  @Decimal() quantity: number;
  @Decimal({ about: 'Of the prices per unit.' }) price_sum: number;
  @Decimal({ nullable: true }) odometer_sum: number | null;
}

/** Figures of the file against those stored from it. */
export class FuelComparisonView {
  @Nested(() => FuelSideView) before: FuelSideView;
  @Nested(() => FuelSideView) after: FuelSideView;
  @Flag({ about: 'Nothing was lost, rounded or added.' }) equal: boolean;
}

export class FuelImportView {
  @Uuid() id: string;
  @Text() file_name: string;
  @Flag() dry_run: boolean;
  @Flag() assume_full: boolean;
  @Flag({ about: 'The columns gallons, price_per_gallon and date were there.' }) old_shape: boolean;
  @OneOf(['waiting', 'running', 'done', 'failed']) state: string;
  @Int() rows_total: number;
  @Int() rows_done: number;
  @Int() created_count: number;
  @Int() unchanged_count: number;
  @Int() error_count: number;
  @Nested(() => FuelImportErrorView, { listMax: 1000, about: 'The first thousand.' }) errors: FuelImportErrorView[];
  @Nested(() => FuelComparisonView, { nullable: true, about: 'When done, except for a dry run.' }) comparison: FuelComparisonView | null;
  @Text({ nullable: true }) fault: string | null;
  @Instant() created_at: Date;
  @Instant({ nullable: true }) finished_at: Date | null;
}

export class FuelImportQuery extends ListQuery {}
