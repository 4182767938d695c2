import { Anchor } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take, type Schemas } from '../../api/client';
import { useFormat } from '../../app/me';
import { StatusBadge, type Tone } from '../../kit/badge';
import type { Column, Filter } from '../../kit/list/types';
import { useOptions, type Option } from '../../kit/options';
import { DriverLink } from '../drivers/words';

export type EventRow = Schemas['EventView'];
export type EventHistory = Schemas['EventHistoryView'];
type Type = EventRow['type'];
type FineState = NonNullable<EventRow['fine_state']>;

export const types = ['trip', 'incident', 'violation', 'fine', 'repair', 'system'] as const;
export const states = ['accepted', 'review', 'withdrawn'] as const;
export const severities = ['low', 'medium', 'high'] as const;
export const sources = ['telemetry', 'registry', 'drivers', 'staff', 'driver', 'import', 'integration'] as const;
export const reviewReasons = ['unattributed', 'ambiguous_driver', 'vehicle_unknown', 'vehicle_retired', 'vehicle_missing', 'time_missing'] as const;

/** Kinds that people write down themselves; what machines tell has kinds of its own. */
export const kindsByHand = {
  incident: ['collision', 'damage', 'injury', 'near_miss', 'breakdown', 'theft', 'vandalism', 'fire', 'other'],
  violation: ['smoking', 'no_seatbelt', 'phone_use', 'complaint', 'unauthorized_use', 'other'],
  fine: ['speeding', 'parking', 'red_light', 'lane', 'toll', 'documents', 'other'],
  repair: ['repair', 'service', 'tyres', 'body', 'inspection', 'other'],
  system: ['note'],
} as const;
export type TypeByHand = keyof typeof kindsByHand;

const kindsByMachine: Partial<Record<Type, readonly string[]>> = {
  trip: ['trip'],
  incident: ['towing_suspected', 'jamming_suspected'],
  violation: ['harsh_acceleration', 'harsh_braking', 'harsh_cornering', 'overspeed', 'idling'],
  system: ['shift_started', 'shift_ended', 'shift_corrected', 'driver_status_changed', 'document_expiring', 'vehicle_onboarded', 'vehicle_status_changed', 'device_bound', 'device_unbound', 'device_silent', 'new_dtc', 'geofence_enter', 'geofence_exit', 'geofence_dwell'],
};

const stateTones: Record<EventRow['state'], Tone> = { accepted: 'good', review: 'warn', withdrawn: 'off' };
const fineTones: Record<FineState, Tone> = { received: 'warn', attributed: 'busy', contested: 'warn', upheld: 'busy', cancelled: 'off', charged: 'calm', paid: 'good' };
const severityTones: Record<(typeof severities)[number], Tone> = { low: 'calm', medium: 'warn', high: 'bad' };

export function EventState({ state }: { state: EventRow['state'] }): ReactNode {
  const { t } = useTranslation();
  return <StatusBadge tone={stateTones[state]}>{t(`events:state.${state}`)}</StatusBadge>;
}

export function FineStateBadge({ state }: { state: FineState }): ReactNode {
  const { t } = useTranslation();
  return <StatusBadge tone={fineTones[state]}>{t(`events:fine_state.${state}`)}</StatusBadge>;
}

export function Severity({ severity }: { severity: EventRow['severity'] }): ReactNode {
  const { t } = useTranslation();
  if (!severity) return '–';
  return <StatusBadge tone={severityTones[severity]}>{t(`events:severity.${severity}`)}</StatusBadge>;
}

/** What happened, in the reader's language unless somebody called it otherwise. */
export function useNameOf(): (event: Pick<EventRow, 'type' | 'kind' | 'title' | 'titled'>) => string {
  const { t } = useTranslation();
  return (event) => (event.titled ? event.title : t(`events:kind.${event.kind === 'other' ? `other_${event.type}` : event.kind}`, { defaultValue: event.title }));
}

