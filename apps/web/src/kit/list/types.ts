import type { ReactNode } from 'react';

export interface Column<Row> {
  id: string;
  header: string;
  cell: (row: Row) => ReactNode;
  /** Name of the server's sort, where it has one. */
  sort?: string;
  /** Off until somebody chooses it. */
  hidden?: boolean;
  align?: 'right';
  /** `title` heads the card on a phone; `skip` is left out there. */
  phone?: 'title' | 'skip';
}

export interface Filter {
  name: string;
  label: string;
  /** Chosen from a list, or typed. `from` and `to` are days of the account, sent as the moments at which they begin and end. */
  options?: { value: string; label: string }[];
  kind?: 'text' | 'date' | 'from' | 'to';
}
