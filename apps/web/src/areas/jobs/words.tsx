import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../api/client';
import { StatusBadge, type Tone } from '../../kit/badge';

export const runStates = ['queued', 'running', 'retrying', 'succeeded', 'dead', 'cancelled', 'skipped'] as const;
type State = Schemas['RunState'];
const tones: Record<State, Tone> = { queued: 'calm', running: 'busy', retrying: 'warn', succeeded: 'good', dead: 'bad', cancelled: 'off', skipped: 'off' };

export function RunState({ state }: { state: State }): ReactNode {
  const { t } = useTranslation();
  return <StatusBadge tone={tones[state]}>{t(`jobs:state.${state}`)}</StatusBadge>;
}
