/** What a decoder makes of a stream, in order: frames, and what could not be read. `raw` are the bytes it came from. */
export type Decoded<Frame> = { ok: true; frame: Frame; raw: Buffer } | Unreadable;

export interface Unreadable {
  ok: false;
  /** One short word of a fixed set, fit for a metric's label. */
  reason: string;
  /** What kind of frame it meant to be, as far as that was readable. */
  type?: string;
  raw: Buffer;
  /** The place of the next frame is lost: nothing after this can be read on this connection. */
  fatal?: true;
}

/** Incremental: takes chunks as the socket cuts them. It holds at most one unfinished frame and knows no clock. */
export interface StreamDecoder<Frame> {
  push(chunk: Buffer, receivedAtMs: number): Decoded<Frame>[];
  /** Bytes held back until their frame is complete. */
  readonly heldBytes: number;
}

const nothing = Buffer.alloc(0);

/**
 * Bytes of frames that are not complete yet. Room doubles, so a frame that drips in byte by byte costs linear time;
 * bytes once handed out are never written again.
 */
export class Held {
  private bytes: Buffer = nothing;
  private used = 0;

  get length(): number {
    return this.used;
  }

  /** Everything not consumed yet, with the chunk behind it. */
  join(chunk: Buffer): Buffer {
    if (this.used === 0) return chunk;
    const needed = this.used + chunk.length;
    if (needed > this.bytes.length) {
      const roomier = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.bytes.length, 256));
      this.bytes.copy(roomier, 0, 0, this.used);
      this.bytes = roomier;
    }
    chunk.copy(this.bytes, this.used);
    return this.bytes.subarray(0, needed);
  }

  /** Keeps what is left of the joined bytes. Only when nothing was consumed may the same memory grow further. */
  keep(joined: Buffer, consumed: number): void {
    const left = joined.length - consumed;
    const sameMemory = this.used > 0 && consumed === 0;
    this.used = left;
    if (sameMemory) return;
    this.bytes = left === 0 ? nothing : Buffer.from(joined.subarray(consumed));
  }
}
