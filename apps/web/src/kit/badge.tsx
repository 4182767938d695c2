import type { ReactNode } from 'react';

export type Tone = 'good' | 'busy' | 'calm' | 'warn' | 'bad' | 'off';

/** A shape of its own for each tone: colour alone tells a tenth of all men nothing. */
const shapes: Record<Tone, string> = { good: '●', busy: '▶', calm: '■', warn: '▲', bad: '✕', off: '○' };

export function StatusBadge({ tone, children }: { tone: Tone; children: ReactNode }): ReactNode {
  return (
    <span className="status" data-tone={tone}>
      <span aria-hidden="true">{shapes[tone]}</span>
      {children}
    </span>
  );
}
