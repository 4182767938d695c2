import { Button, Code, CopyButton, Group, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

/** A secret that is shown this once. */
export function Secret({ text, hint, close }: { text: string; hint: string; close: () => void }): ReactNode {
  const { t } = useTranslation();
  return (
    <Stack gap="sm">
      <Text size="sm">{hint}</Text>
      <Code block style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>
        {text}
      </Code>
      <Group justify="flex-end" gap="xs">
        <CopyButton value={text}>
          {({ copied, copy }) => (
            <Button size="sm" variant="default" onClick={copy}>
              {t(copied ? 'kit:copied' : 'kit:copy')}
            </Button>
          )}
        </CopyButton>
        <Button size="sm" onClick={close}>
          {t('kit:close')}
        </Button>
      </Group>
    </Stack>
  );
}
