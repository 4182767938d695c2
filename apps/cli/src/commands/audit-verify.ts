import { auditVerifyCommand } from '@fleet/platform/audit';
import { readConfig } from '@fleet/platform/config';
import { withDatabase } from '../up/database';
import { readSettings } from '../up/settings';

/** `npm run audit:verify`: exits non-zero when the log was changed behind its back. */
export async function auditVerify(): Promise<void> {
  const settings = readSettings();
  const exitCode = await withDatabase(settings, (env) => auditVerifyCommand(readConfig({ ...settings.environment, ...env }), (line) => console.log(line)));
  process.exit(exitCode);
}
