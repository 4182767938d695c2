import { Button, Group } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ifMatch, take, type Schemas } from '../../api/client';
import { asProblem, type Problem } from '../../api/problem';
import { May, useFormat, useMay } from '../../app/me';
import { StatusBadge } from '../../kit/badge';
import { ask, openDialog } from '../../kit/dialogs';
import { EditForm } from '../../kit/form/edit-form';
import type { Field, Values } from '../../kit/form/fields';
import { Form } from '../../kit/form/form';
import { Icon } from '../../kit/icons';
import { ListPage } from '../../kit/list/list-page';
import { flagOptions, useOptions } from '../../kit/options';
import { done } from '../../kit/toast';
import { localOf, momentOf } from '../../kit/zoned';
import { Pick } from '../../kit/pick';
import { useFuelChanged, useVehicle, VehicleLink, Who } from './words';

type Trip = Schemas['TripLogView'];
const tripPath = '/api/v1/fuel_log/trips';

/** The driving log: written down by people, or found by the devices. */
export default function TripsPage(): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const struck = (trip: Trip, text: string): ReactNode => (trip.withdrawn_at ? <span className="struck">{text}</span> : text);
  return (
    <ListPage
      id="trip-log"
      title={t('fuel:trips.nav')}
      path={tripPath}
      filters={[
        { name: 'vehicle_id', label: t('drivers:vehicle'), kind: 'vehicle' },
        { name: 'driver_id', label: t('drivers:driver'), kind: 'driver' },
        { name: 'from', label: t('fuel:from'), kind: 'from' },
        { name: 'to', label: t('fuel:to'), kind: 'to' },
        { name: 'source', label: t('fuel:source_label'), options: useOptions('fuel:trips.source', ['manual', 'detected']) },
        { name: 'withdrawn', label: t('fuel:trips.withdrawn_too'), options: flagOptions(t('kit:yes'), t('kit:no')) },
      ]}
      empty={{ title: t('fuel:trips.none') }}
      actions={
        <May permission="fuel_log.trip.write">
          <Button size="xs" leftSection={<Icon name="plus" size={14} />} onClick={() => openDialog(t('fuel:trips.add'), (close) => <LogTrip close={close} />, 'lg')}>
            {t('fuel:trips.add')}
          </Button>
        </May>
      }
      columns={[
        { id: 'start', header: t('fuel:trips.start'), cell: (trip) => struck(trip, format.dateTime(trip.start_at)) },
        { id: 'end', header: t('fuel:trips.end'), cell: (trip) => format.dateTime(trip.end_at) },
        { id: 'vehicle', header: t('drivers:vehicle'), cell: (trip) => <VehicleLink id={trip.vehicle_id} plate={trip.plate} />, phone: 'title' },
        { id: 'driver', header: t('drivers:driver'), cell: (trip) => <Who id={trip.driver_id} /> },
        { id: 'distance', header: t('drivers:shifts.distance'), cell: (trip) => struck(trip, format.distance(trip.distance_km, 1)), align: 'right' },
        { id: 'fuel', header: t('fuel:trips.fuel'), cell: (trip) => format.fuel(trip.fuel_l), align: 'right' },
        { id: 'source', header: t('fuel:source_label'), cell: (trip) => <StatusBadge tone={trip.withdrawn_at ? 'off' : trip.source === 'manual' ? 'calm' : 'busy'}>{t(trip.withdrawn_at ? 'fuel:trips.withdrawn' : `fuel:trips.source.${trip.source}`)}</StatusBadge> },
        { id: 'note', header: t('fuel:field.notes'), cell: (trip) => trip.withdraw_reason ?? trip.note ?? '–', phone: 'skip' },
        { id: 'act', header: t('kit:list.actions'), cell: (trip) => <Actions trip={trip} /> },
      ]}
    />
  );
}

function useTripFields(): Field[] {
  const { t } = useTranslation();
  const zone = useFormat().habits.timeZone;
  return [
    { name: 'start_at', label: t('fuel:trips.start'), kind: 'datetime', required: true, help: t('fuel:trips.zone', { zone }) },
    { name: 'end_at', label: t('fuel:trips.end'), kind: 'datetime', required: true },
    { name: 'odo_start', label: t('fuel:trips.odo_start'), kind: 'number', places: 1, min: 0, required: true },
    { name: 'odo_end', label: t('fuel:trips.odo_end'), kind: 'number', places: 1, min: 0, required: true },
    { name: 'note', label: t('fuel:field.notes'), kind: 'textarea', wide: true },
  ];
}

