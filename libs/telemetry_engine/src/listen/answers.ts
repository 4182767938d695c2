import type { Socket } from 'node:net';

/** The place of one answer in the order of answers. */
export interface Slot {
  bytes?: Buffer;
}

/** Answers leave in the order in which their questions came. After one that failed, none leaves any more. */
export class Answers {
  private slots: Slot[] = [];
  private broken: Slot | undefined;

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

  settle(slot: Slot, bytes: Buffer): void {
    slot.bytes = bytes;
    let ready = 0;
    while (this.slots[ready]?.bytes && this.slots[ready] !== this.broken) ready++;
    if (ready === 0) return;
    if (this.socket.writable) for (const { bytes: ripe } of this.slots.slice(0, ready)) this.write(ripe as Buffer);
    this.slots = this.slots.slice(ready);
  }

  /** Many samples of one device are stored by the same commit: their answers leave in one packet. */
  private write(bytes: Buffer): void {
    if (this.socket.writableCorked === 0) {
      this.socket.cork();
      process.nextTick(() => this.socket.uncork());
    }
    this.socket.write(bytes);
  }

  /** What comes after `slot` is owed no longer. */
  fail(slot: Slot): void {
    const at = this.slots.indexOf(slot);
    if (at < 0) return;
    this.slots = this.slots.slice(0, at + 1);
    this.broken = slot;
  }
}
