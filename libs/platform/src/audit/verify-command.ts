import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import pg from 'pg';
import type { Config } from '../config';
import { openHouseSecret } from '../crypto';
import { checkpointFile, readCheckpoints } from './checkpoints';
import { verifyAudit, type AuditReport } from './verify';

/** `audit:verify`: needs the database, the master keys and the checkpoint log, and no running server. Answers the exit code. */
export async function auditVerifyCommand(config: Config, print: (line: string) => void): Promise<number> {
  const client = new pg.Client({ connectionString: config.DATABASE_URL, application_name: 'fleet-erp-audit', options: '-c timezone=UTC' });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query(`select set_config('app.scope', 'system', false)`);
    await client.query('begin transaction isolation level repeatable read read only');
    const publicKey = await storedPublicKey(client, config);
    const report = await verifyAudit(client, { publicKey, checkpoints: readCheckpoints(checkpointFile(config.FLEET_DATA_DIR)) });
    await client.query('commit');
    for (const f of report.findings) print(`${f.fault}: account ${f.account_id}${f.entry_id ? `, entry ${f.entry_id}` : ''}: ${f.detail}`);
    print(auditSummary(report));
    return report.ok ? 0 : 1;
  } finally {
    await client.end();
  }
}

export function auditSummary(report: AuditReport): string {
  const faults = report.findings.length + report.moreFindings;
  const verdict = faults === 0 ? 'audit is intact' : `audit has ${faults} fault${faults === 1 ? '' : 's'}`;
  return `${verdict}: ${report.entries} entries in ${report.batches} batches of ${report.accounts} accounts, ${report.unsealed} not sealed yet`;
}

async function storedPublicKey(client: pg.Client, config: Config): Promise<KeyObject> {
  const { rows } = await client.query<{ sealed: Buffer }>(`select sealed from crypto.house_secret where name = 'audit-signing-key'`);
  // Without a key nothing was ever sealed; a fresh pair makes every forged batch fail.
  if (!rows[0]) return generateKeyPairSync('ed25519').publicKey;
  return createPublicKey(createPrivateKey({ key: openHouseSecret(config, 'audit-signing-key', rows[0].sealed), format: 'der', type: 'pkcs8' }));
}
