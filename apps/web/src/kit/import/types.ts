/** What every import of a table tells of itself. */
export interface ImportRow {
  id: string;
  file_name: string;
  dry_run: boolean;
  state: 'waiting' | 'running' | 'done' | 'failed';
  rows_total: number;
  rows_done: number;
  error_count: number;
  errors: { line: number; field: string | null; code: string; detail: string }[];
  fault: string | null;
  created_at: string;
  finished_at: string | null;
}

/** A figure of its own: how many were new, known, changed. */
export interface ImportCount<Row> {
  label: string;
  of: (row: Row) => number;
}
