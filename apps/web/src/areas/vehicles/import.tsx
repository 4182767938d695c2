import { Button, Group, Progress, Stack, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take, type Schemas } from '../../api/client';
import { useFormat } from '../../app/me';
import { StatusBadge, type Tone } from '../../kit/badge';
import { DetailPage, Facts } from '../../kit/detail';
import { Trouble, Waiting } from '../../kit/states';
import { Notice } from '../../kit/notice';

type Import = Schemas['ImportView'];
const tones: Record<Import['state'], Tone> = { waiting: 'calm', running: 'busy', done: 'good', failed: 'bad' };

export function ImportState({ state, dryRun }: { state: Import['state']; dryRun: boolean }): ReactNode {
  const { t } = useTranslation();
  return (
    <Group gap={6} wrap="nowrap">
      <StatusBadge tone={tones[state]}>{t(`vehicles:imports.state.${state}`)}</StatusBadge>
      {dryRun && (
        <Text size="xs" c="dimmed">
          {t('vehicles:imports.dry')}
        </Text>
      )}
    </Group>
  );
}

const ended = (state: Import['state'] | undefined): boolean => state === 'done' || state === 'failed';

export default function ImportPage(): ReactNode {
  const { id = '' } = useParams({ strict: false }) as { id?: string };
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery({
    queryKey: ['import', id],
    queryFn: () => take(api.GET('/api/v1/transport_registry/imports/{import_id}', { params: { path: { import_id: id } } })),
    refetchInterval: (query) => (ended(query.state.data?.state) ? false : 1000),
  });
  if (error) return <Trouble error={error} again={() => void refetch()} />;
  if (!data) return <Waiting />;
  return (
    <DetailPage
      back={{ to: '/vehicle-imports', label: t('vehicles:imports.nav') }}
      title={data.file_name}
      badges={<ImportState state={data.state} dryRun={data.dry_run} />}
      tabs={[
        { id: 'result', label: t('vehicles:imports.result'), draw: () => <Result of={data} /> },
        { id: 'errors', label: t('vehicles:imports.errors_tab', { count: data.error_count }), draw: () => <RowErrors of={data} /> },
      ]}
    />
  );
}

function Result({ of }: { of: Import }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const share = of.rows_total > 0 ? (100 * of.rows_done) / of.rows_total : 0;
  return (
    <Stack gap="sm">
      {!ended(of.state) && <Progress value={share} animated aria-label={t('vehicles:imports.progress')} />}
      {of.fault && (
        <Notice tone="bad" title={t('vehicles:imports.state.failed')}>
          {of.fault}
        </Notice>
      )}
      <Facts
        facts={[
          [t('vehicles:imports.rows'), `${format.number(of.rows_done)} / ${format.number(of.rows_total)}`],
          [t('vehicles:imports.created'), format.number(of.created_count)],
          [t('vehicles:imports.updated'), format.number(of.updated_count)],
          [t('vehicles:imports.unchanged'), format.number(of.unchanged_count)],
          [t('vehicles:imports.errors'), format.number(of.error_count)],
          [t('vehicles:imports.finished'), format.dateTime(of.finished_at)],
        ]}
      />
      {of.state === 'done' && of.dry_run && (
        <Notice tone="busy">
          <Group justify="space-between">
            <Text size="sm">{t(of.error_count > 0 ? 'vehicles:imports.dry_bad' : 'vehicles:imports.dry_good')}</Text>
            <Button size="xs" variant="light" component={Link} to="/vehicle-imports">
              {t('vehicles:imports.next')}
            </Button>
          </Group>
        </Notice>
      )}
    </Stack>
  );
}

export function RowErrors({ of }: { of: Pick<Import, 'errors'> }): ReactNode {
  const { t } = useTranslation();
  if (of.errors.length === 0) return <Text size="sm">{t('vehicles:imports.no_errors')}</Text>;
  return (
    <Table.ScrollContainer minWidth={420} scrollAreaProps={{ tabIndex: 0 }}>
      <Table striped>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('vehicles:imports.line')}</Table.Th>
            <Table.Th>{t('vehicles:imports.field')}</Table.Th>
            <Table.Th>{t('vehicles:imports.fault')}</Table.Th>
            <Table.Th>{t('vehicles:imports.code')}</Table.Th>
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
