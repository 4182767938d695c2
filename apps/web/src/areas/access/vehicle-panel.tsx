import { Button, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take } from '../../api/client';
import { May, useMay } from '../../app/me';
import { StatusBadge, type Tone } from '../../kit/badge';
import { openDialog } from '../../kit/dialogs';
import { Icon } from '../../kit/icons';
import { Trouble, Waiting } from '../../kit/states';
import { Ago } from '../../kit/time';
import { modelOf, type Vehicle } from '../vehicles/words';
import classes from './access.module.css';
import { CircuitCard } from './circuit-card';
import { CommandList } from './command-list';
import { CutDialog } from './cut-dialog';
import { JobProgress } from './job-progress';
import { KillSwitch, usePolicy } from './kill-switch';
import { LockoutList } from './lockout-list';
import { Release } from './release';
import { useNewestJob, usePreview } from './use-jobs';
import { isSwitchedOff, Verdict } from './verdict';
import { circuitKey, isFlying, readCircuit, type Circuit, type JobSummary } from './words';

/** How long the last command stays in sight after its end. */
const recentMs = 1_800_000;

/** Stopping and releasing one vehicle, with everything somebody should know before. */
export default function VehiclePanel({ vehicle }: { vehicle: Vehicle }): ReactNode {
  const may = useMay();
  const { policy } = usePolicy();
  const { data: newest, error, refetch } = useNewestJob(vehicle.id);
  const { data: circuit } = useQuery({ queryKey: circuitKey(vehicle.id), queryFn: () => readCircuit(vehicle.id), enabled: may('access_control.circuit.read') });
  if (error && newest === undefined) return <Trouble error={error} again={() => void refetch()} />;
  if (newest === undefined || circuit === undefined) return <Waiting />;
  const recent = newest !== null && (isFlying(newest) || newest.ended_at === null || Date.now() - Date.parse(newest.ended_at) < recentMs);
  return (
    <Stack gap="md">
      {policy?.stopped_at && <KillSwitch />}
      <Standing vehicle={vehicle} circuit={circuit} newest={newest} />
      {recent && <JobProgress vehicleId={vehicle.id} jobId={newest.job_id} />}
      {circuit && may('access_control.immobilization.command') && !(newest && isFlying(newest)) && <Now vehicle={vehicle} circuit={circuit} />}
      <CircuitCard vehicleId={vehicle.id} plate={vehicle.plate} circuit={circuit} />
      <section>
        <Heading name="access:commands.of_vehicle" />
        <CommandList vehicleId={vehicle.id} />
      </section>
      <May permission="access_control.lockout.read">
        <section>
          <Heading name="access:lockouts.nav" />
          <LockoutList inner vehicleId={vehicle.id} />
        </section>
      </May>
    </Stack>
  );
}

function Heading({ name }: { name: string }): ReactNode {
  const { t } = useTranslation();
  return (
    <Title order={2} size="h5">
      {t(name)}
    </Title>
  );
}

const standingTones: Record<string, Tone> = { immobilized: 'bad', released: 'good', unknown: 'warn', never: 'calm' };

/** Whether it may be started, and the button that lets it go. */
function Standing({ vehicle, circuit, newest }: { vehicle: Vehicle; circuit: Circuit | null; newest: JobSummary | null }): ReactNode {
  const { t } = useTranslation();
  const may = useMay();
  const { data } = useQuery({
    queryKey: ['access', 'standing', vehicle.id, newest?.job_id, newest?.status],
    queryFn: () => take(api.GET('/api/v1/access/{vehicle_id}/rental_status', { params: { path: { vehicle_id: vehicle.id } } })),
    enabled: may('access_control.access.read'),
    placeholderData: (before) => before,
  });
  return (
    <div className={`card ${classes.head}`}>
      <div>
        {data ? (
          <>
            <StatusBadge tone={standingTones[data.immobilization] ?? 'calm'}>{t(`access:standing.${data.immobilization}`)}</StatusBadge>
            <Text size="sm" mt={4}>
              {t(`access:standing_body.${data.immobilization}`)} {newest && (newest.status === 'completed' || newest.status === 'unknown') && <Ago at={newest.ended_at} />}
            </Text>
          </>
        ) : (
          <Text size="sm">{t('kit:loading')}</Text>
        )}
      </div>
      {(circuit || newest) && <Release vehicleId={vehicle.id} plate={vehicle.plate} />}
    </div>
  );
}

/** The verdict of this moment and the way to act on it. */
function Now({ vehicle, circuit }: { vehicle: Vehicle; circuit: Circuit }): ReactNode {
  const { t } = useTranslation();
  const { data: preview, error, refetch } = usePreview(vehicle.id, circuit.routes[0]?.method, 5_000);
  const who = { id: vehicle.id, plate: vehicle.plate, name: vehicle.name, model: modelOf(vehicle) };
  const open = (): void => openDialog(t('access:cut.title', { plate: vehicle.plate }), (close) => <CutDialog vehicle={who} circuit={circuit} close={close} />, 'lg');
  if (error && !preview) return <Trouble error={error} again={() => void refetch()} />;
  if (!preview) return <Waiting />;
  return (
    <section className="card">
      <Stack gap="sm">
        <div className={classes.head}>
          <Heading name="access:verdict.title" />
          <Button color="red" variant="outline" size="sm" leftSection={<Icon name="lock" size={16} />} disabled={isSwitchedOff(preview)} onClick={open}>
            {t('access:cut.open')}
          </Button>
        </div>
        <Verdict preview={preview} vehicleId={vehicle.id} />
      </Stack>
    </section>
  );
}
