import { Button, FileInput, Group, SimpleGrid, Stack, Switch, Text, Title } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { download } from '../../api/client';
import type { ListPath, RowOf } from '../../api/lists';
import { asProblem, type Problem } from '../../api/problem';
import { randomId } from '../../api/tab-lock';
import { useFormat } from '../../app/me';
import { FieldInput, type Field, type Values } from '../form/fields';
import { Icon } from '../icons';
import { ListPage } from '../list/list-page';
import { Trouble } from '../states';
import { failed } from '../toast';
import { ImportState } from './import-state';
import type { ImportCount, ImportRow } from './types';

interface UploadProps {
  title: string;
  lead: string;
  /** Where an empty table comes from. */
  template: string;
  /** What may be said about the file beside itself. */
  fields?: readonly Field[];
  /** Path of the pages of single imports, as `/vehicle-imports`. */
  page: string;
  start: (file: FormData, dryRun: boolean, values: Values, key: string) => Promise<{ id: string }>;
}

interface ImportsProps<P extends ListPath> extends UploadProps {
  /** Names what this browser keeps for the list. */
  id: string;
  path: P;
  counts: ImportCount<RowOf<P>>[];
}

/** A table is uploaded, first only to be checked, and earlier ones are listed. */
export function ImportsPage<P extends ListPath>({ id, path, counts, ...upload }: ImportsProps<P>): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const rowOf = (row: RowOf<P>): ImportRow => row as unknown as ImportRow;
  return (
    <Stack gap="lg">
      <Upload {...upload} />
      <ListPage
        id={id}
        inner
        title={t('kit:import.earlier')}
        path={path}
        hrefOf={(row) => `${upload.page}/${rowOf(row).id}`}
        refetchEveryMs={10_000}
        empty={{ title: t('kit:import.none') }}
        columns={[
          { id: 'file', header: t('kit:import.file'), cell: (row) => rowOf(row).file_name },
          { id: 'state', header: t('kit:import.condition'), cell: (row) => <ImportState of={rowOf(row)} /> },
          { id: 'rows', header: t('kit:import.rows'), cell: (row) => format.number(rowOf(row).rows_total), align: 'right' },
          ...counts.map(({ label, of }, index) => ({ id: `count_${index}`, header: label, cell: (row: RowOf<P>) => format.number(of(row)), align: 'right' as const })),
          { id: 'errors', header: t('kit:import.errors'), cell: (row) => format.number(rowOf(row).error_count), align: 'right' },
          { id: 'at', header: t('kit:when'), cell: (row) => format.dateTime(rowOf(row).created_at) },
        ]}
      />
    </Stack>
  );
}

function Upload({ title, lead, template, fields = [], page, start }: UploadProps): ReactNode {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [file, setFile] = useState<File | null>(null);
  const [dryRun, setDryRun] = useState(true);
  const [values, setValues] = useState<Values>({});
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | undefined>();
  const keyed = useRef<{ of: unknown[]; key: string }>({ of: [], key: '' });
  const submit = async (): Promise<void> => {
    if (!file) return;
    setBusy(true);
    setProblem(undefined);
    // The same file sent again after a lost answer is the same import.
    const asked = [file, dryRun, values];
    if (asked.some((part, i) => part !== keyed.current.of[i])) keyed.current = { of: asked, key: randomId() };
    const form = new FormData();
    form.set('file', file);
    try {
      const started = await start(form, dryRun, values, keyed.current.key);
      await navigate({ to: `${page}/${started.id}` });
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  const faultOf = (name: string): string | undefined => problem?.errors.find((error) => error.field === name)?.detail;
  return (
    <section aria-label={title}>
      <Title order={1} size="h3">
        {title}
      </Title>
      <div className="card" style={{ marginTop: 8 }}>
        <Stack gap="sm" align="flex-start">
          <Text size="sm">{lead}</Text>
          <Button size="xs" variant="default" leftSection={<Icon name="download" size={14} />} onClick={() => void download(template).catch(failed)}>
            {t('kit:import.template')}
          </Button>
          <FileInput label={t('kit:import.file')} placeholder={t('kit:import.choose')} accept=".csv,.xlsx,text/csv" value={file} onChange={setFile} w={320} maw="100%" clearable />
          {fields.length > 0 && (
            <SimpleGrid cols={{ base: 1, sm: 2 }} w="100%" maw={720}>
              {fields.map((field) => (
                <FieldInput key={field.name} field={field} value={values[field.name]} fault={faultOf(field.name)} onChange={(value) => setValues({ ...values, [field.name]: value })} />
              ))}
            </SimpleGrid>
          )}
          <Switch checked={dryRun} onChange={(event) => setDryRun(event.currentTarget.checked)} label={t('kit:import.dry_run')} description={t('kit:import.dry_run_help')} />
          <Group>
            <Button size="sm" disabled={!file} loading={busy} onClick={() => void submit()}>
              {t(dryRun ? 'kit:import.check' : 'kit:import.start')}
            </Button>
          </Group>
          {problem && <Trouble error={problem} />}
        </Stack>
      </div>
    </section>
  );
}
