import type { Socket } from 'node:net';

/** The place of one answer in the order of answers. */
export interface Slot {
  bytes?: Buffer;
}

/** Answers leave in the order in which their questions came. After one that failed, none leaves any more. */
export class Answers {
  private slots: Slot[] = [];
  private broken: Slot | undefined;
  private ripe: Buffer[] = [];
  private ripeBytes = 0;

  constructor(private readonly socket: Socket) {}

  /** Answers not sent yet. */
  get owed(): number {
    return this.slots.length;
  }

  get failed(): boolean {
    return this.broken !== undefined;
  }

  open(): Slot {
    const slot: Slot = {};
    this.slots.push(slot);
    return slot;
  }

  /** Sends what has its bytes and nothing before it that waits. */
  release(): void {
    let ready = 0;
    while (this.slots[ready]?.bytes && this.slots[ready] !== this.broken) ready++;
    if (ready === 0) return;
    if (this.socket.writable) for (let i = 0; i < ready; i++) this.write(this.slots[i]?.bytes as Buffer);
    this.slots.splice(0, ready);
  }

  /** Many samples of one device are stored by the same commit: their answers leave in one piece. */
  private write(bytes: Buffer): void {
    if (this.ripe.length === 0) process.nextTick(() => this.flush());
    this.ripe.push(bytes);
    this.ripeBytes += bytes.length;
  }

  /** What is ready leaves now: asked for before the connection ends. */
  flush(): void {
    const { ripe } = this;
    if (ripe.length === 0) return;
    this.ripe = [];
    this.ripeBytes = 0;
    if (this.socket.writable) this.socket.write(ripe.length === 1 ? (ripe[0] as Buffer) : Buffer.concat(ripe));
  }

  /** Bytes the peer has not fetched yet. */
  get unread(): number {
    return this.socket.writableLength + this.ripeBytes;
  }

  /** What comes after `slot` is owed no longer. */
  fail(slot: Slot): void {
    const at = this.slots.indexOf(slot);
    if (at < 0) return;
    this.slots = this.slots.slice(0, at + 1);
    this.broken = slot;
  }
}
