import type { Counts } from '../devices/counts';

/** One line that is written over itself, for a person who watches. */
export class Progress {
  private before = { sent: 0, acknowledged: 0, atMs: performance.now() };

  constructor(
    private readonly vehicles: number,
    private readonly out: NodeJS.WriteStream,
  ) {}

  show(counts: Counts): void {
    if (!this.out.isTTY) return;
    const nowMs = performance.now();
    const seconds = (nowMs - this.before.atMs) / 1000;
    const rate = (now: number, before: number): string => ((now - before) / seconds).toFixed(0);
    const parts = [
      `${this.vehicles} vehicles, ${counts.connected} connections`,
      `${rate(counts.sent, this.before.sent)} sent/s`,
      `${rate(counts.acknowledged, this.before.acknowledged)} acked/s`,
      `p50 ${counts.percentile(0.5)} p95 ${counts.percentile(0.95)} p99 ${counts.percentile(0.99)} ms`,
      `waiting ${counts.waiting}`,
      `resent ${counts.resent}`,
      `reconnects ${counts.reconnects}`,
    ];
    this.before = { sent: counts.sent, acknowledged: counts.acknowledged, atMs: nowMs };
    this.out.write(`\r\x1b[2K${parts.join(' | ').slice(0, Math.max(20, (this.out.columns || 120) - 1))}`);
  }

  end(): void {
    if (this.out.isTTY) this.out.write('\r\x1b[2K');
  }
}

export function summary(counts: Counts, seconds: number, seed: number): string {
  const { reported, acknowledged, waiting, refused, resent, duplicates, garbage, reconnects, refusedLogins, commands, hazards } = counts;
  const facts = { reported, acknowledged, waiting, refused, resent, duplicates, garbage, reconnects, refused_logins: refusedLogins, commands, hazards };
  const times = { seconds: Math.round(seconds), per_second: Math.round(acknowledged / Math.max(1, seconds)), p50_ms: counts.percentile(0.5), p95_ms: counts.percentile(0.95), p99_ms: counts.percentile(0.99), seed };
  return `simulate: ${Object.entries({ ...facts, ...times }).map(([name, value]) => `${name}=${value}`).join(' ')}`;
}
