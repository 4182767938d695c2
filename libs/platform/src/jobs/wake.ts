const sleepers = new Set<() => void>();

/** A hint within this process that a run is waiting; workers elsewhere find it at their next look. */
export function wakeFeeders(): void {
  for (const wake of sleepers) wake();
}

export function onRunQueued(wake: () => void): () => void {
  sleepers.add(wake);
  return () => sleepers.delete(wake);
}