export function useKindOptions(type: string | undefined): Option[] {
  const { t } = useTranslation();
  const known = types.find((one) => one === type);
  const kinds = known ? [...(known === 'trip' ? [] : kindsByHand[known]), ...(kindsByMachine[known] ?? [])] : [];
  return kinds.map((kind) => ({ value: kind, label: t(`events:kind.${kind === 'other' ? `other_${known}` : kind}`) }));
}

export const eventKey = (id: string): string[] => ['event', id];
export const readEvent = (id: string): Promise<EventRow> => take(api.GET('/api/v1/event_log/events/{event_id}', { params: { path: { event_id: id } } }));

/** After an act on one or more events everything that shows events is read again. */
export function useEventsChanged(): () => Promise<void> {
  const queries = useQueryClient();
  return () => queries.invalidateQueries({ predicate: ({ queryKey: [first] }) => first === 'event' || String(first).startsWith('/api/v1/event_log') });
}

export function EventDriver({ event }: { event: Pick<EventRow, 'driver_id' | 'driver_no' | 'outcome'> }): ReactNode {
  const { t } = useTranslation();
  if (event.driver_id) return <DriverLink id={event.driver_id} number={event.driver_no ?? 0} />;
  return event.outcome === 'none' ? '–' : t(`events:outcome.${event.outcome}`);
}

export function EventVehicle({ event }: { event: Pick<EventRow, 'vehicle_id' | 'plate'> }): ReactNode {
  if (!event.vehicle_id) return event.plate ?? '–';
  return (
    <Anchor component={Link} to={`/vehicles/${event.vehicle_id}`} size="sm">
      {event.plate}
    </Anchor>
  );
}

/** Columns every list of events shares; `without` leaves out what the page around it says already. */
export function useEventColumns(without: 'vehicle' | 'driver' | undefined = undefined): Column<EventRow>[] {
  const { t } = useTranslation();
  const format = useFormat();
  const nameOf = useNameOf();
  const columns: Column<EventRow>[] = [
    { id: 'what', header: t('kit:what'), cell: nameOf, phone: 'title' },
    { id: 'at', header: t('kit:when'), cell: (e) => format.dateTime(e.at), sort: 'at' },
    { id: 'type', header: t('events:type_label'), cell: (e) => t(`events:type.${e.type}`) },
    { id: 'vehicle', header: t('drivers:vehicle'), cell: (e) => <EventVehicle event={e} /> },
    { id: 'driver', header: t('drivers:driver'), cell: (e) => <EventDriver event={e} /> },
    { id: 'measured', header: t('events:measured'), cell: (e) => measuredOf(e, format.number), align: 'right' },
    { id: 'severity', header: t('events:severity_label'), cell: (e) => <Severity severity={e.severity} /> },
    { id: 'state', header: t('vehicles:field.status'), cell: (e) => (e.fine_state && e.state === 'accepted' ? <FineStateBadge state={e.fine_state} /> : <EventState state={e.state} />) },
    { id: 'source', header: t('events:source_label'), cell: (e) => t(`events:source.${e.source}`), hidden: true },
    { id: 'reference', header: t('events:reference'), cell: (e) => e.reference ?? '–', hidden: true },
  ];
  return columns.filter((column) => column.id !== without);
}

/** What a machine measured: `118 km/h (80)`. */
export function measuredOf({ details }: Pick<EventRow, 'details'>, number: (value: number | null, places?: number) => string): string {
  const { value, limit, unit } = details;
  if (typeof value !== 'number' || typeof unit !== 'string') return '–';
  return `${number(value, 1)} ${unit}${typeof limit === 'number' ? ` (${number(limit, 1)})` : ''}`;
}

export function usePeriodFilters(): Filter[] {
  const { t } = useTranslation();
  return [
    { name: 'from', label: t('events:from'), kind: 'from' },
    { name: 'to', label: t('events:to'), kind: 'to' },
  ];
}

export const useTypeFilter = (): Filter => {
  const { t } = useTranslation();
  return { name: 'type', label: t('events:type_label'), options: useOptions('events:type', types) };
};

/** Whole units as people type them, in the smallest ones of the currency. */
export function minorOf(amount: number, currency: string): number {
  const places = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
  return Math.round(amount * 10 ** places);
}
