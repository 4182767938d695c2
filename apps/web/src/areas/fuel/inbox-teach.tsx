import { Stack, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take } from '../../api/client';
import { useFormat } from '../../app/me';
import { ask as askFor } from '../../kit/dialogs';
import { Notice } from '../../kit/notice';
import { useOptions } from '../../kit/options';
import { failed } from '../../kit/toast';
import { aliasPath, feedFuels, inboxPath, unknownIn, type aliasKinds, type InboxItem } from './inbox-words';

type Kind = (typeof aliasKinds)[number];

export interface Lesson {
  kind: Kind;
  spelling: string;
  canonical: string;
}

interface Learned extends Lesson {
  rederived: number;
  /** Records of this page that used the spelling, as they are read now. */
  records: InboxItem[];
}

export interface Learning {
  learnt: Learned | undefined;
  teach: (lesson: Lesson) => void;
  ask: (of: { kind: Kind; spelling: string }) => void;
}

const shownMax = 10;

/** Teaches a spelling and shows what every record that used it became. */
export function useTeaching(rows: readonly InboxItem[]): Learning {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const fuels = useOptions('vehicles:fuel', feedFuels);
  const [learnt, setLearnt] = useState<Learned | undefined>();
  const send = async ({ kind, spelling, canonical }: Lesson): Promise<void> => {
    const used = rows.filter((row) => row.issues.some((issue) => issue.suggestion?.spelling === spelling || unknownIn(row, issue.code)?.spelling === spelling)).slice(0, shownMax);
    const taught = await take(api.POST(aliasPath, { body: { kind, spelling, canonical } }));
    const records = await Promise.all(used.map((row) => take(api.GET('/api/v1/fuel_log/inbox/{inbox_id}', { params: { path: { inbox_id: row.id } } }))));
    setLearnt({ kind, spelling, canonical: taught.canonical, rederived: taught.rederived_count, records });
    await Promise.all([inboxPath, aliasPath].map((path) => queries.invalidateQueries({ queryKey: [path] })));
  };
  const ask = ({ kind, spelling }: { kind: Kind; spelling: string }): void =>
    askFor({
      title: t('fuel:aliases.teach'),
      body: t('fuel:aliases.teach_body', { spelling }),
      fields: [{ name: 'canonical', label: t(`fuel:aliases.means.${kind}`), required: true, ...(kind === 'fuel_type' ? { kind: 'select' as const, options: fuels } : {}) }],
      submitLabel: t('fuel:aliases.teach'),
      act: ({ canonical }) => send({ kind, spelling, canonical: String(canonical) }),
    });
  return { learnt, teach: (lesson) => void send(lesson).catch(failed), ask };
}

export function Learnt({ of }: { of: Learned }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const read = (item: InboxItem): string => [item.plate_norm ?? item.car, format.fuel(item.litres), item.fuel_type && t(`vehicles:fuel.${item.fuel_type}`, { defaultValue: item.fuel_type }), item.department].filter(Boolean).join(' · ');
  return (
    <Notice tone="good" role="status" title={t('fuel:aliases.learnt', { spelling: of.spelling, canonical: of.kind === 'fuel_type' ? t(`vehicles:fuel.${of.canonical}`, { defaultValue: of.canonical }) : of.canonical })}>
      <Stack gap={2}>
        <Text size="sm">{t('fuel:aliases.rederived', { count: of.rederived })}</Text>
        {of.records.map((item) => (
          <Text key={item.id} size="sm">
            {read(item)}: {t(item.state === 'waiting' ? 'fuel:aliases.still_waits' : 'fuel:aliases.settled')}
          </Text>
        ))}
      </Stack>
    </Notice>
  );
}
