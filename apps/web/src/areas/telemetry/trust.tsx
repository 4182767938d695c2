import { Stack, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take } from '../../api/client';
import { useFormat } from '../../app/me';
import { Facts } from '../../kit/detail';
import { Notice } from '../../kit/notice';
import { Trouble, Waiting } from '../../kit/states';
import { Ago } from '../../kit/time';

/** How far the figures of this vehicle can be trusted: what arrived, how late, what was missing or doubtful. */
export function TrustTab({ vehicleId }: { vehicleId: string }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const { data, error, refetch } = useQuery({ queryKey: ['trust', vehicleId], queryFn: () => take(api.GET('/api/v1/telemetry/{vehicle_id}/trust', { params: { path: { vehicle_id: vehicleId } } })), refetchInterval: 30_000 });
  if (error) return <Trouble error={error} again={() => void refetch()} />;
  if (!data) return <Waiting />;
  const share = Math.round(data.coverage * 1000) / 10;
  const seconds = (value: number | null): string => format.duration(value === null ? null : value * 1000);
  const counted = (of: object): string => Object.entries(of as Record<string, number>).map(([name, count]) => `${name} ${format.number(count)}`).join(', ') || '–';
  return (
    <Stack gap="sm">
      <Notice tone={data.samples === 0 ? 'bad' : share >= 95 ? 'good' : share >= 70 ? 'warn' : 'bad'} title={data.samples === 0 ? t('telemetry:trust.silent') : t('telemetry:trust.coverage', { share: format.number(share, 1) })}>
        {t('telemetry:trust.span', { from: format.dateTime(data.from_at), to: format.dateTime(data.to_at) })}
      </Notice>
      <Facts
        facts={[
          [t('telemetry:trust.last'), <Ago key="last" at={data.last_at} />],
          [t('telemetry:trust.samples'), format.number(data.samples)],
          [t('telemetry:trust.delay'), `${seconds(data.delay_s_median)} / ${seconds(data.delay_s_p95)}`],
          [t('telemetry:trust.late'), format.number(data.late)],
          [t('telemetry:trust.duplicates'), format.number(data.duplicates)],
          [t('telemetry:trust.marked'), counted(data.marked)],
          [t('telemetry:trust.rejected'), counted(data.rejected)],
          [t('telemetry:trust.gaps'), format.number(data.gap_count)],
        ]}
      />
      {data.gaps.length > 0 && (
        <div>
          <Text size="sm" fw={600}>
            {t('telemetry:trust.longest')}
          </Text>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('telemetry:trust.from')}</Table.Th>
                <Table.Th>{t('telemetry:trust.to')}</Table.Th>
                <Table.Th>{t('telemetry:trust.length')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {data.gaps.map((gap) => (
                <Table.Tr key={gap.from_at}>
                  <Table.Td>{format.dateTime(gap.from_at)}</Table.Td>
                  <Table.Td>{format.dateTime(gap.to_at)}</Table.Td>
                  <Table.Td>{format.duration(Date.parse(gap.to_at) - Date.parse(gap.from_at))}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </div>
      )}
    </Stack>
  );
}
