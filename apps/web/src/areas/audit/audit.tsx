import { Button, Code, Group, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take, type Schemas } from '../../api/client';
import { May, useFormat } from '../../app/me';
import { StatusBadge } from '../../kit/badge';
import { useWho } from '../../kit/colleagues';
import { Facts } from '../../kit/detail';
import { openDialog } from '../../kit/dialogs';
import { Icon } from '../../kit/icons';
import { ListPage } from '../../kit/list/list-page';
import { useParamsInUrl } from '../../kit/search-params';
import { failed } from '../../kit/toast';
import { Notice } from '../../kit/notice';

type Entry = Schemas['EntryView'];

export default function AuditPage(): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const [, setParams] = useParamsInUrl();
  return (
    <ListPage
      id="audit"
      title={t('audit:nav')}
      path="/api/v1/audit/entries"
      filters={[
        { name: 'action', label: t('audit:action') },
        { name: 'subject_type', label: t('audit:subject_type') },
        { name: 'subject_id', label: t('audit:subject_id') },
        { name: 'actor_id', label: t('audit:actor_id') },
      ]}
      actions={
        <May permission="audit.entry.verify">
          <Verify />
        </May>
      }
      columns={[
        { id: 'at', header: t('kit:when'), cell: (e) => format.dateTime(e.at), sort: 'at' },
        { id: 'action', header: t('audit:action'), cell: (e) => <button type="button" className="plain" onClick={() => openDialog(e.action, () => <EntryDetail entry={e} />, 'lg')}>{e.action}</button>, phone: 'title' },
        { id: 'actor', header: t('kit:who'), cell: (e) => <Who entry={e} onChoose={() => setParams({ actor_id: e.actor_id })} /> },
        { id: 'subject', header: t('audit:subject'), cell: (e) => <button type="button" className="plain" onClick={() => setParams({ subject_type: e.subject_type, subject_id: e.subject_id })}>{`${e.subject_type} ${e.subject_id.slice(0, 8)}`}</button> },
        { id: 'reason', header: t('vehicles:reason'), cell: (e) => e.reason ?? '–' },
        { id: 'sealed', header: t('audit:sealed'), cell: (e) => (e.sealed ? <StatusBadge tone="good">{t('kit:yes')}</StatusBadge> : <StatusBadge tone="calm">{t('audit:not_yet')}</StatusBadge>) },
      ]}
    />
  );
}

function Who({ entry, onChoose }: { entry: Entry; onChoose: () => void }): ReactNode {
  const { t } = useTranslation();
  const who = useWho();
  return (
    <button type="button" className="plain" onClick={onChoose}>
      {entry.actor_kind === 'user' ? who(entry.actor_id) : `${t(`kit:actor.${entry.actor_kind}`)} ${entry.actor_id.slice(0, 12)}`}
    </button>
  );
}

function EntryDetail({ entry }: { entry: Entry }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Stack gap="sm">
      <Facts
        facts={[
          [t('kit:when'), format.dateTime(entry.at)],
          [t('kit:who'), `${t(`kit:actor.${entry.actor_kind}`)} ${entry.actor_id}`],
          [t('audit:subject'), `${entry.subject_type} ${entry.subject_id}`],
          [t('audit:request'), entry.request_id],
          [t('audit:session'), entry.session_id],
          [t('audit:number'), entry.id],
        ]}
      />
      {entry.data && <Code block>{JSON.stringify(entry.data, null, 2)}</Code>}
    </Stack>
  );
}

function Verify(): ReactNode {
  const { t } = useTranslation();
  const verify = (): void => {
    take(api.POST('/api/v1/audit/verify'))
      .then((verdict) => openDialog(t('audit:verify'), () => <Verdict verdict={verdict} />, 'lg'))
      .catch(failed);
  };
  return (
    <Button size="xs" variant="default" leftSection={<Icon name="lock" size={14} />} onClick={verify}>
      {t('audit:verify')}
    </Button>
  );
}

function Verdict({ verdict }: { verdict: Schemas['VerdictView'] }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Stack gap="sm">
      <Notice tone={verdict.ok ? 'good' : 'bad'} title={t(verdict.ok ? 'audit:intact' : 'audit:broken')}>
        {t('audit:verdict', { entries: format.number(verdict.entries), batches: format.number(verdict.batches), unsealed: format.number(verdict.unsealed) })}
      </Notice>
      {verdict.findings.map((finding, index) => (
        <Group key={index} gap="xs">
          <Code>{finding.fault}</Code>
          <Text size="sm">{finding.detail}</Text>
        </Group>
      ))}
    </Stack>
  );
}
