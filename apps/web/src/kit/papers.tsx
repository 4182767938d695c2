import { Button, FileButton, Group } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { download } from '../api/client';
import type { ListPath, RowOf } from '../api/lists';
import { May, useFormat, useMay } from '../app/me';
import { StatusBadge, type Tone } from './badge';
import { ask, openDialog } from './dialogs';
import { EditForm } from './form/edit-form';
import type { Field, Values } from './form/fields';
import { Icon } from './icons';
import { ListPage } from './list/list-page';
import type { Column, Filter } from './list/types';
import { useOptions } from './options';
import { done, failed } from './toast';

export const paperStates = ['valid', 'expiring', 'expired', 'withdrawn'] as const;
const tones: Record<(typeof paperStates)[number], Tone> = { valid: 'good', expiring: 'warn', expired: 'bad', withdrawn: 'off' };

export interface Paper {
  id: string;
  kind: string;
  state: (typeof paperStates)[number];
  number: string | null;
  issuer: string | null;
  expires_on: string | null;
  version: number;
}

/** What differs between papers of vehicles and of drivers: where they are kept, and what is asked beside the usual. */
export interface PaperWay<P extends Paper> {
  permission: string;
  /** Catalogue prefix and names of the kinds. */
  kinds: [prefix: string, names: readonly string[]];
  fields?: Field[];
  columns?: Column<P>[];
  /** First parts of the keys of queries that show papers. */
  shownIn: readonly string[];
  files: (paper: P) => string[];
  upload: (paper: P, file: File) => Promise<unknown>;
  /** Where it has to be looked at before it counts. */
  verify?: { open: (paper: P) => boolean; act: (paper: P) => Promise<unknown> };
  read: (id: string) => Promise<P>;
  amend: (id: string, changes: Values, version: number) => Promise<unknown>;
  withdraw: (id: string, reason: string) => Promise<unknown>;
}

export function PaperState({ state }: { state: Paper['state'] }): ReactNode {
  const { t } = useTranslation();
  return <StatusBadge tone={tones[state]}>{t(`vehicles:papers.state.${state}`)}</StatusBadge>;
}

function usePapersChanged({ shownIn }: { shownIn: readonly string[] }): () => Promise<void> {
  const queries = useQueryClient();
  return async () => {
    await Promise.all(shownIn.map((key) => queries.invalidateQueries({ queryKey: [key] })));
  };
}

function usePaperFields(own: readonly Field[] = []): Field[] {
  const { t } = useTranslation();
  return [
    { name: 'number', label: t('vehicles:papers.number') },
    { name: 'issuer', label: t('vehicles:papers.issuer') },
    ...own,
    { name: 'issued_on', label: t('vehicles:papers.issued_on'), kind: 'date' },
    { name: 'expires_on', label: t('vehicles:papers.expires_on'), kind: 'date' },
    { name: 'notes', label: t('vehicles:field.notes'), kind: 'textarea', wide: true },
  ];
}

export function usePaperColumns<P extends Paper>(way: PaperWay<P>): Column<P>[] {
  const { t } = useTranslation();
  const format = useFormat();
  const [prefix] = way.kinds;
  return [
    { id: 'kind', header: t('vehicles:papers.kind_label'), cell: (p) => t(`${prefix}.${p.kind}`) },
    { id: 'state', header: t('vehicles:field.status'), cell: (p) => <PaperState state={p.state} /> },
    { id: 'number', header: t('vehicles:papers.number'), cell: (p) => p.number ?? '–' },
    { id: 'issuer', header: t('vehicles:papers.issuer'), cell: (p) => p.issuer ?? '–' },
    { id: 'expires', header: t('vehicles:papers.expires_on'), cell: (p) => format.day(p.expires_on) },
    ...(way.columns ?? []),
    { id: 'act', header: t('kit:list.actions'), cell: (p) => <PaperActions way={way} paper={p} />, phone: 'skip' },
  ];
}

/** For lists of all papers. */
export function usePaperFilters<P extends Paper>({ kinds: [prefix, names] }: PaperWay<P>): Filter[] {
  const { t } = useTranslation();
  return [
    { name: 'state', label: t('vehicles:field.status'), options: useOptions('vehicles:papers.state', paperStates) },
    { name: 'kind', label: t('vehicles:papers.kind_label'), options: useOptions(prefix, names) },
    { name: 'expires_within_days', label: t('vehicles:papers.within_days'), options: ['7', '30', '60', '90'].map((value) => ({ value, label: t('vehicles:papers.days', { count: Number(value) }) })) },
  ];
}

