import { debugging } from '../up/settings';

/** One screen for a stranger: what is wrong. FLEET_DEBUG=1 adds where. */
export function fail(error: unknown): never {
  console.error(error instanceof Error ? error.message : String(error));
  if (debugging() && error instanceof Error) console.error(error.stack);
  process.exit(1);
}
