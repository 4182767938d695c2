/** What happened to the samples and connections of one process. Workers send theirs to the one that prints. */
export class Counts {
  reported = 0;
  sent = 0;
  acknowledged = 0;
  /** The other side said that it will never take it. */
  refused = 0;
  /** Sent again because no acknowledgement came. */
  resent = 0;
  /** Sent again on purpose. */
  duplicates = 0;
  garbage = 0;
  connected = 0;
  reconnects = 0;
  refusedLogins = 0;
  commands = 0;
  hazards = 0;
  waiting = 0;
  /** Milliseconds from sending to acknowledgement, in steps of about a tenth. */
  readonly latency = new Array<number>(160).fill(0);

  took(ms: number, samples: number): void {
    const step = Math.min(this.latency.length - 1, Math.floor(Math.log(Math.max(0, ms) + 1) / Math.log(1.1)));
    this.latency[step] = (this.latency[step] as number) + samples;
  }

  add(other: Counts): void {
    const { latency, ...numbers } = other;
    for (const [name, value] of Object.entries(numbers) as [keyof typeof numbers, number][]) (this as unknown as Record<string, number>)[name] = ((this as unknown as Record<string, number>)[name] ?? 0) + value;
    latency.forEach((n, step) => (this.latency[step] = (this.latency[step] as number) + n));
  }

  /** Milliseconds within which that share of the samples was acknowledged. */
  percentile(share: number): number {
    const total = this.latency.reduce((sum, n) => sum + n, 0);
    let seen = 0;
    for (const [step, n] of this.latency.entries()) {
      seen += n;
      if (total > 0 && seen >= share * total) return Math.round(1.1 ** (step + 1) - 1);
    }
    return 0;
  }
}
