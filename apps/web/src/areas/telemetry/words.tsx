import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../api/client';
import { StatusBadge, type Tone } from '../../kit/badge';

export type Position = Schemas['LastPositionView'];
export type Motion = Position['state'];
export const motions: readonly Motion[] = ['moving', 'idle', 'stopped', 'no_data'];

/** Colours people know from other systems; the word and the shape beside them say the same. */
export const motionTones: Record<Motion, Tone> = { moving: 'good', idle: 'warn', stopped: 'calm', no_data: 'off' };

/** As `kit/map/marks.ts` draws them. */
const motionShapes: Record<Motion, string> = { moving: '➤', idle: '▲', stopped: '■', no_data: '○' };

export function MotionBadge({ state }: { state: Motion }): ReactNode {
  const { t } = useTranslation();
  return <StatusBadge tone={motionTones[state]} shape={motionShapes[state]}>{t(`telemetry:motion.${state}`)}</StatusBadge>;
}
