import type { ReactNode } from 'react';

export type Tone = 'good' | 'busy' | 'calm' | 'warn' | 'bad' | 'off';

/** A shape of its own for each tone: colour alone tells a tenth of all men nothing. */
const shapes: Record<Tone, string> = { good: '●', busy: '▶', calm: '■', warn: '▲', bad: '✕', off: '○' };

/** `shape` where the same thing is drawn elsewhere, as on the map. */
export function StatusBadge({ tone, shape, children }: { tone: Tone; shape?: string; children: ReactNode }): ReactNode {
  return (
    <span className="status" data-tone={tone}>
      <span aria-hidden="true">{shape ?? shapes[tone]}</span>
      <span>{children}</span>
    </span>
  );
}
