import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take } from '../../api/client';
import { May, useFormat } from '../../app/me';
import { Icon } from '../../kit/icons';
import { ListPage } from '../../kit/list/list-page';
import { boundsOfDay, dayOf } from '../../kit/zoned';
import { DataTable } from './data-table';
import { useFillUpColumns } from './fill-ups';
import { useMonthColumns } from './month';
import { QuestionList } from './question-list';
import { UseChart } from './use-chart';
import { fillUpPath, useConsumption } from './words';

const yearMs = 365 * 86_400_000;

/** One vehicle's fuel: how its consumption went, what is asked about it, its months and its fill-ups. */
export default function VehicleFuel({ vehicleId }: { vehicleId: string }): ReactNode {
  const { t } = useTranslation();
  const zone = useFormat().habits.timeZone;
  const to = Date.parse(boundsOfDay(dayOf(Date.now(), zone), zone).to);
  const columns = useFillUpColumns();
  return (
    <Stack gap="md">
      <May permission="fuel_log.report.read">
        <UseChart from={to - yearMs / 4} to={to} filter={{ vehicle_id: vehicleId }} title={t('fuel:use.nav')} />
        <Months vehicleId={vehicleId} />
      </May>
      <May permission="fuel_log.anomaly.read">
        <div>
          <Title order={2} size="h5">
            {t('fuel:questions.open')}
          </Title>
          <QuestionList inner fixed={{ vehicle_id: vehicleId, state: 'open' }} />
        </div>
      </May>
      <div>
        <Title order={2} size="h5">
          {t('fuel:nav')}
        </Title>
        <ListPage
          id="vehicle-fill-ups"
          inner
          title={t('fuel:nav')}
          path={fillUpPath}
          fixed={{ vehicle_id: vehicleId }}
          hrefOf={(f) => `/fill-ups/${f.id}`}
          columns={columns.filter((column) => column.id !== 'plate')}
          empty={{ title: t('fuel:none') }}
          actions={
            <May permission="fuel_log.fill_up.write">
              <Button size="xs" component={Link} to={`/fill-ups/new?vehicle=${vehicleId}`} leftSection={<Icon name="plus" size={14} />}>
                {t('fuel:add')}
              </Button>
            </May>
          }
        />
      </div>
    </Stack>
  );
}

function Months({ vehicleId }: { vehicleId: string }): ReactNode {
  const { t } = useTranslation();
  const consumption = useConsumption();
  const columns = useMonthColumns();
  const { data } = useQuery({ queryKey: ['/api/v1/fuel_log/months', vehicleId], queryFn: () => take(api.GET('/api/v1/fuel_log/vehicles/{vehicle_id}/months', { params: { path: { vehicle_id: vehicleId } } })) });
  if (!data || data.months.length === 0) return null;
  return (
    <div>
      <Group justify="space-between">
        <Text size="sm" fw={600}>
          {t('fuel:month.by_month')}
        </Text>
        {consumption.choice}
      </Group>
      <DataTable caption={t('fuel:month.by_month')} rows={data.months} keyOf={(row) => `${row.month}${row.currency}`} columns={[{ id: 'month', header: t('fuel:month.month'), cell: (row) => ('month' in row ? row.month : '') }, ...columns]} />
    </div>
  );
}
