export interface RunCounts {
  read: number;
  added: number;
  changed: number;
  unchanged: number;
  /** Said earlier than what is known already, so it changes nothing. */
  older: number;
  skipped: number;
  removed: number;
  waiting: number;
  files: number;
}

export const countNames = ['read', 'added', 'changed', 'unchanged', 'older', 'skipped', 'removed', 'waiting', 'files'] as const;

export const noCounts = (): RunCounts => ({ read: 0, added: 0, changed: 0, unchanged: 0, older: 0, skipped: 0, removed: 0, waiting: 0, files: 0 });

export function addCounts(to: RunCounts, more: Partial<RunCounts>): void {
  for (const name of countNames) to[name] += more[name] ?? 0;
}

export interface Skip {
  file: string;
  position: number;
  record_id: string | null;
  code: string;
  detail: string;
  excerpt: string;
}

export type ImportKind = 'snapshot' | 'changes' | 'file';

/** How one import ended. A dry run has no id: it left nothing behind. */
export interface ImportOutcome extends RunCounts {
  id: string | null;
  kind: ImportKind;
  state: 'done' | 'failed';
  held_removals: number;
  fault_code: string | null;
  fault: string | null;
  skips: Skip[];
}

export function summaryOf(o: ImportOutcome): string {
  const parts = [`${o.read} read`, `${o.added} added`, `${o.changed} changed`, `${o.unchanged} unchanged`, `${o.older} older`, `${o.skipped} skipped`, `${o.removed} removed`, `${o.waiting} waiting for a person`];
  const verdict = o.fault_code ? `, ${o.state === 'failed' ? 'failed' : 'held'}: ${o.fault_code} ${o.fault}` : '';
  return `fuel:import ${o.kind}${o.id === null ? ' (dry run, nothing written)' : ''}: ${parts.join(', ')}${verdict}`;
}
