import { ActionIcon, Button, Group, SegmentedControl, Stack, TextInput } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { May, useFormat } from '../../app/me';
import { openDialog } from '../../kit/dialogs';
import { Icon } from '../../kit/icons';
import { ListPage } from '../../kit/list/list-page';
import { useParamsInUrl } from '../../kit/search-params';
import { dayOf } from '../../kit/zoned';
import type { Driver } from '../drivers/words';
import { RecordEvent } from './record';
import { useEventColumns, usePeriodFilters, useTypeFilter } from './words';

/** What happened to one vehicle, latest first. */
export function VehicleTimeline({ vehicleId }: { vehicleId: string }): ReactNode {
  const { t } = useTranslation();
  return (
    <ListPage
      id="vehicle-events"
      inner
      title={t('events:nav')}
      path="/api/v1/event_log/vehicle/{vehicle_id}/timeline"
      pathParams={{ vehicle_id: vehicleId }}
      hrefOf={(e) => `/events/${e.id}`}
      filters={[useTypeFilter(), ...usePeriodFilters()]}
      columns={useEventColumns('vehicle')}
      empty={{ title: t('events:none') }}
      actions={
        <May permission="event_log.event.write">
          <Button size="xs" leftSection={<Icon name="plus" size={14} />} onClick={() => openDialog(t('events:record.title'), (close) => <RecordEvent close={close} vehicleId={vehicleId} />, 'lg')}>
            {t('events:record.button')}
          </Button>
        </May>
      }
    />
  );
}

/** A driver's days: one from midnight to midnight on the account's clock, or all of them. */
export function DriverTimeline({ driver }: { driver: Driver }): ReactNode {
  const { t } = useTranslation();
  const [way, setWay] = useState<'day' | 'all'>('day');
  const filters = [useTypeFilter(), ...usePeriodFilters()];
  const columns = useEventColumns('driver');
  const path = { driver_id: driver.id };
  return (
    <Stack gap="xs">
      <SegmentedControl
        size="xs"
        w="fit-content"
        aria-label={t('events:nav')}
        value={way}
        onChange={(next) => setWay(next as 'day')}
        data={[
          { value: 'day', label: t('events:one_day') },
          { value: 'all', label: t('events:all_days') },
        ]}
      />
      {way === 'day' ? (
        <DriverDay driver={driver} />
      ) : (
        <ListPage
          id="driver-events"
          inner
          title={t('events:nav')}
          path="/api/v1/event_log/driver/{driver_id}/timeline"
          pathParams={path}
          hrefOf={(e) => `/events/${e.id}`}
          filters={filters}
          columns={columns}
          empty={{ title: t('events:none') }}
        />
      )}
    </Stack>
  );
}

const dayMs = 86_400_000;

function DriverDay({ driver }: { driver: Driver }): ReactNode {
  const { t } = useTranslation();
  const today = dayOf(Date.now(), useFormat().habits.timeZone);
  const [params, setParams] = useParamsInUrl();
  const day = params['day'] ?? today;
  const shift = (days: number): void => setParams({ day: new Date(Date.parse(`${day}T12:00Z`) + days * dayMs).toISOString().slice(0, 10) });
  const columns = useEventColumns('driver');
  return (
    <Stack gap="xs">
      <Group gap="xs">
        <ActionIcon variant="default" size={30} aria-label={t('telemetry:track.before')} onClick={() => shift(-1)}>
          <Icon name="back" size={16} />
        </ActionIcon>
        <TextInput size="xs" type="date" aria-label={t('telemetry:track.day')} value={day} max={today} onChange={(event) => event.currentTarget.value && setParams({ day: event.currentTarget.value })} />
        <ActionIcon variant="default" size={30} aria-label={t('telemetry:track.after')} disabled={day >= today} onClick={() => shift(1)}>
          <Icon name="next" size={16} />
        </ActionIcon>
      </Group>
      <ListPage
        id="driver-day"
        inner
        title={t('events:one_day')}
        path="/api/v1/event_log/driver/{driver_id}"
        pathParams={{ driver_id: driver.id }}
        fixed={{ date: day }}
        hrefOf={(e) => `/events/${e.id}`}
        columns={columns}
        empty={{ title: t('events:none_day') }}
      />
    </Stack>
  );
}
