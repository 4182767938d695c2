import { Button, Code, Group, Stack, Text } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, download, take } from '../../api/client';
import { Icon } from '../../kit/icons';
import { Notice } from '../../kit/notice';
import { failed } from '../../kit/toast';
import { checkCaseFile, type Checked } from './signature';
import type { JobSummary } from './words';

/** Everything about one command for whoever asks later, and whether its signature holds. */
export function CaseFile({ job }: { job: JobSummary }): ReactNode {
  const { t } = useTranslation();
  const [checked, setChecked] = useState<Checked | undefined>();
  const [busy, setBusy] = useState('');
  const path = `/api/v1/access/${job.vehicle_id}/immobilize/${job.job_id}/case_file`;
  const run = (what: string, act: () => Promise<void>): void => {
    setBusy(what);
    void act()
      .catch(failed)
      .finally(() => setBusy(''));
  };
  const asJson = async (): Promise<void> => {
    const file = await take(api.GET('/api/v1/access/{vehicle_id}/immobilize/{job_id}/case_file', { params: { path: { vehicle_id: job.vehicle_id, job_id: job.job_id } } }));
    // What was checked is what is saved.
    setChecked(await checkCaseFile(file, globalThis.crypto.subtle));
    save(`case-${job.job_id}.json`, JSON.stringify(file, null, 2));
  };
  return (
    <Stack gap="sm" className="card" align="flex-start">
      <Text size="sm">{t('access:case.body')}</Text>
      <Group gap="xs">
        <Button size="xs" variant="default" leftSection={<Icon name="download" size={14} />} loading={busy === 'pdf'} onClick={() => run('pdf', () => download(`${path}.pdf`))}>
          {t('access:case.pdf')}
        </Button>
        <Button size="xs" variant="default" leftSection={<Icon name="download" size={14} />} loading={busy === 'json'} onClick={() => run('json', asJson)}>
          {t('access:case.json')}
        </Button>
      </Group>
      {checked && <Verification checked={checked} />}
      <Text size="xs" c="dimmed">
        {t('access:case.recorded')}
      </Text>
    </Stack>
  );
}

function Verification({ checked }: { checked: Checked }): ReactNode {
  const { t } = useTranslation();
  const tone = { genuine: 'good', forged: 'bad', cannot: 'warn' } as const;
  return (
    <Notice tone={tone[checked.state]} role="status" title={t(`access:case.${checked.state}`)}>
      <Text size="sm">{t(`access:case.${checked.state}_body`)}</Text>
      {checked.state !== 'cannot' && (
        <Text size="sm">
          {t('access:case.key')} <Code>{checked.fingerprint}</Code>
        </Text>
      )}
    </Notice>
  );
}

function save(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
