import { settingTable } from './schema';

/** The text of `.env.example`, printed from the schema so that the two cannot differ. */
export function envExample(): string {
  const lines = ['# Every setting of the server. Printed by `npm run env:example`; edit libs/platform/src/config/schema.ts instead.'];
  let group = '';
  for (const [name, setting] of Object.entries(settingTable)) {
    if (setting.group !== group) {
      group = setting.group;
      lines.push('', `# --- ${group} ---`);
    }
    lines.push(`# ${setting.about}${setting.requiredInProduction ? ' Required in production.' : ''}`);
    lines.push(`#${name}=${setting.example ?? defaultText(setting.schema)}`);
  }
  return lines.join('\n') + '\n';
}

function defaultText(schema: { safeParse(value: unknown): { success: boolean; data?: unknown } }): string {
  const parsed = schema.safeParse(undefined);
  if (!parsed.success || parsed.data === undefined) return '';
  if (typeof parsed.data === 'boolean') return parsed.data ? '1' : '0';
  return Array.isArray(parsed.data) ? parsed.data.join(',') : String(parsed.data as string | number);
}
