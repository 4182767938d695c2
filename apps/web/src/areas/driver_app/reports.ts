export interface Fix {
  at: number;
  latitude: number;
  longitude: number;
  accuracy: number | null;
  speed: number | null;
  heading: number | null;
}

interface ReportMeans {
  /** The status of the answer; throws without a network. */
  send: (fix: Fix) => Promise<number>;
  now: () => number;
  told: (lastAt: number | undefined, waiting: number) => void;
  refused: () => void;
}

/** Closer together than this says nothing more, and drains the battery. */
const everyMs = 10_000;
/** Two hours of driving at that pace: what a page can hold while there is no network. */
const mostKept = 720;

/** Positions on their way, oldest first. What is too close is left out; what is too old is dropped first. */
export class Reports {
  private waiting: Fix[] = [];
  private lastAt = -Infinity;
  private sending = false;
  private closed = false;

  constructor(private readonly means: ReportMeans) {}

  heard(fix: Fix): void {
    if (this.closed || fix.at - this.lastAt < everyMs) return;
    this.lastAt = fix.at;
    this.waiting = [...this.waiting, fix].slice(-mostKept);
    this.means.told(undefined, this.waiting.length);
    void this.flush();
  }

  async flush(): Promise<void> {
    if (this.sending) return;
    this.sending = true;
    try {
      for (let fix = this.waiting[0]; fix && !this.closed; fix = this.waiting[0]) {
        const status = await this.means.send(fix);
        if (status === 401) return this.means.refused();
        if (status === 429 || status >= 500) return;
        // Taken, or one the server wants nothing to do with: sending it again would not change that.
        this.waiting = this.waiting.filter((other) => other !== fix);
        this.means.told(status < 400 ? this.means.now() : undefined, this.waiting.length);
      }
    } catch {
      // Without a network it waits for the next position or for the network.
    } finally {
      this.sending = false;
    }
  }

  close(): void {
    this.closed = true;
    this.waiting = [];
  }
}
