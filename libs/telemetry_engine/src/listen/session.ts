import type { KnownDevice, Sample } from '../sample';

/** A sample as it came off a socket. Without a device of its own it belongs to the one that logged in. */
export interface HeardSample {
  deviceId?: string;
  sample: Sample;
  raw?: Buffer;
}

/** What a protocol wants done, one after the other. Answers leave in this order whatever finishes first. */
export type Work =
  | { do: 'login'; deviceId: string; password: string | undefined; admitted: Buffer; refused: Buffer; wrongPassword: Buffer }
  | { do: 'store'; samples: HeardSample[]; answer: Buffer }
  | { do: 'reply'; bytes: Buffer }
  /** The device's own words after a command. */
  | { do: 'answered'; text: string }
  /** Bytes that make no frame, of `deviceId` where a connection speaks for many. `reply` tells the device so; `kept` is sent instead once the bytes are safe. */
  | { do: 'fault'; reason: string; raw: Buffer; reply?: Buffer; kept?: Buffer; noise?: true; drop?: DropReason; secret?: true; deviceId?: string };

/** One conversation: turns bytes into work. Knows no socket, no clock and no database. */
export interface Session {
  read(chunk: Buffer, nowMs: number): Work[];
}

export type CommandForm = 'ips_text' | 'teltonika_codec12';

export interface Protocol {
  /** As devices are registered with it. */
  name: string;
  /** One connection speaks for many devices and nobody logs in. */
  manyDevices?: true;
  open(): Session;
  commands?: { form: CommandForm; encode(text: string): Buffer };
}

/** Why a connection was ended by us. A label of a metric: a fixed set. */
export type DropReason =
  | 'max_connections'
  | 'max_per_address'
  | 'handshake_timeout'
  | 'idle'
  | 'garbage'
  | 'bad_frame'
  | 'too_long'
  | 'not_logged_in'
  | 'refused'
  | 'wrong_password'
  | 'second_identity'
  | 'replaced'
  | 'severed'
  | 'not_stored'
  | 'gate_failed'
  | 'slow_reader';

/** What a gate throws when the device is known but its password is wrong; some protocols have a word for that. */
export class WrongPassword extends Error {
  constructor() {
    super('wrong password');
    this.name = 'WrongPassword';
  }
}

/** Keeps bytes of a known device that no decoder could read. Optional: without it they are only counted. */
export interface FaultSink {
  keep(device: KnownDevice, protocol: string, reason: string, raw: Buffer): Promise<void>;
}

export const FAULT_SINK = Symbol('FAULT_SINK');
