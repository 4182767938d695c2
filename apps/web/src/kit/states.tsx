import { Button, Center, Group, Loader, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { asProblem, type Problem } from '../api/problem';
import { Notice } from './notice';

export function Waiting({ label }: { label?: string }): ReactNode {
  const { t } = useTranslation();
  return (
    <Center p="xl" role="status">
      <Group gap="xs">
        <Loader size="sm" />
        <Text size="sm" c="dimmed">
          {label ?? t('kit:loading')}
        </Text>
      </Group>
    </Center>
  );
}

/** The sentence for a person: ours where the code is known, else the server's. */
export function useProblemText(): (problem: Problem) => string {
  const { t } = useTranslation();
  return (problem) => t(`problems:${problem.code}`, { defaultValue: problem.detail, ...problem.facts });
}

/** What went wrong, its code for whoever helps, and a way on. */
export function Trouble({ error, again }: { error: unknown; again?: () => void }): ReactNode {
  const { t } = useTranslation();
  const text = useProblemText();
  const problem = asProblem(error);
  return (
    <Notice tone="bad" role="alert" title={problem.code === 'OFFLINE' ? t('kit:trouble.offline') : t('kit:trouble.title')}>
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{text(problem)}</Text>
        <ProblemCode problem={problem} />
        {again && (
          <Button size="xs" variant="light" color="red" onClick={again}>
            {t('kit:trouble.again')}
          </Button>
        )}
      </Stack>
    </Notice>
  );
}

export function ProblemCode({ problem }: { problem: Problem }): ReactNode {
  return (
    <Text size="xs" c="dimmed" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
      {problem.code}
      {problem.requestId ? ` · ${problem.requestId}` : ''}
    </Text>
  );
}

export function Nothing({ title, hint, action }: { title: string; hint?: string; action?: ReactNode }): ReactNode {
  return (
    <Center p="xl">
      <Stack gap={4} align="center" maw={420}>
        <Text fw={600}>{title}</Text>
        {hint && (
          <Text size="sm" c="dimmed" ta="center">
            {hint}
          </Text>
        )}
        {action && <Group mt="xs">{action}</Group>}
      </Stack>
    </Center>
  );
}
