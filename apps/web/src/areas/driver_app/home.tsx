import { Group, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take } from '../../api/client';
import { useFormat } from '../../app/me';
import { StatusBadge } from '../../kit/badge';
import { Icon, type IconName } from '../../kit/icons';
import { Ago } from '../../kit/time';
import classes from './driver.module.css';
import { unsent, useOutbox } from './outbox';
import { BigLink, Card, Heading, Reading } from './parts';
import { heldNow } from './queue/order';
import { useMyFines, useMyPapers, useMyShift, useMyVehicle, useRead } from './reads';

export default function HomePage(): ReactNode {
  const { t } = useTranslation();
  return (
    <>
      <Heading>{t('driver_app:home.title')}</Heading>
      <QueueCard />
      <ShiftCard />
      <AllowedCard />
      <Tiles />
    </>
  );
}

function ShiftCard(): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const shift = useMyShift();
  const vehicle = useMyVehicle();
  const { actions } = useOutbox();
  const held = heldNow(shift.data && { current: shift.data.current, at: shift.at ?? '' }, actions);
  if (held) {
    const odometer = vehicle.data?.vehicle?.shift_id === held.shift_id ? vehicle.data.vehicle.odometer_km : null;
    return (
      <Card label={t('driver_app:home.shift')}>
        <Group justify="space-between">
          <Title order={2} size="h4">
            {t('driver_app:home.shift')}
          </Title>
          <StatusBadge tone={held.pending ? 'warn' : 'good'}>{t(held.pending ? 'driver_app:home.pending' : 'driver_app:home.running')}</StatusBadge>
        </Group>
        <div className={classes.plate}>{held.plate}</div>
        <Text>
          {t('driver_app:home.since')} {format.dateTime(held.since)} (<Ago at={held.since} />)
        </Text>
        {odometer !== null && <Text className={classes.soft}>{t('driver_app:home.odometer', { value: format.distance(odometer) })}</Text>}
        {shift.old && shift.at && <Aged at={shift.at} />}
        <BigLink to="/driver/shift">{t('driver_app:shift.check_out')}</BigLink>
      </Card>
    );
  }
  return (
    <Card label={t('driver_app:home.shift')}>
      <Title order={2} size="h4">
        {t('driver_app:home.no_shift')}
      </Title>
      <Reading of={shift}>
        {({ next }) =>
          next ? (
            <>
              <div className={classes.plate}>{next.plate}</div>
              <Text>{t('driver_app:home.next', { when: format.dateTime(next.planned_from ?? next.from) })}</Text>
            </>
          ) : (
            <Text className={classes.soft}>{t('driver_app:home.no_plan')}</Text>
          )
        }
      </Reading>
      <BigLink to="/driver/shift">{t('driver_app:shift.check_in')}</BigLink>
    </Card>
  );
}

function Aged({ at }: { at: string }): ReactNode {
  const { t } = useTranslation();
  return (
    <Text className={classes.soft}>
      {t('driver_app:read_at')} <Ago at={at} />
    </Text>
  );
}

/** Says something only when something is to be said. */
function QueueCard(): ReactNode {
  const { t } = useTranslation();
  const { actions } = useOutbox();
  const open = unsent(actions);
  const refused = open.filter((a) => a.state === 'refused').length;
  if (open.length === 0) return null;
  return (
    <Card label={t('driver_app:queue.title')}>
      <Group justify="space-between">
        <Text fw={600}>{t('driver_app:queue.open', { count: open.length })}</Text>
        {refused > 0 && <StatusBadge tone="bad">{t('driver_app:queue.refused', { count: refused })}</StatusBadge>}
      </Group>
      <BigLink to="/driver/queue" variant="default">
        {t('driver_app:queue.look')}
      </BigLink>
    </Card>
  );
}

export const useMyAccess = () => useRead('access', () => take(api.GET('/api/v1/access/my/status')));

function AllowedCard(): ReactNode {
  const { t } = useTranslation();
  const access = useMyAccess();
  if (!access.data || access.data.allowed) return null;
  return (
    <Card label={t('driver_app:allowed.title')}>
      <StatusBadge tone="bad">{t('driver_app:allowed.no')}</StatusBadge>
      <BigLink to="/driver/allowed" variant="default">
        {t('driver_app:allowed.why')}
      </BigLink>
    </Card>
  );
}

interface Tile {
  to: string;
  label: string;
  icon: IconName;
  note?: string | false | undefined;
}

function Tiles(): ReactNode {
  const { t } = useTranslation();
  const papers = useMyPapers();
  const fines = useMyFines();
  const late = papers.data?.filter((p) => p.state === 'expiring' || p.state === 'expired').length ?? 0;
  const open = fines.data?.filter((f) => f.fine_state === 'attributed' || f.fine_state === 'charged').length ?? 0;
  const tiles: Tile[] = [
    { to: '/driver/fuel', label: t('driver_app:fuel.title'), icon: 'fuel' },
    { to: '/driver/incidents', label: t('driver_app:incident.report'), icon: 'warning' },
    { to: '/driver/papers', label: t('driver_app:papers.title'), icon: 'paper', note: late > 0 && t('driver_app:papers.late', { count: late }) },
    { to: '/driver/fines', label: t('driver_app:fines.title'), icon: 'inbox', note: open > 0 && t('driver_app:fines.open', { count: open }) },
    { to: '/driver/day', label: t('driver_app:day.title'), icon: 'list' },
    { to: '/driver/allowed', label: t('driver_app:allowed.title'), icon: 'check' },
  ];
  return (
    <ul className={classes.tiles}>
      {tiles.map((tile) => (
        <li key={tile.to}>
          <Link to={tile.to} className={classes.tile}>
            <Icon name={tile.icon} size={26} />
            <span>
              {tile.label}
              {tile.note && <small>{tile.note}</small>}
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
