import { Badge, type MantineColor } from '@mantine/core';
import type { ReactNode } from 'react';

export type Tone = 'good' | 'busy' | 'calm' | 'warn' | 'bad' | 'off';

const colors: Record<Tone, MantineColor> = { good: 'green', busy: 'blue', calm: 'gray', warn: 'yellow', bad: 'red', off: 'gray' };
/** A shape of its own for each tone: colour alone tells a tenth of all men nothing. */
const shapes: Record<Tone, string> = { good: '●', busy: '▶', calm: '■', warn: '▲', bad: '✕', off: '○' };

export function StatusBadge({ tone, children }: { tone: Tone; children: ReactNode }): ReactNode {
  return (
    <Badge variant="light" color={colors[tone]} size="md" radius="sm" className="status" leftSection={<span aria-hidden="true">{shapes[tone]}</span>}>
      {children}
    </Badge>
  );
}
