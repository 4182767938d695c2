import { Checkbox, UnstyledButton } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './list.module.css';
import type { Column } from './types';

export interface Selection {
  chosen: ReadonlySet<string>;
  toggle: (id: string) => void;
}

export interface RowsProps<Row> {
  caption: string;
  rows: readonly Row[];
  columns: readonly Column<Row>[];
  keyOf: (row: Row) => string;
  hrefOf?: ((row: Row) => string) | undefined;
  active: number;
  selection?: Selection | undefined;
  sort: string | undefined;
  onSort: (sort: string) => void;
}

export function ListTable<Row>(props: RowsProps<Row>): ReactNode {
  const { caption, rows, columns, keyOf, hrefOf, active, selection } = props;
  const { t } = useTranslation();
  return (
    <table className={classes.table}>
      <caption className="sr-only">{caption}</caption>
      <thead>
        <tr>
          {selection && (
            <th scope="col" className={classes.narrow}>
              <span className="sr-only">{t('kit:list.choose')}</span>
            </th>
          )}
          {columns.map((column) => (
            <HeaderCell key={column.id} column={column} sort={props.sort} onSort={props.onSort} />
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, index) => (
          <TableRow key={keyOf(row)} row={row} id={keyOf(row)} columns={columns} href={hrefOf?.(row)} active={index === active} selection={selection} />
        ))}
      </tbody>
    </table>
  );
}

function HeaderCell<Row>({ column, sort, onSort }: { column: Column<Row>; sort: string | undefined; onSort: (sort: string) => void }): ReactNode {
  const way = column.sort && sort === column.sort ? 'ascending' : column.sort && sort === `-${column.sort}` ? 'descending' : undefined;
  return (
    <th scope="col" aria-sort={way ?? (column.sort ? 'none' : undefined)} data-align={column.align}>
      {column.sort ? (
        <UnstyledButton className={classes.sort} onClick={() => onSort(way === 'ascending' ? `-${column.sort}` : (column.sort ?? ''))}>
          {column.header}
          <span aria-hidden="true">{way === 'ascending' ? '↑' : way === 'descending' ? '↓' : ''}</span>
        </UnstyledButton>
      ) : (
        column.header
      )}
    </th>
  );
}

interface TableRowProps<Row> {
  row: Row;
  id: string;
  columns: readonly Column<Row>[];
  href: string | undefined;
  active: boolean;
  selection: Selection | undefined;
}

function TableRow<Row>({ row, id, columns, href, active, selection }: TableRowProps<Row>): ReactNode {
  const { t } = useTranslation();
  const ref = useRef<HTMLTableRowElement>(null);
  useEffect(() => {
    if (active) ref.current?.scrollIntoView({ block: 'nearest' });
  }, [active]);
  return (
    <tr ref={ref} data-active={active || undefined}>
      {selection && (
        <td className={classes.narrow}>
          <Checkbox size="xs" checked={selection.chosen.has(id)} onChange={() => selection.toggle(id)} aria-label={t('kit:list.choose_row')} />
        </td>
      )}
      {columns.map((column, index) => (
        <td key={column.id} data-align={column.align}>
          {index === 0 && href ? (
            <Link to={href} className={classes.link}>
              {column.cell(row)}
            </Link>
          ) : (
            column.cell(row)
          )}
        </td>
      ))}
    </tr>
  );
}

/** The same rows on a phone: a table of nine columns is no table there. */
export function ListCards<Row>({ caption, rows, columns, keyOf, hrefOf, active }: RowsProps<Row>): ReactNode {
  const title = columns.find((column) => column.phone === 'title') ?? columns[0];
  const others = columns.filter((column) => column !== title && column.phone !== 'skip');
  return (
    <ul className={classes.cards} aria-label={caption}>
      {rows.map((row, index) => (
        <li key={keyOf(row)} className={classes.card} data-active={index === active || undefined}>
          <div className={classes.cardTitle}>{hrefOf ? <Link to={hrefOf(row)}>{title?.cell(row)}</Link> : title?.cell(row)}</div>
          <dl className={classes.pairs}>
            {others.map((column) => (
              <div key={column.id} data-acts={column.id === 'act' || undefined}>
                <dt>{column.header}</dt>
                <dd>{column.cell(row)}</dd>
              </div>
            ))}
          </dl>
        </li>
      ))}
    </ul>
  );
}
