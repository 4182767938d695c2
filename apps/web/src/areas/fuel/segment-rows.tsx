import { Anchor, Button, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take, type Schemas } from '../../api/client';
import { useFormat } from '../../app/me';
import { DataTable } from './data-table';
import type { UseFilter } from './use-chart';
import { useConsumption, VehicleLink, Who } from './words';

type Stretch = Schemas['FuelSegmentView'];
const shownMax = 200;

/** The stretches behind a figure, from full tank to full tank, each with the fill-ups it is the sum of. */
export function SegmentRows({ period, filter, onClose }: { period: { from: string; to: string }; filter: UseFilter; onClose?: () => void }): ReactNode {
  const { t } = useTranslation();
  const { data } = useQuery({ queryKey: ['/api/v1/fuel_log/efficiency/segments', period, filter], queryFn: () => take(api.GET('/api/v1/fuel_log/efficiency/segments', { params: { query: { ...period, ...filter } } })) });
  if (!data) return null;
  const latest = [...data.segments].sort((a, b) => b.to_at.localeCompare(a.to_at)).slice(0, shownMax);
  return (
    <Stack gap={4}>
      <Group justify="space-between">
        <Text size="sm" fw={600}>
          {t('fuel:use.stretches')}
        </Text>
        {onClose && (
          <Button size="compact-xs" variant="subtle" onClick={onClose}>
            {t('kit:close')}
          </Button>
        )}
      </Group>
      <Stretches rows={latest} {...(filter.vehicle_id ? {} : { vehicles: true })} />
    </Stack>
  );
}

export function Stretches({ rows, vehicles }: { rows: readonly Stretch[]; vehicles?: boolean }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const consumption = useConsumption();
  return (
    <DataTable
      caption={t('fuel:use.stretches')}
      rows={rows}
      keyOf={(s) => s.from_fill_up_id}
      columns={[
        {
          id: 'when',
          header: t('kit:when'),
          cell: (s) => (
            <>
              <FillLink id={s.from_fill_up_id} at={s.from_at} /> – <FillLink id={s.fill_up_ids.at(-1) ?? s.from_fill_up_id} at={s.to_at} />
            </>
          ),
        },
        ...(vehicles ? [{ id: 'vehicle', header: t('drivers:vehicle'), cell: (s: Stretch) => <VehicleLink id={s.vehicle_id} /> }] : []),
        { id: 'driver', header: t('drivers:driver'), cell: (s) => <Who id={s.driver_id} /> },
        { id: 'use', header: t('fuel:use.consumption'), cell: (s) => consumption.show(s), right: true },
        { id: 'distance', header: t('drivers:shifts.distance'), cell: (s) => format.distance(s.distance_km), right: true },
        { id: 'fuel', header: t('fuel:field.fuel_quantity'), cell: (s) => (s.fuel_l !== null ? format.fuel(s.fuel_l) : `${format.number(s.energy_kwh, 1)} ${t('fuel:quantity_unit.kwh')}`), right: true },
        { id: 'cost', header: t('fuel:field.total'), cell: (s) => format.money(s.cost_minor, s.currency ?? undefined), right: true },
        { id: 'fills', header: t('fuel:nav'), cell: (s) => format.number(s.fill_up_ids.length), right: true },
      ]}
    />
  );
}

function FillLink({ id, at }: { id: string; at: string }): ReactNode {
  const format = useFormat();
  return (
    <Anchor component={Link} to={`/fill-ups/${id}`} size="sm">
      {format.day(at)}
    </Anchor>
  );
}
