import { Progress, Stack, Table } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take, type Schemas } from '../../api/client';
import { useFormat } from '../../app/me';
import { DetailPage, Facts } from '../../kit/detail';
import { Notice } from '../../kit/notice';
import { Trouble, Waiting } from '../../kit/states';
import { ImportState, RowErrors } from '../vehicles/import';
import { ended } from './feed-words';

type Import = Schemas['FuelImportView'];

export default function FuelImportPage(): ReactNode {
  const { id = '' } = useParams({ strict: false }) as { id?: string };
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery({
    queryKey: ['fuel-import', id],
    queryFn: () => take(api.GET('/api/v1/fuel_log/imports/{import_id}', { params: { path: { import_id: id } } })),
    refetchInterval: (query) => (ended(query.state.data?.state) ? false : 1000),
  });
  if (error) return <Trouble error={error} again={() => void refetch()} />;
  if (!data) return <Waiting />;
  return (
    <DetailPage
      back={{ to: '/fuel-imports', label: t('fuel:imports.nav') }}
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
      {of.comparison && <Notice tone={of.comparison.equal ? 'good' : 'warn'}>{t(of.comparison.equal ? 'fuel:imports.equal' : 'fuel:imports.unequal')}</Notice>}
      <Facts
        facts={[
          [t('vehicles:imports.rows'), `${format.number(of.rows_done)} / ${format.number(of.rows_total)}`],
          [t('vehicles:imports.created'), format.number(of.created_count)],
          [t('vehicles:imports.unchanged'), format.number(of.unchanged_count)],
          [t('vehicles:imports.errors'), format.number(of.error_count)],
          [t('fuel:imports.assume_full'), t(of.assume_full ? 'kit:yes' : 'kit:no')],
          [t('vehicles:imports.finished'), format.dateTime(of.finished_at)],
        ]}
      />
      {of.comparison && <Comparison of={of.comparison} />}
      {of.state === 'done' && of.dry_run && <Notice tone="busy">{t(of.error_count > 0 ? 'vehicles:imports.dry_bad' : 'vehicles:imports.dry_good')}</Notice>}
    </Stack>
  );
}

const compared = ['rows', 'quantity', 'price_sum', 'odometer_sum'] as const;

/** The file against what is stored from it, so that nobody has to believe it. */
function Comparison({ of }: { of: NonNullable<Import['comparison']> }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Table withTableBorder maw={560}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('fuel:imports.figure')}</Table.Th>
          <Table.Th ta="right">{t('fuel:imports.in_file')}</Table.Th>
          <Table.Th ta="right">{t('fuel:imports.stored')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {compared.map((name) => (
          <Table.Tr key={name}>
            <Table.Th scope="row">{t(`fuel:imports.sum.${name}`)}</Table.Th>
            <Table.Td ta="right">{format.number(of.before[name], 4)}</Table.Td>
            <Table.Td ta="right">{format.number(of.after[name], 4)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
