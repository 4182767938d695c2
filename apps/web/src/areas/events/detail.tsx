import { Anchor, Button, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ifMatch, take } from '../../api/client';
import { May, useFormat } from '../../app/me';
import { useWho } from '../../kit/colleagues';
import { DetailPage, Facts } from '../../kit/detail';
import { ask } from '../../kit/dialogs';
import { Notice } from '../../kit/notice';
import { Trouble, Waiting } from '../../kit/states';
import { done } from '../../kit/toast';
import { dayOf, localOf, momentOf } from '../../kit/zoned';
import { AttributeButton, FineButtons, RulingButtons } from './acts';
import { Evidence } from './evidence';
import { EventPast } from './past';
import { eventKey, EventDriver, EventState, EventVehicle, FineStateBadge, measuredOf, readEvent, Severity, useEventsChanged, useNameOf, type EventHistory, type EventRow } from './words';

export default function EventPage(): ReactNode {
  const { id = '' } = useParams({ strict: false }) as { id?: string };
  const { t } = useTranslation();
  const format = useFormat();
  const nameOf = useNameOf();
  const { data: event, error, refetch } = useQuery({ queryKey: eventKey(id), queryFn: () => readEvent(id) });
  const past = useQuery({ queryKey: [...eventKey(id), 'history'], queryFn: () => take(api.GET('/api/v1/event_log/events/{event_id}/history', { params: { path: { event_id: id } } })) });
  if (error) return <Trouble error={error} again={() => void refetch()} />;
  if (!event) return <Waiting />;
  const drawn = (draw: (history: EventHistory) => ReactNode): ReactNode => (past.data ? draw(past.data) : past.error ? <Trouble error={past.error} again={() => void past.refetch()} /> : <Waiting />);
  return (
    <DetailPage
      back={event.type === 'fine' ? { to: '/fines', label: t('events:fines.nav') } : { to: '/events', label: t('events:nav') }}
      title={nameOf(event)}
      subtitle={`${t(`events:type.${event.type}`)} · ${format.dateTime(event.at)}${event.plate ? ` · ${event.plate}` : ''}`}
      badges={
        <>
          {event.fine_state && <FineStateBadge state={event.fine_state} />}
          {(event.state !== 'accepted' || !event.fine_state) && <EventState state={event.state} />}
        </>
      }
      actions={<Actions event={event} />}
      tabs={[
        { id: 'overview', label: t('vehicles:tab.overview'), draw: () => <Overview event={event} /> },
        { id: 'evidence', label: t('events:evidence.tab', { count: past.data?.evidence.length ?? 0 }), draw: () => drawn((history) => <Evidence event={event} pieces={history.evidence} />) },
        { id: 'history', label: t('vehicles:history.tab'), draw: () => drawn((history) => <EventPast past={history} currency={event.currency} />) },
      ]}
    />
  );
}

function Actions({ event }: { event: EventRow }): ReactNode {
  return (
    <>
      <FineButtons fine={event} />
      <AttributeButton event={event} />
      <May permission="event_log.event.write">
        <AmendButton event={event} />
      </May>
      <RulingButtons event={event} />
    </>
  );
}

/** Corrects what people told; the next revision stands beside the one before. */
function AmendButton({ event }: { event: EventRow }): ReactNode {
  const { t } = useTranslation();
  const zone = useFormat().habits.timeZone;
  const changed = useEventsChanged();
  if (event.source === 'telemetry' || event.type === 'system' || event.state === 'withdrawn') return null;
  const was = { vehicle_id: event.vehicle_id, at: localOf(event.at, zone), title: event.titled ? event.title : null, text: event.text };
  const amend = (): void =>
    ask({
      title: t('events:amend.title'),
      body: t('events:amend.body'),
      size: 'lg',
      columns: 2,
      fields: [
        { name: 'vehicle_id', label: t('drivers:vehicle'), kind: 'vehicle' },
        { name: 'at', label: t('kit:when'), kind: 'datetime', required: true, help: t('vehicles:odometer.at_help', { zone }) },
        { name: 'title', label: t('events:title'), wide: true },
        { name: 'text', label: t('events:text'), kind: 'textarea', wide: true },
        { name: 'reason', label: t('vehicles:reason'), kind: 'textarea', required: true, wide: true },
      ],
      initial: was,
      submitLabel: t('kit:form.save'),
      act: async ({ reason, vehicle_id, at, title, text }) => {
        const body = {
          reason: String(reason),
          ...(vehicle_id && vehicle_id !== was.vehicle_id ? { vehicle_id: String(vehicle_id) } : {}),
          ...(at !== was.at ? { at: momentOf(String(at), zone) } : {}),
          ...(title !== was.title ? { title: title === null ? null : String(title) } : {}),
          ...(text !== was.text ? { text: text === null ? null : String(text) } : {}),
        };
        await api.POST('/api/v1/event_log/events/{event_id}/amend', { params: { path: { event_id: event.id }, header: ifMatch(event.version) }, body });
        done(t('kit:saved'));
        await changed();
      },
    });
  return (
    <Button size="xs" variant="default" onClick={amend}>
      {t('events:amend.button')}
    </Button>
  );
}

