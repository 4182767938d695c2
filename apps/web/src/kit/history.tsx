import { Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';

/** What an act changed: field, before, after. */
export function Changes({ changes, label }: { changes: Readonly<Record<string, unknown>> | null | undefined; label?: (name: string) => string }): ReactNode {
  const entries = Object.entries(changes ?? {});
  if (entries.length === 0) return '–';
  return (
    <Stack gap={0}>
      {entries.map(([name, value]) => (
        <Text key={name} size="xs">
          <b>{label?.(name) ?? name}</b>: {shown(value)}
        </Text>
      ))}
    </Stack>
  );
}

function shown(value: unknown): string {
  if (Array.isArray(value) && value.length === 2) return `${plain(value[0])} → ${plain(value[1])}`;
  if (typeof value === 'object' && value !== null && 'from' in value && 'to' in value) return `${plain(value.from)} → ${plain(value.to)}`;
  return plain(value);
}

const plain = (value: unknown): string => (value === null || value === undefined || value === '' ? '–' : typeof value === 'object' ? JSON.stringify(value) : String(value));
