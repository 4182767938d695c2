import { Button, Group, Text } from '@mantine/core';
import { useSyncExternalStore, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Notice } from '../../kit/notice';
import { takeNewVersion, updates } from '../../pwa/register';

/** A new version waits until somebody asks for it: a page must not change under a half-filled form. */
export function NewVersion(): ReactNode {
  const { t } = useTranslation();
  const waiting = useSyncExternalStore(updates.subscribe, updates.waiting);
  if (!waiting) return null;
  return (
    <Notice tone="busy" role="status">
      <Group justify="space-between">
        <Text>{t('driver_app:update.there')}</Text>
        <Button size="sm" onClick={takeNewVersion}>
          {t('driver_app:update.take')}
        </Button>
      </Group>
    </Notice>
  );
}
