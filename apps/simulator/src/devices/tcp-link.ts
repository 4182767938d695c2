import { connect, type Socket } from 'node:net';
import type { Dice } from '@fleet/platform/random';
import type { Sample } from '@fleet/telemetry_engine/play';
import type { Counts } from './counts';
import type { Dialect, Heard } from './dialect';
import { Lost, Refused, type Link, type OnCommand } from './link';

export interface Address {
  host: string;
  port: number;
  /** Of several loopback addresses one, where a server limits connections by address. */
  localAddress?: string;
}

interface Owed {
  answers: number;
  taken: number;
  samples: number;
  begunMs: number;
  resolve?(): void;
  reject?(error: Error): void;
}

const answerWithinMs = 30_000;
const connectWithinMs = 30_000;
const firstRetryMs = 800;
const lastRetryMs = 20_000;

/** One connection: it logs in, keeps count of what is owed, and comes back after every loss. Several devices may share one. */
export class TcpLink {
  private socket: Socket | undefined;
  private dialect: Dialect;
  private owed: Owed[] = [];
  private ready = false;
  private gone = false;
  private closed = false;
  private tries = 0;
  private retry: NodeJS.Timeout | undefined;
  private impatience: NodeJS.Timeout | undefined;
  private readonly waiting: (() => void)[] = [];
  private slow = false;

  constructor(
    private readonly address: Address,
    private readonly speak: () => Dialect,
    private readonly counts: Counts,
    private readonly dice: Dice,
    private readonly onCommand: OnCommand = () => undefined,
  ) {
    this.dialect = speak();
  }

  get batchMax(): number {
    return this.dialect.batchMax;
  }

  /** What one device sees of this connection. One of many on it may fall silent, and the others talk on. */
  of(deviceId: string, shared = false): Link {
    const dawdle = (): void => void (this.slow = true);
    return {
      batchMax: this.batchMax,
      start: () => this.dial(),
      dawdle,
      deliver: (samples) => this.deliver(deviceId, samples),
      cut: () => this.drop('cut'),
      away: (gone) => (shared ? undefined : this.away(gone)),
      babble: () => this.babble(),
      close: () => this.close(),
    };
  }

  async deliver(deviceId: string, samples: readonly Sample[]): Promise<void> {
    if (!this.ready) await this.open();
    const { bytes, answers } = this.dialect.encode(deviceId, samples);
    await new Promise<void>((resolve, reject) => {
      this.owed.push({ answers, taken: 0, samples: samples.length, begunMs: performance.now(), resolve, reject });
      this.write(bytes);
      const timer = setTimeout(() => this.drop('no answer'), answerWithinMs);
      const entry = this.owed.at(-1) as Owed;
      entry.resolve = () => (clearTimeout(timer), resolve());
      entry.reject = (error) => (clearTimeout(timer), reject(error));
    });
  }

  babble(): void {
    if (!this.ready) return;
    const { bytes, answers } = this.dialect.garbage;
    if (answers > 0) this.owed.push({ answers, taken: 0, samples: 0, begunMs: performance.now() });
    this.counts.garbage += 1;
    this.write(bytes);
  }

  away(gone: boolean): void {
    this.gone = gone;
    if (gone) this.drop('out of reach');
    else this.dial();
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.retry);
    this.drop('closed');
    for (const go of this.waiting.splice(0)) go();
  }

  drop(why: string): void {
    this.socket?.destroy();
    this.lost(why);
  }

  /** Resolves when somebody may speak; rejects never, for a device waits as long as it takes. */
  private async open(): Promise<void> {
    while (!this.ready) {
      if (this.closed) throw new Lost('closed');
      await new Promise<void>((resolve) => {
        this.waiting.push(resolve);
        this.dial();
      });
    }
  }

  private dial(): void {
    if (this.socket || this.retry || this.gone || this.closed) return;
    const socket = (this.socket = connect({ ...this.address, noDelay: true }));
    this.dialect = this.speak();
    this.impatience = setTimeout(() => socket.destroy(), connectWithinMs);
    socket.on('connect', () => {
      if (this.dialect.hello) this.write(this.dialect.hello);
      else this.admitted();
    });
    socket.on('data', (chunk: Buffer) => {
      for (const heard of this.dialect.read(chunk)) this.hear(heard);
      if (this.slow) this.rest(socket);
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      if (this.socket === socket) this.lost('closed by the server');
    });
  }

  private lost(why: string): void {
    if (!this.socket) return;
    this.socket = undefined;
    clearTimeout(this.impatience);
    if (this.ready) this.counts.connected -= 1;
    this.ready = false;
    for (const { reject } of this.owed.splice(0)) reject?.(new Lost(why));
    if (this.closed) return;
    const delay = Math.min(lastRetryMs, firstRetryMs * 2 ** this.tries) * (0.5 + this.dice.next());
    this.tries += 1;
    // It comes back to be reached by commands, not only to speak.
    this.retry = setTimeout(() => {
      this.retry = undefined;
      this.dial();
    }, delay);
  }

  private admitted(): void {
    this.ready = true;
    clearTimeout(this.impatience);
    this.counts.connected += 1;
    if (this.tries > 0) this.counts.reconnects += 1;
    this.tries = 0;
    for (const go of this.waiting.splice(0)) go();
  }

  private hear(heard: Heard): void {
    switch (heard.kind) {
      case 'admitted':
        return this.admitted();
      case 'refused':
        this.counts.refusedLogins += 1;
        this.tries = Math.max(this.tries, 3);
        return this.drop('refused');
      case 'command':
        this.counts.commands += 1;
        return this.onCommand(heard.text, (text) => this.answer(text));
      case 'answer':
        return this.settle(heard.taken);
    }
  }

  private answer(text: string): void {
    const said = this.dialect.say?.(text);
    if (!said || !this.ready) return;
    if (said.answers > 0) this.owed.push({ answers: said.answers, taken: 0, samples: 0, begunMs: performance.now() });
    this.write(said.bytes);
  }

  private settle(taken: number): void {
    const entry = this.owed[0];
    if (!entry) return;
    entry.answers -= 1;
    entry.taken += taken === -1 ? (entry.answers === 0 ? entry.samples - entry.taken : 1) : taken;
    if (entry.answers > 0) return;
    this.owed.shift();
    if (entry.samples === 0) return;
    this.counts.took(performance.now() - entry.begunMs, entry.samples);
    if (entry.taken >= entry.samples) entry.resolve?.();
    else entry.reject?.(new Refused(`${entry.taken} of ${entry.samples} taken`));
  }

  /** A slow radio sends a packet in pieces; what is said next waits for the last of them. */
  private write(bytes: Buffer): void {
    const { socket } = this;
    if (!this.slow || bytes.length < 20) return void socket?.write(bytes);
    const cut = Math.ceil(bytes.length / 3);
    socket?.write(bytes.subarray(0, cut));
    socket?.cork();
    socket?.write(bytes.subarray(cut));
    setTimeout(() => socket?.uncork(), 400);
  }

  private rest(socket: Socket): void {
    socket.pause();
    setTimeout(() => socket.resume(), 700);
  }
}
