import type { Sample } from '@fleet/telemetry_engine/play';

/** How a device reaches the server. */
export interface Link {
  /** Connects before there is anything to send, so that commands can come. */
  start?(): void;
  /** Samples one delivery may carry. */
  readonly batchMax: number;
  /** Resolves when the server has taken them; rejects with Refused when it never will, else they are to be sent again. */
  deliver(samples: readonly Sample[]): Promise<void>;
  /** The connection breaks now; it comes back by itself. */
  cut(): void;
  /** Out of reach until told otherwise. */
  away(gone: boolean): void;
  /** Sends bytes that make no sense. */
  babble?(): void;
  /** From now on it reads and writes as a bad radio does. */
  dawdle?(): void;
  close(): void;
}

/** Commands reach a device over its link; what it answers goes back the same way. */
export type OnCommand = (text: string, answer: (text: string) => void) => void;

export class Refused extends Error {
  constructor(why: string) {
    super(why);
    this.name = 'Refused';
  }
}

export class Lost extends Error {
  constructor(why: string) {
    super(why);
    this.name = 'Lost';
  }
}
