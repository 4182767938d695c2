import { NestFactory } from '@nestjs/core';
import { parseArgs } from 'node:util';
import { FeedImporter, summaryOf, type ImportOutcome, type ImportRequest } from '@fleet/fuel_log';
import { readConfig, useConfig, type Config } from '@fleet/platform/config';
import { Db, systemActor } from '@fleet/platform/database';
import { createLogger, NestLogger } from '@fleet/platform/observability';
import { AppModule } from '../../../server/src/app.module';
import { withDatabase } from '../up/database';
import { readSettings } from '../up/settings';

const usage = 'Usage: npm run fuel:import -- --snapshot | --changes | --file F [--apply] [--account NAME_OR_ID] [--confirm-removals]';

interface Asked extends ImportRequest {
  account?: string;
}

function asked(args: string[]): Asked {
  const flag = { type: 'boolean' as const };
  const { values } = parseArgs({ args, options: { snapshot: flag, changes: flag, file: { type: 'string' }, apply: flag, account: { type: 'string' }, 'confirm-removals': flag } });
  const kinds = (['snapshot', 'changes', 'file'] as const).filter((kind) => values[kind] !== undefined);
  const [kind] = kinds;
  if (!kind || kinds.length > 1) throw new Error(usage);
  return { kind, dryRun: !values.apply, confirmRemovals: values['confirm-removals'] ?? false, ...(values.file ? { path: values.file } : {}), ...(values.account ? { account: values.account } : {}) };
}

/** `npm run fuel:import`: without --apply it only counts. Exits non-zero on a fault of the feed or a file. */
export async function fuelImport(args: string[]): Promise<void> {
  let request: Asked;
  try {
    request = asked(args);
  } catch (error) {
    console.error((error as Error).message);
    console.log(usage);
    process.exit(2);
  }
  const settings = readSettings();
  const outcome = await withDatabase(settings, (env) => importWith(readConfig({ ...settings.environment, ...env, FLEET_ROLES: 'api' }), request));
  for (const skip of outcome.skips.slice(0, 20)) console.log(`skipped ${skip.file} #${skip.position}${skip.record_id ? ` (id ${skip.record_id})` : ''}: ${skip.code} ${skip.detail}`);
  if (outcome.skipped > 20) console.log(`… and ${outcome.skipped - 20} more`);
  console.log(summaryOf(outcome));
  process.exit(outcome.fault_code ? 1 : 0);
}

async function importWith(config: Config, request: Asked): Promise<ImportOutcome> {
  useConfig(config);
  const app = await NestFactory.createApplicationContext(AppModule.forRoot(), { logger: new NestLogger(createLogger('error')), abortOnError: false });
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort(new Error('The import was interrupted. What it had stored stays; the next import goes on.')));
  try {
    const accountId = await accountOf(app.get(Db), config, request.account);
    return await app.get(FeedImporter).run(systemActor(accountId, 'fuel:import'), request, { signal: stop.signal, onProgress: showProgress });
  } finally {
    if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
    await app.close();
  }
}

interface KnownAccount {
  id: string;
  name: string;
}

/** The account named; else the only one with a feed, the one of the settings, or the only one with vehicles. */
async function accountOf(db: Db, config: Config, named: string | undefined): Promise<string> {
  const { accounts, feeds } = await db.systemRead('fuel:import', async (tx) => ({
    accounts: await tx.sql<KnownAccount>('select id, name from auth.account order by name'),
    feeds: await tx.sql<{ account_id: string }>('select account_id from fuel.feed where enabled'),
  }));
  if (named !== undefined) {
    const matching = accounts.filter((a) => a.id === named || a.name === named);
    if (matching.length !== 1) throw new Error(`There ${matching.length === 0 ? 'is no account' : 'are several accounts'} "${named}". There are: ${listed(accounts)}`);
    return matching[0]?.id ?? '';
  }
  if (feeds.length === 1) return feeds[0]?.account_id ?? '';
  if (config.FUEL_FEED_ACCOUNT) return config.FUEL_FEED_ACCOUNT;
  const withVehicles: KnownAccount[] = [];
  for (const account of accounts) {
    const vehicle = await db.read(systemActor(account.id, 'fuel:import'), (tx) => tx.one('select 1 as one from transport_registry.vehicle where account_id = $1 limit 1', [account.id]));
    if (vehicle) withVehicles.push(account);
  }
  if (withVehicles.length === 1) return withVehicles[0]?.id ?? '';
  throw new Error(`Say whose feed it is: --account "NAME". There are: ${listed(accounts)}`);
}

const listed = (accounts: KnownAccount[]): string => accounts.map((a) => `"${a.name}"`).join(', ') || 'none yet';

const barWidth = 30;

function showProgress({ file, bytes, size, read }: { file: string; bytes: number; size: number; read: number }): void {
  if (!process.stderr.isTTY) return;
  const share = size > 0 ? Math.min(1, bytes / size) : 0;
  const bar = '#'.repeat(Math.round(share * barWidth)).padEnd(barWidth, '.');
  process.stderr.write(`\r\x1b[K[${bar}] ${String(Math.round(share * 100)).padStart(3)} % ${file} ${read.toLocaleString('en')} read`);
}
