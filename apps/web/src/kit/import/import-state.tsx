import { Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { StatusBadge, type Tone } from '../badge';
import type { ImportRow } from './types';

const tones: Record<ImportRow['state'], Tone> = { waiting: 'calm', running: 'busy', done: 'good', failed: 'bad' };

export function ImportState({ of }: { of: Pick<ImportRow, 'state' | 'dry_run'> }): ReactNode {
  const { t } = useTranslation();
  return (
    <Group gap={6} wrap="nowrap">
      <StatusBadge tone={tones[of.state]}>{t(`kit:import.state.${of.state}`)}</StatusBadge>
      {of.dry_run && (
        <Text size="xs" c="dimmed">
          {t('kit:import.dry')}
        </Text>
      )}
    </Group>
  );
}
