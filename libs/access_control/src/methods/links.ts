import type { CommandResult, DeviceCommand, DeviceLinks } from '@fleet/telemetry_engine';
import type { LinkBus } from '../execute/link-bus';
import type { Order } from '../immobilize/command';
import { readingOf, textFor } from '../rules/device-texts';
import type { MethodName } from '../rules/words';
import type { Ending, Reach, Ready, RelayMethod, Sending } from './method';

const away: Reach = { at: 'nowhere', code: 'DEVICE_NOT_CONNECTED', detail: 'The device is not connected now.' };

/** Devices on sockets of ours: the words go out at once over the open connection, or not at all. */
export class OverLink implements RelayMethod {
  constructor(
    readonly name: MethodName,
    private readonly form: DeviceCommand['form'],
    private readonly links: DeviceLinks,
    private readonly bus: LinkBus,
  ) {}

  async reach({ account_id, device_id }: Pick<Order, 'account_id' | 'device_id'>): Promise<Reach> {
    if (device_id === null) return { at: 'nowhere', code: 'NO_DEVICE', detail: 'No device is bound to the vehicle.' };
    if (this.bus.holds(device_id, account_id)) return { at: 'here' };
    const instance = await this.bus.findHolder(device_id, account_id);
    return instance ? { at: 'elsewhere', instance } : away;
  }

  words(order: Order): string {
    return textFor(order.route, order.output_no, order.kind);
  }

  prepare(order: Order, slotMs: number): Promise<Ready> {
    return Promise.resolve({ fire: (nothingElseOpen: boolean) => this.send(order, slotMs, nothingElseOpen) });
  }

  private send(order: Order, slotMs: number, nothingElseOpen: boolean): Sending {
    const { device_id, account_id } = order;
    // The link may have gone to another account's device of that name since: it must still be ours.
    if (device_id === null || !this.bus.holds(device_id, account_id)) return { left: Promise.resolve(), ended: Promise.resolve({ outcome: 'not_sent', code: 'DEVICE_NOT_CONNECTED' }) };
    const result = this.links.send(device_id, { form: this.form, text: this.words(order), timeoutMs: slotMs, ...(order.kind === 'release' ? { overtakes: true as const } : {}) });
    // The bytes were handed to the socket inside that call, and a socket keeps their order.
    const ended = result.then(
      (r) => endingOf(r, order, nothingElseOpen),
      (error: Error): Ending => ({ outcome: 'not_sent', code: 'COMMAND_NOT_ENCODABLE', answer: error.message, final: true }),
    );
    return { left: Promise.resolve(), ended };
  }

  /** Bytes that still wait in the network must not reach a vehicle that drives by then. */
  sever({ device_id, account_id }: Pick<Order, 'account_id' | 'device_id'>): void {
    if (device_id !== null && this.bus.holds(device_id, account_id)) this.links.sever(device_id);
  }
}

function endingOf(result: CommandResult, order: Order, nothingElseOpen: boolean): Ending {
  switch (result.kind) {
    case 'not_connected':
      return { outcome: 'not_sent', code: 'DEVICE_NOT_CONNECTED' };
    case 'busy':
      return { outcome: 'not_sent', code: 'DEVICE_BUSY' };
    case 'wrong_form':
      return { outcome: 'not_sent', code: 'DEVICE_SPEAKS_OTHERWISE', final: true };
    case 'no_answer':
      return { outcome: 'no_answer', code: 'NO_ANSWER' };
    case 'link_lost':
      return { outcome: 'link_lost', code: 'LINK_LOST' };
    case 'answered':
      return { ...answered(result.text, order, nothingElseOpen), answer: result.text };
  }
}

function answered(text: string, { route, output_no, kind }: Order, nothingElseOpen: boolean): Ending {
  const reading = readingOf(route, output_no, kind, text, nothingElseOpen);
  if (reading === 'executed') return { outcome: 'executed' };
  if (reading === 'refused') return { outcome: 'refused', code: 'DEVICE_REFUSED' };
  if (reading === 'queued') return { outcome: 'queued', code: 'DEVICE_QUEUED' };
  // Words that belong to something else: whether ours was heard is not known.
  return { outcome: 'no_answer', code: 'ANSWER_UNCLEAR' };
}
