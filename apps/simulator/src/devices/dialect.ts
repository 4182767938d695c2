import type { Sample } from '@fleet/telemetry_engine/play';

/** What a device hears from the server. */
export type Heard =
  | { kind: 'admitted' | 'refused' }
  /** One packet was answered; `taken` is how many of its samples were, -1 when the protocol does not count. */
  | { kind: 'answer'; taken: number }
  | { kind: 'command'; text: string };

/** One protocol over TCP from the device's end. */
export interface Dialect {
  readonly batchMax: number;
  /** Said first; undefined where nobody logs in. */
  readonly hello: Buffer | undefined;
  encode(deviceId: string, samples: readonly Sample[]): { bytes: Buffer; answers: number };
  /** Incremental: bytes come as the socket cuts them. */
  read(chunk: Buffer): Heard[];
  /** The device's words after a command, and how many answers they get. */
  say?(text: string): { bytes: Buffer; answers: number };
  /** Bytes that make no sense, and how many answers they may get. */
  garbage: { bytes: Buffer; answers: number };
}
