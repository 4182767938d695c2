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

/** A way to a relay. A new one is a file with these four things and a line in `methods/index.ts`. */
export interface RelayMethod {
  readonly name: MethodName;
  /** `unasked` where only the sending itself can tell. */
  reach(order: Pick<Order, 'account_id' | 'device_id' | 'route'>): Promise<Reach>;
  /** The bytes or words as they will stand in the records. */
  words(order: Order): string;
  /** Sends once and at once, or not at all. Never throws: what went wrong is an ending. */
  send(order: Order, slotMs: number): Sending;
  /** Makes sure that what was sent and not answered can no longer arrive. */
  sever?(order: Pick<Order, 'account_id' | 'device_id'>): void;
  /** Asks a gateway, after everything, whether it did happen. */
  seenLater?(order: Order, since: Date): Promise<boolean>;
}
