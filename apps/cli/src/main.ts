import { fail } from './commands/fail';

/** Each command loads only what it needs: `up` stays small because it never imports the house it supervises. */
const commands: Record<string, () => Promise<void>> = {
  up: async () => (await import('./up/index.js')).up(),
  prepare: async () => (await import('./commands/prepare.js')).prepare(),
  migrate: async () => (await import('./commands/migrate.js')).migrateCommand(),
  'audit:verify': async () => (await import('./commands/audit-verify.js')).auditVerify(),
  'fuel:import': async () => (await import('./commands/fuel-import.js')).fuelImport(process.argv.slice(3)),
  docs: async () => (await import('./commands/docs.js')).writeDocuments(process.argv.slice(3)),
};

const name = process.argv[2] ?? '';
const command = Object.hasOwn(commands, name) ? commands[name] : undefined;

if (command) {
  command().catch(fail);
} else {
  console.error(`Unknown command "${name}". There are: ${Object.keys(commands).join(', ')}`);
  process.exit(1);
}
