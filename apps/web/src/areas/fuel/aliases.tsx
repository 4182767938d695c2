import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take, type Schemas } from '../../api/client';
import { May, useFormat, useMay } from '../../app/me';
import { ask } from '../../kit/dialogs';
import { Icon } from '../../kit/icons';
import { ListPage } from '../../kit/list/list-page';
import { useOptions } from '../../kit/options';
import { done } from '../../kit/toast';
import { aliasKinds, aliasPath, inboxPath } from './inbox-words';

type Alias = Schemas['AliasView'];

/** Spellings this account was taught; forgetting one reads its records again, as teaching does. */
export default function AliasesPage(): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const may = useMay();
  const queries = useQueryClient();
  const kinds = useOptions('fuel:aliases.kind', aliasKinds);
  const changed = (): Promise<unknown> => Promise.all([aliasPath, inboxPath].map((path) => queries.invalidateQueries({ queryKey: [path] })));
  const meaning = (alias: Alias): string => (alias.kind === 'fuel_type' ? t(`vehicles:fuel.${alias.canonical}`, { defaultValue: alias.canonical }) : alias.canonical);
  const teach = (): void =>
    ask({
      title: t('fuel:aliases.teach'),
      fields: [
        { name: 'kind', label: t('fuel:aliases.kind_label'), kind: 'select', options: kinds, required: true },
        { name: 'spelling', label: t('fuel:aliases.spelling'), required: true },
        { name: 'canonical', label: t('fuel:aliases.canonical'), required: true, help: t('fuel:aliases.canonical_help') },
      ],
      initial: { kind: 'fuel_type' },
      submitLabel: t('fuel:aliases.teach'),
      act: async ({ kind, spelling, canonical }, key) => {
        const taught = await take(api.POST(aliasPath, { body: { kind: kind as Alias['kind'], spelling: String(spelling), canonical: String(canonical) }, headers: { 'Idempotency-Key': key } }));
        done(t('fuel:aliases.rederived', { count: taught.rederived_count }));
        await changed();
      },
    });
  const forget = (alias: Alias): void =>
    ask({
      title: t('fuel:aliases.forget'),
      body: t('fuel:aliases.forget_body', { spelling: alias.spelling }),
      submitLabel: t('fuel:aliases.forget'),
      danger: true,
      act: async () => {
        await api.DELETE('/api/v1/fuel_log/aliases/{alias_id}', { params: { path: { alias_id: alias.id } } });
        done(t('fuel:aliases.forgotten'));
        await changed();
      },
    });
  return (
    <ListPage
      id="fuel-aliases"
      title={t('fuel:aliases.nav')}
      path={aliasPath}
      filters={[{ name: 'kind', label: t('fuel:aliases.kind_label'), options: kinds }]}
      empty={{ title: t('fuel:aliases.none'), hint: t('fuel:aliases.none_hint') }}
      actions={
        <May permission="fuel_log.alias.write">
          <Button size="xs" leftSection={<Icon name="plus" size={14} />} onClick={teach}>
            {t('fuel:aliases.teach')}
          </Button>
        </May>
      }
      columns={[
        { id: 'spelling', header: t('fuel:aliases.spelling'), cell: (a) => <code>{a.spelling}</code>, sort: 'spelling' },
        { id: 'canonical', header: t('fuel:aliases.canonical'), cell: meaning },
        { id: 'kind', header: t('fuel:aliases.kind_label'), cell: (a) => t(`fuel:aliases.kind.${a.kind}`) },
        { id: 'created', header: t('kit:when'), cell: (a) => format.dateTime(a.created_at), sort: 'created_at' },
        {
          id: 'act',
          header: t('kit:list.actions'),
          cell: (a) =>
            may('fuel_log.alias.write') && (
              <Button size="compact-xs" variant="subtle" color="red" onClick={() => forget(a)}>
                {t('fuel:aliases.forget')}
              </Button>
            ),
        },
      ]}
    />
  );
}
