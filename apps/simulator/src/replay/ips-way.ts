import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Dice } from '@fleet/platform/random';
import type { PlayedFleet, Sample } from '@fleet/telemetry_engine/play';
import { Counts } from '../devices/counts';
import { ipsDialect } from '../devices/ips';
import { Refused, type Link } from '../devices/link';
import { TcpLink } from '../devices/tcp-link';
import type { Tally, Way } from './ways';

const answerWithinMs = 20_000;

/**
 * Through the device port, as the devices would. An acknowledgement means stored, known already or set aside; which of
 * these is read from the server's metrics before and after, and only believed when nobody else was sending.
 */
export class IpsWay implements Way {
  private readonly links = new Map<string, Link>();
  private readonly counts = new Counts();
  private readonly passwords: Map<string, string | undefined>;
  private before: Record<string, number> = {};

  constructor(
    private readonly address: { host: string; port: number },
    private readonly url: string,
    fleetFile: string | undefined,
  ) {
    const fleet = fleetFile === undefined ? undefined : (JSON.parse(readFileSync(fleetFile, 'utf8')) as PlayedFleet);
    this.passwords = new Map(fleet?.devices.map((device) => [device.device_id, device.password]));
  }

  async begin(): Promise<void> {
    this.before = await this.outcomes();
  }

  async send(items: readonly Record<string, unknown>[], tally: Tally): Promise<void> {
    const byDevice = new Map<string, Sample[]>();
    for (const { device_id, at, ...rest } of items) {
      if (typeof device_id !== 'string') {
        this.refuse(tally, 'no_device', 1);
        continue;
      }
      const sample = { ...rest, at_ms: typeof at === 'number' ? at : Date.parse(String(at)) } as Sample;
      byDevice.set(device_id, [...(byDevice.get(device_id) ?? []), sample]);
    }
    await Promise.all([...byDevice].map(([deviceId, samples]) => this.deliver(deviceId, samples, tally)));
  }

  async end(tally: Tally): Promise<void> {
    for (const link of this.links.values()) link.close();
    const after = await this.outcomes();
    const grown = Object.entries(after).map(([outcome, value]) => [outcome, value - (this.before[outcome] ?? 0)] as const);
    if (grown.reduce((sum, [, n]) => sum + n, 0) !== tally.acknowledged) return;
    tally.acknowledged = 0;
    for (const [outcome, n] of grown.filter((entry) => entry[1] > 0)) {
      if (outcome === 'stored') tally.stored += n;
      else if (outcome === 'duplicate') tally.duplicates += n;
      else {
        tally.quarantined += n;
        tally.reasons[outcome] = (tally.reasons[outcome] ?? 0) + n;
      }
    }
  }

  private async deliver(deviceId: string, samples: Sample[], tally: Tally): Promise<void> {
    const link = this.linkOf(deviceId);
    for (let from = 0; from < samples.length; from += link.batchMax) {
      const batch = samples.slice(from, from + link.batchMax);
      const tired = new AbortController();
      const timeout = sleep(answerWithinMs, undefined, { signal: tired.signal }).then(() => Promise.reject(new Error('no answer')));
      const delivered = link.deliver(batch);
      delivered.catch(() => undefined);
      try {
        await Promise.race([delivered, timeout]);
        tally.acknowledged += batch.length;
      } catch (error) {
        this.refuse(tally, error instanceof Refused ? 'refused' : 'not_acknowledged', batch.length);
      } finally {
        tired.abort();
        timeout.catch(() => undefined);
      }
    }
  }

  private refuse(tally: Tally, reason: string, count: number): void {
    tally.refused += count;
    tally.reasons[reason] = (tally.reasons[reason] ?? 0) + count;
  }

  private linkOf(deviceId: string): Link {
    let link = this.links.get(deviceId);
    if (!link) {
      link = new TcpLink(this.address, () => ipsDialect('2.0', deviceId, this.passwords.get(deviceId)), this.counts, new Dice(this.links.size)).of(deviceId);
      this.links.set(deviceId, link);
    }
    return link;
  }

  private async outcomes(): Promise<Record<string, number>> {
    const text = await (await fetch(`${this.url}/metrics`).catch(() => undefined))?.text();
    return Object.fromEntries([...(text ?? '').matchAll(/^fleet_telemetry_samples_total\{outcome="(\w+)"\} (\d+)/gm)].map(([, outcome, value]) => [outcome as string, Number(value)]));
  }
}
