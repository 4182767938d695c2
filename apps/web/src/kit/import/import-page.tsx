import { Button, Group, Progress, Stack, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../app/me';
import { DetailPage, Facts } from '../detail';
import { Notice } from '../notice';
import { Trouble, Waiting } from '../states';
import { ImportState } from './import-state';
import type { ImportCount, ImportRow } from './types';

interface ImportProps<Row extends ImportRow> {
  /** The page of all imports. */
  back: { to: string; label: string };
  read: (id: string) => Promise<Row>;
  counts: ImportCount<Row>[];
  /** What was said about the file. */
  facts?: (row: Row) => [string, ReactNode][];
  /** What to look at or where to go on once it is written. */
  next?: (row: Row) => ReactNode;
}

const ended = ({ state }: ImportRow): boolean => state === 'done' || state === 'failed';

/** One import: how far it is, what came of it, and which lines are wrong. */
export function ImportPage<Row extends ImportRow>(props: ImportProps<Row>): ReactNode {
  const { id = '' } = useParams({ strict: false }) as { id?: string };
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery({
    queryKey: ['import', id],
    queryFn: () => props.read(id),
    refetchInterval: (query) => (query.state.data && ended(query.state.data) ? false : 1000),
  });
  if (error) return <Trouble error={error} again={() => void refetch()} />;
  if (!data) return <Waiting />;
  return (
    <DetailPage
      back={props.back}
      title={data.file_name}
      badges={<ImportState of={data} />}
      tabs={[
        { id: 'result', label: t('kit:import.result'), draw: () => <Result {...props} row={data} /> },
        { id: 'errors', label: t('kit:import.errors_tab', { count: data.error_count }), draw: () => <RowErrors of={data} /> },
      ]}
    />
  );
}

function Result<Row extends ImportRow>({ row, counts, facts, back, next }: ImportProps<Row> & { row: Row }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const share = row.rows_total > 0 ? (100 * row.rows_done) / row.rows_total : 0;
  return (
    <Stack gap="sm">
      {!ended(row) && <Progress value={share} animated aria-label={t('kit:import.progress')} />}
      {row.fault && (
        <Notice tone="bad" title={t('kit:import.state.failed')}>
          {row.fault}
        </Notice>
      )}
      <Facts
        facts={[
          [t('kit:import.rows'), `${format.number(row.rows_done)} / ${format.number(row.rows_total)}`],
          ...counts.map(({ label, of }): [string, ReactNode] => [label, format.number(of(row))]),
          [t('kit:import.errors'), format.number(row.error_count)],
          ...(facts?.(row) ?? []),
          [t('kit:import.finished'), format.dateTime(row.finished_at)],
        ]}
      />
      {row.state === 'done' && row.dry_run && (
        <Notice tone="busy">
          <Group justify="space-between">
            <Text size="sm">{t(row.error_count > 0 ? 'kit:import.dry_bad' : 'kit:import.dry_good')}</Text>
            <Button size="xs" variant="light" component={Link} to={back.to}>
              {t('kit:import.next')}
            </Button>
          </Group>
        </Notice>
      )}
      {row.state === 'done' && !row.dry_run && next?.(row)}
    </Stack>
  );
}

function RowErrors({ of }: { of: ImportRow }): ReactNode {
  const { t } = useTranslation();
  if (of.errors.length === 0) return <Text size="sm">{t('kit:import.no_errors')}</Text>;
  return (
    <Table.ScrollContainer minWidth={420} scrollAreaProps={{ tabIndex: 0 }}>
      <Table striped>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('kit:import.line')}</Table.Th>
            <Table.Th>{t('kit:import.field')}</Table.Th>
            <Table.Th>{t('kit:import.fault')}</Table.Th>
            <Table.Th>{t('kit:import.code')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {of.errors.map((error, index) => (
            <Table.Tr key={index}>
              <Table.Td>{error.line}</Table.Td>
              <Table.Td>{error.field ?? '–'}</Table.Td>
              <Table.Td>{error.detail}</Table.Td>
              <Table.Td ff="monospace">{error.code}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
