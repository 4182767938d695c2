import { accessSync, constants } from 'node:fs';
import { parseArgs } from 'node:util';
import { tokenFor, uploadCredentials } from '../fleet/api';
import { readRecording } from './recording';
import { HttpWay, type Tally, type Way } from './ways';
import { IpsWay } from './ips-way';

const usage = `npm run replay -- FILE [options]
  FILE               NDJSON of samples, or lines of Wialon IPS; plain or gzip
  --via http|ips     through the upload or through the device port (http)
  --url U            of the API (http://localhost:3000)
  --token T          of a program that may write samples
  --data-dir D       take the ingest key of the demo in this data directory instead
  --host H --port N  of the device port, for ips (127.0.0.1, 20332)
  --fleet FILE       passwords of the devices, for ips
  --shift-to-now     move all times so that the last sample is of this moment
Ends with 1 unless every sample was stored, known already, or set aside with a reason.`;

const batchSize = 1_000;

/** `npm run replay`: sends a recording through the whole pipeline and counts what became of it. */
export async function replay(args: string[]): Promise<number> {
  const text = { type: 'string' } as const;
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { via: text, url: text, token: text, 'data-dir': text, host: text, port: text, fleet: text, 'shift-to-now': { type: 'boolean' }, help: { type: 'boolean' } },
  });
  const file = positionals[0];
  if (values.help || file === undefined || positionals.length > 1 || !['http', 'ips', undefined].includes(values.via)) {
    console.log(usage);
    return values.help ? 0 : 1;
  }
  const url = (values.url ?? 'http://localhost:3000').replace(/\/$/, '');
  const access = { token: values.token, dataDir: values['data-dir'] };
  // A file that cannot be read is said before anything is asked of the server.
  accessSync(file, constants.R_OK);
  const way: Way = values.via === 'ips' ? new IpsWay({ host: values.host ?? '127.0.0.1', port: Number(values.port ?? 20_332) }, url, values.fleet) : new HttpWay(url, uploadCredentials(access) ?? { token: await tokenFor(url, access) });
  const tally = await send(file, way, values['shift-to-now'] ? await shiftOf(file) : 0);
  const { read, acknowledged, stored, duplicates, quarantined, refused } = tally;
  const sum = acknowledged + stored + duplicates + quarantined;
  for (const [reason, n] of Object.entries(tally.reasons).sort()) console.log(`  ${reason}: ${n}`);
  console.log(`replay: in=${read} stored=${stored} duplicates=${duplicates} quarantined=${quarantined} refused=${refused}${acknowledged > 0 ? ` acknowledged=${acknowledged}` : ''} ${sum === read ? 'all accounted for' : `DOES NOT ADD UP: ${read - sum} of ${read} are nowhere`}`);
  return sum === read ? 0 : 1;
}

async function send(file: string, way: Way, shiftMs: number): Promise<Tally> {
  const tally: Tally = { read: 0, acknowledged: 0, stored: 0, duplicates: 0, quarantined: 0, refused: 0, reasons: {} };
  let batch: Record<string, unknown>[] = [];
  await way.begin();
  for await (const read of readRecording(file)) {
    tally.read += 1;
    if ('unreadable' in read) {
      tally.refused += 1;
      tally.reasons.unreadable = (tally.reasons.unreadable ?? 0) + 1;
      continue;
    }
    batch.push(shiftMs === 0 ? read.item : { ...read.item, at: new Date(timeOf(read.item.at) + shiftMs).toISOString() });
    if (batch.length < batchSize) continue;
    await way.send(batch, tally);
    batch = [];
  }
  if (batch.length > 0) await way.send(batch, tally);
  await way.end(tally);
  return tally;
}

const timeOf = (at: unknown): number => (typeof at === 'number' ? at : Date.parse(String(at)));

async function shiftOf(file: string): Promise<number> {
  let last = -Infinity;
  for await (const read of readRecording(file)) if ('item' in read) last = Math.max(last, timeOf(read.item.at) || -Infinity);
  return Number.isFinite(last) ? Math.floor((Date.now() - last) / 1000) * 1000 : 0;
}
