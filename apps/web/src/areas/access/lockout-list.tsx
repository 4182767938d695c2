import { Anchor, Button, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take, type Schemas } from '../../api/client';
import { May, useFormat, useMay } from '../../app/me';
import { StatusBadge, type Tone } from '../../kit/badge';
import { openDialog } from '../../kit/dialogs';
import { Icon } from '../../kit/icons';
import { ListPage } from '../../kit/list/list-page';
import { flagOptions, useOptions } from '../../kit/options';
import { Trouble, Waiting } from '../../kit/states';
import { driverKey, readDriver } from '../drivers/words';
import { vehicleKey } from '../vehicles/words';
import classes from './access.module.css';
import { lockoutsPath, useLockoutActs } from './lockout-acts';
import { lockoutReasons, useColleagues } from './words';

type Lockout = Schemas['LockoutView'];

const tones: Record<Lockout['state'], Tone> = { open: 'bad', lifted: 'good', expired: 'off' };

/** Who or what is kept out, by the name people know. */
function Subject({ lockout }: { lockout: Lockout }): ReactNode {
  const { t } = useTranslation();
  const isDriver = lockout.subject_type === 'driver';
  const id = lockout.subject_id;
  const driver = useQuery({ queryKey: driverKey(id), queryFn: () => readDriver(id), enabled: isDriver, staleTime: 300_000 });
  const vehicle = useQuery({ queryKey: vehicleKey(id), queryFn: () => take(api.GET('/api/v1/transport_registry/{vehicle_id}', { params: { path: { vehicle_id: id } } })), enabled: !isDriver, staleTime: 300_000 });
  const name = isDriver ? (driver.data && (driver.data.name ?? `№ ${driver.data.driver_no}`)) : vehicle.data?.plate;
  return (
    <Anchor component={Link} to={isDriver ? `/drivers/${id}?tab=access` : `/vehicles/${id}?tab=immobilizer`} size="sm">
      {name ?? t(`access:subject.${lockout.subject_type}`)}
    </Anchor>
  );
}

/** Lockouts of the account, or of one driver or vehicle. */
export function LockoutList({ inner, driverId, vehicleId }: { inner?: boolean; driverId?: string; vehicleId?: string }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const { nameOf } = useColleagues();
  const { add } = useLockoutActs();
  return (
    <ListPage
      id="lockouts"
      inner={inner ?? false}
      title={t('access:lockouts.nav')}
      path={lockoutsPath}
      fixed={{ ...(driverId ? { driver_id: driverId } : {}), ...(vehicleId ? { vehicle_id: vehicleId } : {}) }}
      filters={inner ? [] : [{ name: 'open', label: t('access:lockouts.holds'), options: flagOptions(t('kit:yes'), t('kit:no')) }, { name: 'reason_code', label: t('access:why_label'), options: useOptions('access:lockouts.reason', lockoutReasons) }]}
      empty={{ title: t('access:lockouts.none'), hint: t('access:lockouts.none_hint') }}
      actions={
        <May permission="access_control.lockout.write">
          <Button size="xs" variant={inner ? 'default' : 'filled'} leftSection={<Icon name="plus" size={14} />} onClick={() => add({ ...(driverId ? { driverId } : {}), ...(vehicleId ? { vehicleId } : {}) })}>
            {t('access:lockouts.add')}
          </Button>
        </May>
      }
      columns={[
        { id: 'state', header: t('vehicles:field.status'), cell: (l) => <StatusBadge tone={tones[l.state]}>{t(`access:lockouts.state.${l.state}`)}</StatusBadge> },
        ...(inner ? [] : [{ id: 'subject', header: t('access:lockouts.subject'), cell: (l: Lockout) => <Subject lockout={l} />, phone: 'title' as const }]),
        { id: 'reason', header: t('access:why_label'), cell: (l) => t(`access:lockouts.reason.${l.reason_code}`) },
        { id: 'note', header: t('access:note'), cell: (l) => l.note ?? '–' },
        { id: 'from', header: t('access:lockouts.since'), cell: (l) => format.dateTime(l.opened_at), sort: 'opened_at' },
        { id: 'until', header: t('access:lockouts.until'), cell: (l) => (l.until ? format.dateTime(l.until) : t('access:lockouts.until_lifted')) },
        { id: 'by', header: t('kit:who'), cell: (l) => nameOf(l.opened_by), hidden: true },
        { id: 'lifted', header: t('access:lockouts.lifted'), cell: (l) => (l.lift_reason ? `${format.dateTime(l.lifted_at)} · ${l.lift_reason}` : l.lifted_at ? format.dateTime(l.lifted_at) : '–'), hidden: true },
        { id: 'act', header: t('kit:list.actions'), cell: (l) => <Acts lockout={l} /> },
      ]}
    />
  );
}

function Acts({ lockout }: { lockout: Lockout }): ReactNode {
  const { t } = useTranslation();
  const mayWrite = useMay()('access_control.lockout.write') && lockout.state === 'open';
  const { extend, lift } = useLockoutActs();
  return (
    <div className={classes.acts}>
      {mayWrite && (
        <>
          <Button size="compact-xs" variant="default" onClick={() => lift(lockout.id)}>
            {t('access:lockouts.lift')}
          </Button>
          <Button size="compact-xs" variant="default" onClick={() => extend(lockout.id, lockout.until)}>
            {t('access:lockouts.extend')}
          </Button>
        </>
      )}
      <Button size="compact-xs" variant="subtle" onClick={() => openDialog(t('access:lockouts.log'), () => <Log id={lockout.id} />)}>
        {t('access:lockouts.log')}
      </Button>
    </div>
  );
}

function Log({ id }: { id: string }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const { nameOf } = useColleagues();
  const { data, error } = useQuery({ queryKey: ['access', 'lockout_log', id], queryFn: () => take(api.GET('/api/v1/access/lockouts/{lockout_id}/log', { params: { path: { lockout_id: id } } })), staleTime: 0 });
  if (error) return <Trouble error={error} />;
  if (!data) return <Waiting />;
  return (
    <Stack gap={6}>
      {data.items.map((entry, index) => (
        <Text key={index} size="sm">
          {format.dateTime(entry.at)} · <b>{t(`access:lockouts.log_what.${entry.what}`)}</b> · {entry.until ? t('access:lockouts.until_at', { at: format.dateTime(entry.until) }) : t('access:lockouts.until_lifted')} · {nameOf(entry.actor_id, entry.actor_kind)}
        </Text>
      ))}
    </Stack>
  );
}
