import { Global, Module } from '@nestjs/common';
import { readFileSync } from 'node:fs';
import { settingTable, type Config } from './schema';

export class ConfigFault extends Error {
  constructor(readonly faults: string[]) {
    super(['The settings are not usable:', ...faults.map((f) => `  - ${f}`), 'See .env.example for every setting.'].join('\n'));
    this.name = 'ConfigFault';
  }
}

/** Secrets that appear in examples and demos; production must not run on them. */
const demoSecret = /REPLACE|change-me|^demo/i;

/** Reads every setting once, lists all faults at once, and accepts NAME_FILE for mounted secrets. */
export function readConfig(env: Record<string, string | undefined> = process.env): Config {
  const faults: string[] = [];
  const values: Record<string, unknown> = {};
  const production = env.NODE_ENV === 'production';
  for (const [name, setting] of Object.entries(settingTable)) {
    const text = rawValue(env, name, faults);
    const parsed = setting.schema.safeParse(text);
    if (parsed.success) values[name] = parsed.data;
    else faults.push(`${name}: ${text === undefined ? 'is missing' : parsed.error.issues.map((i) => i.message).join('; ')}. ${setting.about}`);
    if (!production || !setting.requiredInProduction) continue;
    if (text === undefined && parsed.success) faults.push(`${name}: is missing. ${setting.about}`);
    else if (text !== undefined && demoSecret.test(text)) faults.push(`${name}: still has its example value. ${setting.about}`);
  }
  if (production && values.FLEET_DEMO === true) faults.push('FLEET_DEMO: must not be 1 in production.');
  if (faults.length > 0) throw new ConfigFault(faults);
  return Object.freeze(values) as Config;
}

function rawValue(env: Record<string, string | undefined>, name: string, faults: string[]): string | undefined {
  const file = env[`${name}_FILE`];
  if (file) {
    try {
      return readFileSync(file, 'utf8').trim();
    } catch {
      faults.push(`${name}_FILE: cannot read ${file}.`);
      return undefined;
    }
  }
  const text = env[name];
  return text === '' ? undefined : text;
}

/** Injection token of the frozen settings. */
export const CONFIG = Symbol('CONFIG');

let current: Config | undefined;

@Global()
@Module({ providers: [{ provide: CONFIG, useFactory: () => (current ??= readConfig()) }], exports: [CONFIG] })
export class ConfigModule {}

/** For entry points and tests that build their settings before Nest starts. */
export function useConfig(config: Config): void {
  current = config;
}

export function publicUrl(config: Config): string {
  return (config.PUBLIC_URL ?? `http://localhost:${config.PORT}`).replace(/\/$/, '');
}
