const sleepers = new Set<() => void>();

/** A hint within this process that something is due; other processes find it at their next look. */
export function wakeDispatchers(): void {
  for (const wake of sleepers) wake();
}

export function onWake(wake: () => void): () => void {
  sleepers.add(wake);
  return () => sleepers.delete(wake);
}
