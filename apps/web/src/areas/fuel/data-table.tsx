import { Table } from '@mantine/core';
import type { ReactNode } from 'react';

export interface DataColumn<Row> {
  id: string;
  header: string;
  cell: (row: Row) => ReactNode;
  right?: boolean;
}

interface DataTableProps<Row> {
  caption: string;
  columns: readonly DataColumn<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row) => string;
  /** The last line, over all rows also where not all are shown. */
  total?: { row: Row; label: string };
}

/** A report that comes whole; lists that go on use the kit's ListPage. */
export function DataTable<Row>({ caption, columns, rows, keyOf, total }: DataTableProps<Row>): ReactNode {
  return (
    <Table.ScrollContainer minWidth={Math.min(720, columns.length * 100)} scrollAreaProps={{ viewportProps: { tabIndex: 0, role: 'region', 'aria-label': caption } }}>
      <Table withTableBorder highlightOnHover verticalSpacing={4} style={{ fontVariantNumeric: 'tabular-nums', whiteSpace: 'nowrap', background: 'var(--paper)' }}>
        <Table.Caption className="sr-only">{caption}</Table.Caption>
        <Table.Thead>
          <Table.Tr>
            {columns.map((column) => (
              <Table.Th key={column.id} ta={column.right ? 'right' : 'left'}>
                {column.header}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={keyOf(row)}>
              {columns.map((column) => (
                <Table.Td key={column.id} ta={column.right ? 'right' : 'left'}>
                  {column.cell(row)}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
        {total && (
          <Table.Tfoot>
            <Table.Tr>
              {columns.map((column, index) => (
                <Table.Th key={column.id} ta={column.right ? 'right' : 'left'}>
                  {index === 0 ? total.label : column.cell(total.row)}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Tfoot>
        )}
      </Table>
    </Table.ScrollContainer>
  );
}
