import { Button, Group, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client';
import { May, useFormat, useMay } from '../../app/me';
import { ask } from '../../kit/dialogs';
import { Icon } from '../../kit/icons';
import { Notice } from '../../kit/notice';
import { done } from '../../kit/toast';
import { policyKey, readPolicy, useColleagues, useInWords, type Policy } from './words';

const everyMs = 10_000;

/** The policy of the account, kept fresh: the switch may be thrown by a colleague. */
export function usePolicy(): { policy: Policy | undefined; error: Error | null; again: () => void } {
  const may = useMay();
  const { data, error, refetch } = useQuery({ queryKey: policyKey, queryFn: readPolicy, enabled: may('access_control.setting.read'), refetchInterval: everyMs });
  return { policy: data, error, again: () => void refetch() };
}

function useThrow(): (on: boolean) => void {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const inWords = useInWords();
  return (on) =>
    ask({
      title: t(on ? 'access:kill.on_title' : 'access:kill.off_title'),
      body: t(on ? 'access:kill.on_body' : 'access:kill.off_body'),
      fields: [{ name: 'reason', label: t('access:why_label'), kind: 'textarea', required: true }],
      submitLabel: t(on ? 'access:kill.on_submit' : 'access:kill.off_submit'),
      danger: true,
      act: async ({ reason }, key) => {
        const request = { body: { reason: String(reason) }, headers: { 'Idempotency-Key': key } };
        await (on ? api.POST('/api/v1/access/kill_switch', request) : api.POST('/api/v1/access/kill_switch/off', request)).catch((error: unknown) => {
          throw inWords(error);
        });
        done(t(on ? 'access:kill.on_done' : 'access:kill.off_done'));
        await Promise.all([queries.invalidateQueries({ queryKey: policyKey }), queries.invalidateQueries({ queryKey: ['access', 'preview'] })]);
      },
    });
}

/** One button that anybody of the staff may press; switching back on is for an administrator. */
export function KillSwitch(): ReactNode {
  const { t } = useTranslation();
  const throwIt = useThrow();
  const { policy } = usePolicy();
  if (!policy) return null;
  if (policy.stopped_at) return <Stopped policy={policy} />;
  return (
    <May permission="access_control.immobilization.stop">
      <Button color="red" size="sm" leftSection={<Icon name="warning" size={16} />} onClick={() => throwIt(true)}>
        {t('access:kill.button')}
      </Button>
    </May>
  );
}

function Stopped({ policy }: { policy: Policy }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const throwIt = useThrow();
  const { nameOf } = useColleagues();
  return (
    <Notice tone="bad" role="status" title={t('access:kill.is_on')}>
      <Text size="sm">{t('access:kill.since', { at: format.dateTime(policy.stopped_at), who: nameOf(policy.stopped_by), reason: policy.stop_reason ?? '–' })}</Text>
      <Text size="sm">{t('access:kill.releases_go_on')}</Text>
      <May permission="access_control.setting.write">
        <Group mt={6}>
          <Button size="xs" variant="default" onClick={() => throwIt(false)}>
            {t('access:kill.off_submit')}
          </Button>
        </Group>
      </May>
    </Notice>
  );
}
