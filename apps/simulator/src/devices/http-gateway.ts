import { createHmac } from 'node:crypto';
import type { Sample } from '@fleet/telemetry_engine/play';
import type { Counts } from './counts';
import { Lost, type Link } from './link';

export interface UploadAnswer {
  accepted: number;
  duplicates: number;
  rejected: { index: number; code: string; detail: string }[];
}

export type Credentials = { token: string } | { id: string; secret: string };

/** One upload of samples as JSON lines: with a bearer token, or signed with an ingest key. */
export async function upload(url: string, credentials: Credentials, items: readonly object[], nowMs = Date.now()): Promise<UploadAnswer> {
  const body = items.map((item) => JSON.stringify(item)).join('\n');
  const headers: Record<string, string> = { 'content-type': 'application/x-ndjson' };
  if ('token' in credentials) headers.authorization = `Bearer ${credentials.token}`;
  else {
    // Milliseconds: two uploads of one second must not look like a replay of one.
    const stamp = String(nowMs);
    const signature = createHmac('sha256', credentials.secret).update(`${stamp}.`).update(body).digest('hex');
    Object.assign(headers, { 'x-fleet-key': credentials.id, 'x-fleet-timestamp': stamp, 'x-fleet-signature': signature });
  }
  const response = await fetch(`${url}/api/v1/telemetry/ingest`, { method: 'POST', headers, body, signal: AbortSignal.timeout(30_000) });
  if (response.status !== 200) throw new Lost(`the server answered ${response.status}: ${(await response.text()).slice(0, 300)}`);
  return (await response.json()) as UploadAnswer;
}

export const asItem = (device_id: string, { at_ms, ...sample }: Sample): object => ({ device_id, at: new Date(at_ms).toISOString(), ...sample });

const gatherMs = 250;
const uploadMax = 1_000;

interface Waiting {
  items: object[];
  resolve(): void;
  reject(error: Error): void;
}

/** A gateway that uploads for many devices at once. */
export class HttpGateway {
  private queue: Waiting[] = [];
  private timer: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(
    private readonly url: string,
    private readonly credentials: Credentials,
    private readonly counts: Counts,
  ) {}

  of(deviceId: string): Link {
    let gone = false;
    return {
      batchMax: 100,
      deliver: (samples) => (gone || this.closed ? Promise.reject(new Lost('out of reach')) : this.add(samples.map((sample) => asItem(deviceId, sample)))),
      cut: () => undefined,
      away: (now) => (gone = now),
      close: () => this.close(),
    };
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
    for (const { reject } of this.queue.splice(0)) reject(new Lost('closed'));
  }

  private add(items: object[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.queue.push({ items, resolve, reject });
      this.timer ??= setTimeout(() => void this.flush(), gatherMs);
    });
  }

  private async flush(): Promise<void> {
    this.timer = undefined;
    let size = 0;
    const count = this.queue.findIndex(({ items }) => (size += items.length) > uploadMax);
    const batch = this.queue.splice(0, count < 0 ? this.queue.length : Math.max(1, count));
    if (this.queue.length > 0) this.timer = setTimeout(() => void this.flush(), gatherMs);
    const begin = performance.now();
    const items = batch.flatMap((waiting) => waiting.items);
    try {
      // What is set aside is kept with its bytes: for a sender that is as good as taken.
      await upload(this.url, this.credentials, items);
      this.counts.took(performance.now() - begin, items.length);
      for (const { resolve } of batch) resolve();
    } catch (error) {
      for (const { reject } of batch) reject(error instanceof Lost ? error : new Lost((error as Error).message));
    }
  }
}
