import { Button, Group, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ifMatch } from '../../api/client';
import { May, useFormat } from '../../app/me';
import { StatusBadge } from '../../kit/badge';
import { Facts } from '../../kit/detail';
import { ask, openDialog } from '../../kit/dialogs';
import { Nothing } from '../../kit/states';
import { done } from '../../kit/toast';
import classes from './access.module.css';
import { CircuitForm, useCircuitChanged } from './circuit-form';
import { useColleagues, useInWords, type Circuit } from './words';

export function CircuitState({ enabled }: { enabled: boolean }): ReactNode {
  const { t } = useTranslation();
  return <StatusBadge tone={enabled ? 'good' : 'off'}>{t(enabled ? 'access:circuit.in_use' : 'access:circuit.not_in_use')}</StatusBadge>;
}

/** Releasing a circuit for use, or taking that back, without retyping the rest. */
export function CircuitActs({ circuit, plate }: { circuit: Circuit; plate: string }): ReactNode {
  const { t } = useTranslation();
  const changed = useCircuitChanged();
  const inWords = useInWords();
  const path = { vehicle_id: circuit.vehicle_id };
  const sayNo = (error: unknown): never => {
    throw inWords(error);
  };
  const toggle = (): void =>
    ask({
      title: t(circuit.enabled ? 'access:circuit.disable' : 'access:circuit.enable', { plate }),
      body: t(circuit.enabled ? 'access:circuit.disable_body' : 'access:circuit.enable_body'),
      submitLabel: t(circuit.enabled ? 'access:circuit.disable_submit' : 'access:circuit.enable_submit'),
      danger: !circuit.enabled,
      act: async () => {
        const { kind, output_no, routes, installed_by, installed_on, notes, enabled, version } = circuit;
        await api.PUT('/api/v1/access/{vehicle_id}/circuit', { params: { path, header: ifMatch(version) }, body: { kind, output_no, routes, installed_by, installed_on, notes, enabled: !enabled } }).catch(sayNo);
        done(t('kit:saved'));
        await changed(circuit.vehicle_id);
      },
    });
  const remove = (): void =>
    ask({
      title: t('access:circuit.remove', { plate }),
      body: t('access:circuit.remove_body'),
      submitLabel: t('access:circuit.remove_submit'),
      danger: true,
      act: async () => {
        await api.DELETE('/api/v1/access/{vehicle_id}/circuit', { params: { path } }).catch(sayNo);
        done(t('access:circuit.removed'));
        await changed(circuit.vehicle_id);
      },
    });
  return (
    <May permission="access_control.circuit.write">
      <div className={classes.acts}>
        <Button size="compact-xs" variant="default" onClick={toggle}>
          {t(circuit.enabled ? 'access:circuit.disable_submit' : 'access:circuit.enable_submit')}
        </Button>
        <Button size="compact-xs" variant="default" onClick={() => openDialog(t('access:circuit.edit', { plate }), (close) => <CircuitForm vehicleId={circuit.vehicle_id} circuit={circuit} close={close} />, 'lg')}>
          {t('kit:edit')}
        </Button>
        <Button size="compact-xs" variant="subtle" color="red" onClick={remove}>
          {t('access:circuit.remove_submit')}
        </Button>
      </div>
    </May>
  );
}

/** What a command would cut in this vehicle. */
export function CircuitCard({ vehicleId, plate, circuit }: { vehicleId: string; plate: string; circuit: Circuit | null }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const { nameOf } = useColleagues();
  const install = (): void => openDialog(t('access:circuit.add'), (close) => <CircuitForm vehicleId={vehicleId} circuit={null} close={close} />, 'lg');
  if (!circuit) {
    return (
      <Nothing
        title={t('access:circuit.none')}
        hint={t('access:circuit.none_hint')}
        action={
          <May permission="access_control.circuit.write">
            <Button size="xs" onClick={install}>
              {t('access:circuit.add')}
            </Button>
          </May>
        }
      />
    );
  }
  return (
    <section>
      <Stack gap={6}>
        <Group justify="space-between" gap="xs">
          <Group gap="xs">
            <Title order={2} size="h5">
              {t('access:circuit.title')}
            </Title>
            <CircuitState enabled={circuit.enabled} />
          </Group>
          <CircuitActs circuit={circuit} plate={plate} />
        </Group>
        <Facts
          facts={[
            [t('access:circuit.kind'), t(`access:circuit_kind.${circuit.kind}`)],
            [t('access:circuit.output'), circuit.output_no],
            [t('access:circuit.ways'), circuit.routes.map((route) => t(`access:method.${route.method}`)).join(', ')],
            [t('access:circuit.installed_by'), circuit.installed_by],
            [t('access:circuit.installed_on'), format.day(circuit.installed_on)],
            [t('access:circuit.recorded_by'), nameOf(circuit.recorded_by)],
          ]}
        />
        {circuit.notes && <Text size="sm">{circuit.notes}</Text>}
      </Stack>
    </section>
  );
}
