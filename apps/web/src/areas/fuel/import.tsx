import { Stack, Table } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take, type Schemas } from '../../api/client';
import { useFormat } from '../../app/me';
import { ImportPage } from '../../kit/import/import-page';
import { Notice } from '../../kit/notice';
import { useFuelImportCounts } from './import-counts';

type Import = Schemas['FuelImportView'];

export default function FuelImportPage(): ReactNode {
  const { t } = useTranslation();
  return (
    <ImportPage
      back={{ to: '/fuel-imports', label: t('fuel:imports.nav') }}
      read={(id) => take(api.GET('/api/v1/fuel_log/imports/{import_id}', { params: { path: { import_id: id } } }))}
      counts={useFuelImportCounts()}
      facts={(row) => [[t('fuel:imports.assume_full'), t(row.assume_full ? 'kit:yes' : 'kit:no')]]}
      next={(row) => row.comparison && <Comparison of={row.comparison} />}
    />
  );
}

const compared = ['rows', 'quantity', 'price_sum', 'odometer_sum'] as const;

/** The file against what is stored from it, so that nobody has to believe it. */
function Comparison({ of }: { of: NonNullable<Import['comparison']> }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Stack gap="sm">
      <Notice tone={of.equal ? 'good' : 'warn'}>{t(of.equal ? 'fuel:imports.equal' : 'fuel:imports.unequal')}</Notice>
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
    </Stack>
  );
}
