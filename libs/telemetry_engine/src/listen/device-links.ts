import { Injectable } from '@nestjs/common';
import { Clock } from '@fleet/platform/clock';
import type { CommandForm } from './session';

/** One open connection of one device, as others may see it. */
export interface LinkView {
  device_id: string;
  account_id: string;
  protocol: string;
  since_ms: number;
  last_heard_ms: number;
  remote_address: string;
  /** The form of command this connection understands, if any. */
  commands: CommandForm | undefined;
}

export interface DeviceCommand {
  form: CommandForm;
  text: string;
  timeoutMs: number;
  /** Goes out behind an older command at once instead of waiting for its answer, which then counts as none. */
  overtakes?: true;
}

/**
 * What became of a command. After `not_connected`, `busy` and `wrong_form` nothing was sent; after `no_answer` and
 * `link_lost` the device may have heard it.
 */
export type CommandResult =
  | { kind: 'answered'; text: string; sent_ms: number; answered_ms: number }
  | { kind: 'no_answer' | 'link_lost'; sent_ms: number }
  | { kind: 'not_connected' | 'busy' | 'wrong_form' };

/** The connection behind a link. */
export interface Link {
  readonly view: LinkView;
  /** False when nothing was written. */
  send(text: string): boolean;
  replaced(): void;
  /** Ends at once; what the peer has not received yet never reaches it. */
  severed(): void;
}

interface Pending {
  settle(result: CommandResult): void;
  sent_ms: number;
}

/** Who is connected to this process right now. Nothing is kept for a device that is away: a command sent late is a danger. */
@Injectable()
export class DeviceLinks {
  private readonly links = new Map<string, Link>();
  private readonly pending = new Map<Link, Pending>();

  constructor(private readonly clock: Clock) {}

  get size(): number {
    return this.links.size;
  }

  find(deviceId: string): LinkView | undefined {
    const link = this.links.get(deviceId);
    return link && { ...link.view };
  }

  all(): LinkView[] {
    return [...this.links.values()].map((link) => ({ ...link.view }));
  }

  /** Sends over the open connection, now or not at all. One command at a time per device. */
  send(deviceId: string, { form, text, timeoutMs, overtakes }: DeviceCommand): Promise<CommandResult> {
    const link = this.links.get(deviceId);
    if (!link) return Promise.resolve({ kind: 'not_connected' });
    if (link.view.commands !== form) return Promise.resolve({ kind: 'wrong_form' });
    const older = this.pending.get(link);
    if (older && !overtakes) return Promise.resolve({ kind: 'busy' });
    older?.settle({ kind: 'no_answer', sent_ms: older.sent_ms });
    return new Promise((resolve, reject) => {
      const sent_ms = this.clock.now().getTime();
      const timer = setTimeout(() => settle({ kind: 'no_answer', sent_ms }), timeoutMs);
      const settle = (result: CommandResult): void => {
        clearTimeout(timer);
        this.pending.delete(link);
        resolve(result);
      };
      this.pending.set(link, { settle, sent_ms });
      try {
        if (!link.send(text)) settle({ kind: 'not_connected' });
      } catch (error) {
        // Text that cannot be encoded: nothing was written.
        clearTimeout(timer);
        this.pending.delete(link);
        reject(error as Error);
      }
    });
  }

  /** Cuts the connection so that a command nobody answered cannot arrive late. The device connects again by itself. */
  sever(deviceId: string): void {
    this.links.get(deviceId)?.severed();
  }

  /** The newest connection of a device is the one that counts: an older one is half dead or an impostor. */
  attach(link: Link): void {
    const older = this.links.get(link.view.device_id);
    this.links.set(link.view.device_id, link);
    if (older && older !== link) older.replaced();
  }

  detach(link: Link): void {
    if (this.links.get(link.view.device_id) === link) this.links.delete(link.view.device_id);
    const pending = this.pending.get(link);
    pending?.settle({ kind: 'link_lost', sent_ms: pending.sent_ms });
  }

  /** A device said something that may answer a command. The protocols carry no numbers, so the next words are the answer. */
  answered(link: Link, text: string): void {
    const pending = this.pending.get(link);
    pending?.settle({ kind: 'answered', text, sent_ms: pending.sent_ms, answered_ms: this.clock.now().getTime() });
  }
}