interface PapersProps<L extends ListPath> {
  /** Names what this browser keeps for the list. */
  id: string;
  path: L;
  pathParams: Readonly<Record<string, string>>;
  way: PaperWay<RowOf<L> & Paper>;
  add: (values: Values, key: string) => Promise<unknown>;
}

/** The papers of one vehicle or one driver. */
export function Papers<L extends ListPath>({ id, path, pathParams, way, add }: PapersProps<L>): ReactNode {
  const { t } = useTranslation();
  const fields = usePaperFields(way.fields);
  const kinds = useOptions(...way.kinds);
  const changed = usePapersChanged(way);
  const openAdd = (): void =>
    ask({
      title: t('vehicles:papers.add'),
      columns: 2,
      size: 'lg',
      fields: [{ name: 'kind', label: t('vehicles:papers.kind_label'), kind: 'select', options: kinds, required: true }, ...fields],
      submitLabel: t('vehicles:papers.add'),
      act: async (values, key) => {
        await add(Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null)), key);
        done(t('kit:saved'));
        await changed();
      },
    });
  return (
    <ListPage
      id={id}
      inner
      title={t('vehicles:papers.tab')}
      path={path}
      pathParams={pathParams}
      columns={usePaperColumns(way) as unknown as Column<RowOf<L>>[]}
      empty={{ title: t('vehicles:papers.none') }}
      actions={
        <May permission={way.permission}>
          <Button size="xs" leftSection={<Icon name="plus" size={14} />} onClick={openAdd}>
            {t('vehicles:papers.add')}
          </Button>
        </May>
      }
    />
  );
}

function PaperActions<P extends Paper>({ way, paper }: { way: PaperWay<P>; paper: P }): ReactNode {
  const { t } = useTranslation();
  const write = useMay()(way.permission) && paper.state !== 'withdrawn';
  const changed = usePapersChanged(way);
  const files = way.files(paper);
  const act = (work: Promise<unknown>, text: string): void => {
    work
      .then(() => done(text))
      .then(changed)
      .catch(failed);
  };
  const withdraw = (): void =>
    ask({
      title: t('vehicles:papers.withdraw'),
      fields: [{ name: 'reason', label: t('vehicles:reason'), kind: 'textarea', required: true }],
      submitLabel: t('vehicles:papers.withdraw'),
      danger: true,
      act: async ({ reason }) => {
        await way.withdraw(paper.id, String(reason));
        done(t('vehicles:papers.withdrawn'));
        await changed();
      },
    });
  return (
    <Group gap={4} wrap="nowrap">
      {files.map((path, index) => (
        <Button key={path} size="compact-xs" variant="light" onClick={() => void download(path).catch(failed)}>
          {t('vehicles:papers.file')} {files.length > 1 ? index + 1 : ''}
        </Button>
      ))}
      {write && (
        <>
          {way.verify?.open(paper) && (
            <Button size="compact-xs" variant="light" color="green" onClick={() => way.verify && act(way.verify.act(paper), t('drivers:papers.verified'))}>
              {t('drivers:papers.verify')}
            </Button>
          )}
          <FileButton onChange={(file) => file && act(way.upload(paper, file), t('vehicles:papers.file_kept'))} accept="application/pdf,image/png,image/jpeg">
            {(props) => (
              <Button {...props} size="compact-xs" variant="default">
                {t('vehicles:papers.upload')}
              </Button>
            )}
          </FileButton>
          <Button size="compact-xs" variant="default" onClick={() => openDialog(t('vehicles:papers.edit'), (close) => <EditPaper way={way} paper={paper} close={close} />, 'lg')}>
            {t('kit:edit')}
          </Button>
          <Button size="compact-xs" variant="subtle" color="red" onClick={withdraw}>
            {t('vehicles:papers.withdraw')}
          </Button>
        </>
      )}
    </Group>
  );
}

function EditPaper<P extends Paper>({ way, paper, close }: { way: PaperWay<P>; paper: P; close: () => void }): ReactNode {
  const { t } = useTranslation();
  const changed = usePapersChanged(way);
  return (
    <EditForm
      fields={usePaperFields(way.fields)}
      subject={paper}
      reload={() => way.read(paper.id)}
      save={async (changes, version) => {
        await way.amend(paper.id, changes, version);
        done(t('kit:saved'));
      }}
      onDone={() => {
        close();
        void changed();
      }}
      onCancel={close}
    />
  );
}

export function fileForm(file: File): FormData {
  const form = new FormData();
  form.set('file', file);
  return form;
}
