import type { Order } from '../immobilize/command';
import type { Outcome } from '../rules/lane';
import type { MethodName } from '../rules/words';

/** Where an order can be carried out just now. */
export type Reach = { at: 'here'; unasked?: true } | { at: 'elsewhere'; instance: string } | { at: 'nowhere'; code: string; detail: string };

export interface Ending {
  outcome: Outcome;
  code?: string;
  answer?: string;
  /** Trying again would end the same way. */
  final?: boolean;
}

export interface Sending {
  /** Settles when nothing that is sent from now on can overtake it. */
  left: Promise<unknown>;
  ended: Promise<Ending>;
}

/** How long another's server may take to take a command. What it has not taken by then is not sent any more. */
export const fireMs = 1_500;

/** Everything is at hand: what is left is one call. */
export interface Ready {
  /**
   * Sends once and at once, or not at all; nothing is waited for between the last look and this. Never throws: what went wrong is an
   * ending. `nothingElseOpen`: nothing sent to this device before is still without an answer, so unnumbered words can only belong to this.
   */
  fire(nothingElseOpen: boolean): Sending;
}

/** A way to a relay. A new one is a file with these four things and a line in `methods/index.ts`. */
export interface RelayMethod {
  readonly name: MethodName;
  /** `unasked` where only the sending itself can tell. */
  reach(order: Pick<Order, 'account_id' | 'device_id' | 'route'>): Promise<Reach>;
  /** The bytes or words as they will stand in the records. */
  words(order: Order): string;
  /** All that takes time: credentials, sessions, definitions. Sends nothing, so it may be given up half-way. Never throws. */
  prepare(order: Order, slotMs: number): Promise<Ready | Ending>;
  /** Makes sure that what was sent and not answered can no longer arrive. */
  sever?(order: Pick<Order, 'account_id' | 'device_id'>): void;
  /** Asks a gateway, after everything, whether it did happen. */
  seenLater?(order: Order, since: Date): Promise<boolean>;
}
