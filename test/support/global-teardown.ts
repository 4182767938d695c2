import { rmSync } from 'node:fs';

export default async function globalTeardown(): Promise<void> {
  const running = globalThis.fleetTestCluster;
  if (!running) return;
  await running.cluster.stop('immediate');
  rmSync(running.dataDir, { recursive: true, force: true });
}
