import { Anchor, Button, Group, SimpleGrid, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take } from '../../api/client';
import { fetchPage } from '../../api/lists';
import { useFormat, useMay } from '../../app/me';
import { ask } from '../../kit/dialogs';
import { done } from '../../kit/toast';
import { ReceiptPicture, UploadReceipts } from './pictures';
import { fillUpPath, useConsumption, useFuelChanged, useQuantity, type FillUp } from './words';

const dayMs = 86_400_000;
/** A stretch that takes longer than this ends nowhere worth waiting for. */
const stretchMaxMs = 120 * dayMs;

/** The fill-ups before and after, and the stretch from full tank to full tank that this one belongs to. */
export function Surroundings({ fillUp }: { fillUp: FillUp }): ReactNode {
  const { t } = useTranslation();
  const at = Date.parse(fillUp.fuel_date);
  const neighbour = (query: Record<string, string>): (() => Promise<FillUp | null>) => async () =>
    (await fetchPage(fillUpPath, { query: { vehicle_id: fillUp.vehicle_id, ...query }, limit: 5 }, null)).items.find((f) => f.id !== fillUp.id && f.state !== 'voided') ?? null;
  const before = useQuery({ queryKey: [fillUpPath, fillUp.id, 'before'], queryFn: neighbour({ to: new Date(at + 1).toISOString(), sort: '-fuel_date' }) });
  const after = useQuery({ queryKey: [fillUpPath, fillUp.id, 'after'], queryFn: neighbour({ from: fillUp.fuel_date, sort: 'fuel_date' }) });
  return (
    <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="sm">
      <Neighbour title={t('fuel:before')} fillUp={before.data} />
      <Stretch fillUp={fillUp} />
      <Neighbour title={t('fuel:after')} fillUp={after.data} />
    </SimpleGrid>
  );
}

function Neighbour({ title, fillUp }: { title: string; fillUp: FillUp | null | undefined }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const quantity = useQuantity();
  return (
    <Stack gap={2} className="card">
      <Text size="xs" c="dimmed">
        {title}
      </Text>
      {fillUp ? (
        <>
          <Anchor component={Link} to={`/fill-ups/${fillUp.id}`} size="sm">
            {format.dateTime(fillUp.fuel_date)}
          </Anchor>
          <Text size="sm">
            {quantity(fillUp)} · {t(fillUp.is_full_tank ? 'fuel:tank.full' : 'fuel:tank.partial')}
          </Text>
          <Text size="sm">{format.distance(fillUp.odometer_km)}</Text>
        </>
      ) : (
        <Text size="sm">{t('fuel:no_neighbour')}</Text>
      )}
    </Stack>
  );
}

function Stretch({ fillUp }: { fillUp: FillUp }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const may = useMay();
  const consumption = useConsumption();
  const { data } = useQuery({
    queryKey: [fillUpPath, fillUp.id, 'stretch'],
    queryFn: () => take(api.GET('/api/v1/fuel_log/vehicles/{vehicle_id}/efficiency', { params: { path: { vehicle_id: fillUp.vehicle_id }, query: { from: fillUp.fuel_date, to: new Date(Date.parse(fillUp.fuel_date) + stretchMaxMs).toISOString() } } })),
    enabled: may('fuel_log.report.read'),
  });
  const stretch = data?.segments.find((s) => s.fill_up_ids.includes(fillUp.id));
  return (
    <Stack gap={2} className="card">
      <Text size="xs" c="dimmed">
        {t('fuel:stretch')}
      </Text>
      {stretch ? (
        <>
          <Text fw={600}>{consumption.show(stretch)}</Text>
          <Text size="sm">
            {format.distance(stretch.distance_km)} · {t('fuel:total_fills', { count: stretch.fill_up_ids.length })} · {format.money(stretch.cost_minor, stretch.currency ?? undefined)}
          </Text>
          <Text size="sm">
            <Anchor component={Link} to={`/fill-ups/${stretch.from_fill_up_id}`} size="sm">
              {format.day(stretch.from_at)}
            </Anchor>{' '}
            –{' '}
            <Anchor component={Link} to={`/fill-ups/${stretch.fill_up_ids.at(-1) ?? fillUp.id}`} size="sm">
              {format.day(stretch.to_at)}
            </Anchor>
          </Text>
        </>
      ) : (
        <Text size="sm">{t('fuel:no_stretch')}</Text>
      )}
    </Stack>
  );
}

/** Pictures of this fill-up; one may be added later, and one that is of another taken off. */
export function Receipts({ fillUp }: { fillUp: FillUp }): ReactNode {
  const { t } = useTranslation();
  const may = useMay();
  const changed = useFuelChanged();
  const write = may('fuel_log.receipt.write') && fillUp.state !== 'voided';
  if (!may('fuel_log.receipt.read')) return null;
  const detach = (id: string): void =>
    ask({
      title: t('fuel:receipts.detach'),
      body: t('fuel:receipts.detach_body'),
      fields: [{ name: 'reason', label: t('vehicles:reason'), kind: 'textarea', required: true }],
      submitLabel: t('fuel:receipts.detach'),
      act: async ({ reason }, key) => {
        await api.POST('/api/v1/fuel_log/receipts/{receipt_id}/detach', { params: { path: { receipt_id: id } }, body: { reason: String(reason) }, headers: { 'Idempotency-Key': key } });
        done(t('kit:saved'));
        await changed();
      },
    });
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <Text fw={600} size="sm">
          {t('fuel:receipt')}
        </Text>
        {write && (
          <UploadReceipts
            quiet
            vehicleId={fillUp.vehicle_id}
            label={t('fuel:receipts.add')}
            onDone={async (receipts) => {
              for (const receipt of receipts) await api.POST('/api/v1/fuel_log/receipts/{receipt_id}/attach', { params: { path: { receipt_id: receipt.id } }, body: { fill_up_id: fillUp.id } });
              done(t('kit:saved'));
              await changed();
            }}
          />
        )}
      </Group>
      {fillUp.receipt_ids.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('fuel:receipts.no_picture')}
        </Text>
      )}
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        {fillUp.receipt_ids.map((id) => (
          <Stack key={id} gap={4} align="flex-start">
            <ReceiptPicture id={id} />
            {write && (
              <Button size="compact-xs" variant="subtle" onClick={() => detach(id)}>
                {t('fuel:receipts.detach')}
              </Button>
            )}
          </Stack>
        ))}
      </SimpleGrid>
    </Stack>
  );
}
