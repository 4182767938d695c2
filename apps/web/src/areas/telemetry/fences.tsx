import { Button, Group, Text, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client';
import { May } from '../../app/me';
import { ask } from '../../kit/dialogs';
import { Icon } from '../../kit/icons';
import { useParamsInUrl } from '../../kit/search-params';
import { Nothing, Trouble, Waiting } from '../../kit/states';
import { done } from '../../kit/toast';
import { FenceCard } from './fence-card';
import { draftOf, emptyDraft, type Draft } from './fence-draft';
import { EditFence, NewFence } from './fence-form';
import { FenceMap } from './fence-map';
import classes from './fences.module.css';
import map from './map.module.css';
import { fencesKey, useFences } from './use-fences';
import type { Fence } from './words';

/** More than fit on any screen; the search finds the rest. */
const listedMax = 300;
const none: Fence[] = [];

export default function FencesPage(): ReactNode {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [params, setParams] = useParamsInUrl();
  const { data, error, refetch } = useFences();
  const [draft, setDraft] = useState<Draft | undefined>();
  const fences = data ?? none;
  const fence = fences.find((one) => one.id === params['fence']);
  const choose = (id: string | undefined): void => {
    setDraft(undefined);
    setParams({ fence: id });
  };
  const draw = (): void => {
    choose(undefined);
    setDraft(emptyDraft('circle'));
  };
  const saved = (made: Fence | undefined): void => {
    setDraft(undefined);
    void queries.invalidateQueries({ queryKey: [fencesKey] });
    if (made) setParams({ fence: made.id });
  };
  const erase = (one: Fence): void =>
    ask({
      title: t('telemetry:fences.erase_title', { name: one.name }),
      body: t('telemetry:fences.erase_body'),
      submitLabel: t('telemetry:fences.erase'),
      danger: true,
      act: async () => {
        await api.DELETE('/api/v1/telemetry/geofences/{geofence_id}', { params: { path: { geofence_id: one.id } } });
        choose(undefined);
        done(t('telemetry:fences.erased'));
        await queries.invalidateQueries({ queryKey: [fencesKey] });
      },
    });
  const forms = draft && { draft, onDraft: setDraft, onDone: saved, onCancel: () => setDraft(undefined) };
  return (
    <div className={map.page}>
      <section className={map.side} aria-label={t('telemetry:fences.nav')}>
        <div className={map.tools}>
          <Group justify="space-between">
            <h1 style={{ margin: 0, fontSize: '1rem' }}>{t('telemetry:fences.nav')}</h1>
            {!draft && (
              <May permission="telemetry_engine.geofence.write">
                <Button size="xs" leftSection={<Icon name="plus" size={14} />} onClick={draw}>
                  {t('telemetry:fences.draw')}
                </Button>
              </May>
            )}
          </Group>
        </div>
        {error ? (
          <Trouble error={error} again={() => void refetch()} />
        ) : forms ? (
          <div className={classes.panel}>{fence ? <EditFence key={fence.id} fence={fence} {...forms} /> : <NewFence {...forms} />}</div>
        ) : fence ? (
          <div className={classes.panel}>
            <FenceCard fence={fence} onEdit={() => setDraft(draftOf(fence.shape))} onErase={() => erase(fence)} onBack={() => choose(undefined)} />
          </div>
        ) : (
          <FenceList fences={data} onChoose={choose} />
        )}
      </section>
      <div className={map.place}>
        <FenceMap fences={fences} chosen={fence} onChoose={choose} draft={draft} fresh={!fence} onDraft={setDraft} />
      </div>
    </div>
  );
}

function FenceList({ fences, onChoose }: { fences: Fence[] | undefined; onChoose: (id: string) => void }): ReactNode {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  if (!fences) return <Waiting />;
  if (fences.length === 0) return <Nothing title={t('telemetry:fences.none')} hint={t('telemetry:fences.none_hint')} />;
  const found = fences.filter((fence) => fence.name.toLowerCase().includes(text.trim().toLowerCase()));
  return (
    <>
      <div className={map.tools}>
        <TextInput size="xs" type="search" aria-label={t('telemetry:fences.search')} placeholder={t('telemetry:fences.search')} leftSection={<Icon name="search" size={14} />} value={text} onChange={(event) => setText(event.currentTarget.value)} />
        <Text size="xs" c="dimmed" role="status">
          {t('telemetry:fences.count', { count: found.length })}
        </Text>
      </div>
      <ul className={classes.fences}>
        {found.slice(0, listedMax).map((fence) => (
          <li key={fence.id}>
            <button type="button" className={classes.fence} onClick={() => onChoose(fence.id)}>
              <b>{fence.name}</b>
              <span className={map.soft}>{t(`telemetry:fences.type.${fence.shape.type}`)}</span>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}
