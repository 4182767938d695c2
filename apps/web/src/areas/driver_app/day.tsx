import { Text, TextInput } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take, type Schemas } from '../../api/client';
import { useFormat } from '../../app/me';
import { Nothing } from '../../kit/states';
import { dayOf } from '../../kit/zoned';
import classes from './driver.module.css';
import { Heading, Reading } from './parts';
import { useMyProfile, useRead } from './reads';

export default function DayPage(): ReactNode {
  const { t } = useTranslation();
  const { timeZone } = useFormat().habits;
  const profile = useMyProfile();
  const [day, setDay] = useState(() => dayOf(Date.now(), timeZone));
  return (
    <>
      <Heading>{t('driver_app:day.title')}</Heading>
      <TextInput type="date" label={t('driver_app:day.which')} value={day} max={dayOf(Date.now(), timeZone)} onChange={(event) => event.currentTarget.value && setDay(event.currentTarget.value)} />
      <Reading of={profile}>{({ id }) => <Day key={day} driverId={id} day={day} />}</Reading>
    </>
  );
}

function Day({ driverId, day }: { driverId: string; day: string }): ReactNode {
  const { t } = useTranslation();
  const events = useRead(`day ${day}`, async () => (await take(api.GET('/api/v1/event_log/driver/{driver_id}', { params: { path: { driver_id: driverId }, query: { date: day, limit: 200 } } }))).items);
  return (
    <Reading of={events}>
      {(rows) =>
        rows.length === 0 ? (
          <Nothing title={t('driver_app:day.none')} />
        ) : (
          <ol className={classes.rows}>
            {rows.map((row) => (
              <Happened key={row.id} event={row} />
            ))}
          </ol>
        )
      }
    </Reading>
  );
}

function Happened({ event }: { event: Schemas['EventView'] }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const distance = event.details['distance_km'];
  const lasted = event.to_at ? Date.parse(event.to_at) - Date.parse(event.at) : 0;
  return (
    <li className={classes.card}>
      <div className={classes.row}>
        <strong>{t(`driver_app:happened.${event.type}.${event.kind}`, { defaultValue: event.title })}</strong>
        <time dateTime={event.at}>{format.time(event.at)}</time>
      </div>
      <Text className={classes.soft}>{[event.plate, lasted > 0 && format.duration(lasted), typeof distance === 'number' && format.distance(distance, 1), event.amount_minor !== null && format.money(event.amount_minor, event.currency ?? undefined)].filter(Boolean).join(' · ')}</Text>
      {event.text && <Text className={classes.soft}>{event.text}</Text>}
    </li>
  );
}