const inMoments = (values: Values, zone: string): Record<string, unknown> => Object.fromEntries(Object.entries(values).map(([name, value]) => [name, name.endsWith('_at') && value ? momentOf(String(value), zone) : value]));

function LogTrip({ close }: { close: () => void }): ReactNode {
  const { t } = useTranslation();
  const zone = useFormat().habits.timeZone;
  const changed = useFuelChanged();
  const fields = useTripFields();
  const [vehicleId, setVehicleId] = useState<string | null>(null);
  const [problem, setProblem] = useState<Problem | undefined>();
  const vehicle = useVehicle(vehicleId);
  const initial = { start_at: localOf(Date.now() - 3_600_000, zone), end_at: localOf(Date.now(), zone) };
  return (
    <Form
      columns={2}
      fields={fields}
      initial={initial}
      submitLabel={t('fuel:trips.add')}
      onCancel={close}
      onSubmit={async (values, key) => {
        try {
          await api.POST(tripPath, { body: { ...inMoments(values, zone), vehicle_id: vehicleId ?? '', ...(vehicle ? { distance_unit: vehicle.odometer_unit } : {}) } as never, headers: { 'Idempotency-Key': key } });
        } catch (error) {
          setProblem(asProblem(error));
          throw error;
        }
        done(t('kit:saved'));
        close();
        await changed();
      }}
    >
      <Pick of="vehicle" name="vehicle_id" label={t('drivers:vehicle')} value={vehicleId} onChange={setVehicleId} withAsterisk error={problem?.errors.find((e) => e.field === 'vehicle_id')?.detail} />
    </Form>
  );
}

function Actions({ trip }: { trip: Trip }): ReactNode {
  const { t } = useTranslation();
  const may = useMay();
  const changed = useFuelChanged();
  if (!may('fuel_log.trip.write') || trip.source !== 'manual' || trip.withdrawn_at) return null;
  const withdraw = (): void =>
    ask({
      title: t('fuel:trips.withdraw'),
      body: t('fuel:trips.withdraw_body'),
      fields: [{ name: 'reason', label: t('vehicles:reason'), kind: 'textarea', required: true }],
      submitLabel: t('fuel:trips.withdraw'),
      danger: true,
      act: async ({ reason }, key) => {
        await api.POST('/api/v1/fuel_log/trips/{trip_id}/withdraw', { params: { path: { trip_id: trip.id }, header: ifMatch(trip.version) }, body: { reason: String(reason) }, headers: { 'Idempotency-Key': key } });
        done(t('kit:saved'));
        await changed();
      },
    });
  return (
    <Group gap={4} wrap="nowrap">
      <Button size="compact-xs" variant="default" onClick={() => openDialog(t('fuel:trips.edit'), (close) => <EditTrip trip={trip} close={close} />, 'lg')}>
        {t('kit:edit')}
      </Button>
      <Button size="compact-xs" variant="subtle" color="red" onClick={withdraw}>
        {t('fuel:trips.withdraw')}
      </Button>
    </Group>
  );
}

const shownOf = (trip: Trip, zone: string): Values & { version: number } => ({ start_at: trip.start_at && localOf(trip.start_at, zone), end_at: trip.end_at && localOf(trip.end_at, zone), odo_start: trip.odo_start === null ? null : Number(trip.odo_start), odo_end: trip.odo_end === null ? null : Number(trip.odo_end), note: trip.note, version: trip.version });

function EditTrip({ trip, close }: { trip: Trip; close: () => void }): ReactNode {
  const { t } = useTranslation();
  const zone = useFormat().habits.timeZone;
  const changed = useFuelChanged();
  const path = { trip_id: trip.id };
  return (
    <EditForm
      fields={[{ name: 'reason', label: t('fuel:why_corrected'), required: true, wide: true }, ...useTripFields()]}
      subject={shownOf(trip, zone)}
      reload={async () => shownOf(await take(api.GET('/api/v1/fuel_log/trips/{trip_id}', { params: { path } })), zone)}
      save={async (changes, version) => {
        await api.PATCH('/api/v1/fuel_log/trips/{trip_id}', { params: { path, header: ifMatch(version) }, body: inMoments(changes, zone) as never });
        done(t('kit:saved'));
      }}
      onDone={() => {
        close();
        void changed();
      }}
      onCancel={close}
    />
  );
}
