import type { ReactNode } from 'react';
import type { Tone } from './badge';

/** Something to know before going on. `role` is alert for what just happened, status for what comes and goes. */
export function Notice({ tone, title, role, children }: { tone: Tone; title?: ReactNode; role?: 'alert' | 'status'; children?: ReactNode }): ReactNode {
  return (
    <div className="notice" data-tone={tone} role={role}>
      {title && <strong>{title}</strong>}
      {children}
    </div>
  );
}
