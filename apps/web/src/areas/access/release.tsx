import { Button, Group } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client';
import { randomId } from '../../api/tab-lock';
import { May } from '../../app/me';
import { ask } from '../../kit/dialogs';
import { Icon } from '../../kit/icons';
import { useOptions } from '../../kit/options';
import { done, failed } from '../../kit/toast';
import { useJobsChanged } from './use-jobs';
import { releaseReasons, useInWords } from './words';

interface ReleaseProps {
  vehicleId: string;
  plate: string;
}

/** Letting a vehicle go takes one press: it is never refused and hurts nobody. */
export function Release({ vehicleId, plate }: ReleaseProps): ReactNode {
  const { t } = useTranslation();
  const [busy, setBusy] = useState(false);
  const changed = useJobsChanged();
  const inWords = useInWords();
  const reasons = useOptions('access:reason', releaseReasons);
  const send = async (body: { reason?: 'other'; note?: string }, key: string): Promise<void> => {
    await api.POST('/api/v1/access/{vehicle_id}/release', { params: { path: { vehicle_id: vehicleId } }, body, headers: { 'Idempotency-Key': key } });
    done(t('access:release.sent', { plate }));
    await changed();
  };
  const press = (): void => {
    setBusy(true);
    void send({}, randomId())
      .catch((error: unknown) => failed(inWords(error)))
      .finally(() => setBusy(false));
  };
  const withReason = (): void =>
    ask({
      title: t('access:release.title', { plate }),
      body: t('access:release.body'),
      fields: [
        { name: 'reason', label: t('access:why_label'), kind: 'select', options: reasons, required: true },
        { name: 'note', label: t('access:note'), kind: 'textarea', help: t('access:note_help') },
      ],
      initial: { reason: 'lockdown_over' },
      submitLabel: t('access:release.now'),
      act: (values, key) =>
        send({ reason: values['reason'] as 'other', ...(values['note'] ? { note: String(values['note']) } : {}) }, key).catch((error: unknown) => {
          throw inWords(error);
        }),
    });
  return (
    <May permission="access_control.immobilization.release">
      <Group gap={6}>
        <Button color="teal.9" size="md" loading={busy} leftSection={<Icon name="play" size={16} />} onClick={press}>
          {t('access:release.now')}
        </Button>
        <Button variant="subtle" size="xs" onClick={withReason}>
          {t('access:release.with_reason')}
        </Button>
      </Group>
    </May>
  );
}
