import { Button, FileInput, Stack, Switch, Text, Title } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, download, take } from '../../api/client';
import { asProblem, type Problem } from '../../api/problem';
import { randomId } from '../../api/tab-lock';
import { useFormat } from '../../app/me';
import { Icon } from '../../kit/icons';
import { ListPage } from '../../kit/list/list-page';
import { Trouble } from '../../kit/states';
import { failed } from '../../kit/toast';
import { ImportState } from '../vehicles/import';

const importPath = '/api/v1/fuel_log/imports';

/** Fill-ups from a table, first only checked. */
export default function FuelImportsPage(): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Stack gap="lg">
      <Upload />
      <ListPage
        id="fuel-imports"
        inner
        title={t('vehicles:imports.earlier')}
        path={importPath}
        hrefOf={(i) => `/fuel-imports/${i.id}`}
        refetchEveryMs={10_000}
        empty={{ title: t('vehicles:imports.none') }}
        columns={[
          { id: 'file', header: t('vehicles:imports.file'), cell: (i) => i.file_name },
          { id: 'state', header: t('vehicles:field.status'), cell: (i) => <ImportState state={i.state} dryRun={i.dry_run} /> },
          { id: 'rows', header: t('vehicles:imports.rows'), cell: (i) => format.number(i.rows_total), align: 'right' },
          { id: 'created', header: t('vehicles:imports.created'), cell: (i) => format.number(i.created_count), align: 'right' },
          { id: 'unchanged', header: t('vehicles:imports.unchanged'), cell: (i) => format.number(i.unchanged_count), align: 'right' },
          { id: 'errors', header: t('vehicles:imports.errors'), cell: (i) => format.number(i.error_count), align: 'right' },
          { id: 'at', header: t('kit:when'), cell: (i) => format.dateTime(i.created_at) },
        ]}
      />
    </Stack>
  );
}

function Upload(): ReactNode {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [file, setFile] = useState<File | null>(null);
  const [dryRun, setDryRun] = useState(true);
  const [full, setFull] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | undefined>();
  const keyed = useRef<{ of: unknown[]; key: string }>({ of: [], key: '' });
  const start = async (): Promise<void> => {
    if (!file) return;
    setBusy(true);
    setProblem(undefined);
    // The same file sent again after a lost answer is the same import.
    const of = [file, dryRun, full];
    if (of.some((part, i) => keyed.current.of[i] !== part)) keyed.current = { of, key: randomId() };
    const form = new FormData();
    form.set('file', file);
    try {
      const started = await take(api.POST(importPath, { params: { query: { dry_run: dryRun, assume_full: full } }, body: form as never, headers: { 'Idempotency-Key': keyed.current.key } }));
      await navigate({ to: `/fuel-imports/${started.id}` });
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <section aria-label={t('vehicles:imports.title')}>
      <Title order={1} size="h3">
        {t('fuel:imports.nav')}
      </Title>
      <Stack gap="sm" align="flex-start" className="card" mt={8}>
        <Text size="sm">{t('fuel:imports.lead')}</Text>
        <Button size="xs" variant="default" leftSection={<Icon name="download" size={14} />} onClick={() => void download(`${importPath}/template`).catch(failed)}>
          {t('vehicles:imports.template')}
        </Button>
        <FileInput label={t('vehicles:imports.file')} placeholder={t('vehicles:imports.choose')} accept=".csv,.xlsx,text/csv" value={file} onChange={setFile} w={320} maw="100%" clearable />
        <Switch checked={full} onChange={(event) => setFull(event.currentTarget.checked)} label={t('fuel:imports.assume_full')} description={t('fuel:imports.assume_full_help')} />
        <Switch checked={dryRun} onChange={(event) => setDryRun(event.currentTarget.checked)} label={t('vehicles:imports.dry_run')} description={t('vehicles:imports.dry_run_help')} />
        <Button size="sm" disabled={!file} loading={busy} onClick={() => void start()}>
          {t(dryRun ? 'vehicles:imports.check' : 'vehicles:imports.start')}
        </Button>
        {problem && <Trouble error={problem} />}
      </Stack>
    </section>
  );
}
