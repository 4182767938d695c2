import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../api/client';
import { StatusBadge, type Tone } from '../../kit/badge';

type State = Schemas['FeedImportView']['state'];
export type Feed = Schemas['FeedView'];
export const feedPath = '/api/v1/fuel_log/feeds';
export const runPath = '/api/v1/fuel_log/feed_imports';
const tones: Record<State, Tone> = { waiting: 'calm', running: 'busy', done: 'good', failed: 'bad' };

export function FeedRunState({ state }: { state: State }): ReactNode {
  const { t } = useTranslation();
  return <StatusBadge tone={tones[state]}>{t(`kit:import.state.${state}`)}</StatusBadge>;
}

export const ended = (state: State | undefined): boolean => state === 'done' || state === 'failed';
