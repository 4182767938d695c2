import { Stack, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ifMatch } from '../../api/client';
import { useMay } from '../../app/me';
import { StatusBadge } from '../../kit/badge';
import { DetailPage } from '../../kit/detail';
import { EditForm } from '../../kit/form/edit-form';
import type { Field } from '../../kit/form/fields';
import { Trouble, Waiting } from '../../kit/states';
import { done } from '../../kit/toast';
import { CircuitList } from './circuit-list';
import { Gateways } from './gateways';
import { KillSwitch, usePolicy } from './kill-switch';
import { policyKey, readPolicy, useInWords, type Policy } from './words';

export default function PolicyPage(): ReactNode {
  const { t } = useTranslation();
  const { policy, error, again } = usePolicy();
  if (error && !policy) return <Trouble error={error} again={again} />;
  if (!policy) return <Waiting />;
  return (
    <DetailPage
      title={t('access:policy.nav')}
      badges={<StatusBadge tone={policy.stopped_at ? 'bad' : policy.immobilizing ? 'good' : 'off'}>{t(policy.stopped_at ? 'access:policy.stopped' : policy.immobilizing ? 'access:policy.on' : 'access:policy.off')}</StatusBadge>}
      actions={!policy.stopped_at && <KillSwitch />}
      tabs={[
        { id: 'policy', label: t('access:policy.tab'), draw: () => <Rules policy={policy} /> },
        { id: 'vehicles', label: t('access:circuit.list'), permission: 'access_control.circuit.read', draw: () => <CircuitList /> },
        { id: 'gateways', label: t('access:gateway.tab'), permission: 'access_control.gateway.read', draw: () => <Gateways /> },
      ]}
    />
  );
}

function usePolicyFields(): Field[] {
  const { t } = useTranslation();
  const field = (name: string): { name: string; label: string } => ({ name, label: t(`access:policy.field.${name}`) });
  const hour = t('access:policy.per_hour');
  return [
    { ...field('immobilizing'), kind: 'flag', wide: true, help: t('access:policy.immobilizing_help') },
    { ...field('legal_basis'), kind: 'textarea', wide: true, help: t('access:policy.legal_basis_help') },
    { ...field('second_approver'), kind: 'flag', wide: true, help: t('access:policy.second_approver_help') },
    { ...field('approval_minutes'), kind: 'number', min: 1, max: 60, unit: t('access:policy.minutes') },
    { ...field('vehicle_per_hour'), kind: 'number', min: 1, max: 100, unit: hour },
    { ...field('person_per_hour'), kind: 'number', min: 1, max: 1000, unit: hour },
    { ...field('account_per_hour'), kind: 'number', min: 1, max: 10_000, unit: hour },
  ];
}

function Rules({ policy }: { policy: Policy }): ReactNode {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const inWords = useInWords();
  const mayWrite = useMay()('access_control.setting.write');
  const reread = (): void => void queries.invalidateQueries({ queryKey: policyKey });
  const fields = usePolicyFields();
  return (
    <Stack gap="sm" maw={760}>
      {policy.stopped_at && <KillSwitch />}
      <Text size="sm" className="card">
        {t('access:policy.law')}
      </Text>
      <div className="card">
        <fieldset disabled={!mayWrite} style={{ border: 0, margin: 0, padding: 0 }}>
          <EditForm
            key={policy.version}
            fields={fields}
            subject={policy}
            reload={readPolicy}
            save={async (changes, version) => {
              await api.PATCH('/api/v1/access/settings', { params: { header: ifMatch(version) }, body: changes as never }).catch((error: unknown) => {
                throw inWords(error);
              });
              done(t('kit:saved'));
            }}
            onDone={reread}
            onCancel={reread}
          />
        </fieldset>
      </div>
    </Stack>
  );
}