function Overview({ event }: { event: EventRow }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const who = useWho();
  const { timeZone } = format.habits;
  const facts: [string, ReactNode][] = [
    [t('kit:when'), `${format.dateTime(event.at)}${event.to_at ? ` – ${format.dateTime(event.to_at)}` : ''}`],
    [t('drivers:vehicle'), <EventVehicle key="vehicle" event={event} />],
    [t('drivers:driver'), <EventDriver key="driver" event={event} />],
    [t('events:method_label'), event.driver_id ? t(`events:method.${event.method}`) : null],
    ...(event.amount_minor === null ? [] : [[t('events:amount'), format.money(event.amount_minor, event.currency ?? undefined)] as [string, ReactNode]]),
    ...(event.severity ? [[t('events:severity_label'), <Severity key="severity" severity={event.severity} />] as [string, ReactNode]] : []),
    ...(event.lat === null || event.lon === null ? [] : [[t('events:position'), `${format.number(event.lat, 5)}, ${format.number(event.lon, 5)}`] as [string, ReactNode]]),
    [t('events:reference'), event.reference],
    ...(event.issuer ? [[t('events:issuer'), event.issuer] as [string, ReactNode]] : []),
    [t('events:source_label'), t(`events:source.${event.source}`)],
    [t('events:recorded'), `${format.dateTime(event.recorded_at)} · ${who(event.recorded_by)}`],
  ];
  return (
    <Stack gap="sm">
      {event.state === 'review' && (
        <Notice tone="warn" title={t('events:needs_review')}>
          {event.review.map((reason) => (
            <Text key={reason} size="sm">
              {t(`events:review_long.${reason}`)}
            </Text>
          ))}
        </Notice>
      )}
      <Facts facts={facts} />
      <Details event={event} />
      {event.text && (
        <Text size="sm" className="card" style={{ whiteSpace: 'pre-wrap' }}>
          {event.text}
        </Text>
      )}
      {event.vehicle_id && (
        <May permission="telemetry_engine.sample.read">
          <Anchor component={Link} to={`/vehicles/${event.vehicle_id}?tab=track&day=${dayOf(event.at, timeZone)}`} size="sm">
            {t('events:track')}
          </Anchor>
        </May>
      )}
    </Stack>
  );
}

/** What its kind says beside the rest; figures of machines in one piece. */
function Details({ event }: { event: EventRow }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const { value, limit, unit, facts, import_id, line, currency, to_place, ...rest } = event.details;
  const measured = typeof value === 'number' && typeof unit === 'string' ? measuredOf({ details: { value, limit, unit } }, format.number) : undefined;
  const named = Object.entries({ ...rest, ...(typeof facts === 'object' && facts !== null ? facts : {}) });
  const shown: [string, ReactNode][] = [...(measured ? [[t('events:measured'), measured] as [string, ReactNode]] : []), ...named.map(([name, said]): [string, ReactNode] => [t(`events:detail.${name}`, { defaultValue: name }), detailText(name, said, format, currency, t)])];
  return shown.length > 0 ? <Facts facts={shown} /> : null;
}

function detailText(name: string, said: unknown, format: ReturnType<typeof useFormat>, currency: unknown, t: ReturnType<typeof useTranslation>['t']): string {
  if (typeof said === 'boolean') return t(said ? 'kit:yes' : 'kit:no');
  if (name === 'cost_minor' && typeof said === 'number') return format.money(said, typeof currency === 'string' ? currency : undefined);
  if (name === 'witness' && typeof said === 'string') return t(`events:witness.${said}`);
  if (typeof said === 'number') return name.endsWith('_s') ? format.duration(said * 1000) : name.endsWith('_km') ? format.distance(said, 1) : name.endsWith('_kmh') ? format.speed(said) : format.number(said, 2);
  if (typeof said === 'string') return /^\d{4}-\d\d-\d\d$/.test(said) ? format.day(said) : said;
  return Array.isArray(said) ? said.join(', ') : said === null ? '–' : JSON.stringify(said);
}
