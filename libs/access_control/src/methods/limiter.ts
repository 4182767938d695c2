/** Lets so many work at once and queues the rest in order. */
export class Limiter {
  private busy = 0;
  private readonly queue: (() => void)[] = [];

  constructor(private readonly atOnce: number) {}

  get idle(): boolean {
    return this.busy === 0;
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.busy >= this.atOnce) await new Promise<void>((go) => this.queue.push(go));
    else this.busy += 1;
    try {
      return await work();
    } finally {
      const next = this.queue.shift();
      if (next) next();
      else this.busy -= 1;
    }
  }
}
