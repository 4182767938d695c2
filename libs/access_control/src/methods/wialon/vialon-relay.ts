import { Injectable } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { Clock } from '@fleet/platform/clock';
import { systemActor } from '@fleet/platform/database';
import { Gateways } from '../../gateways/gateway.service';
import type { Order } from '../../immobilize/command';
import { isReleasedAlready } from '../../rules/answers';
import type { CommandKind } from '../../rules/words';
import { fireMs, type Ending, type Reach, type Ready, type RelayMethod } from '../method';
import { WialonError, WialonSilent } from './errors';
import { WialonClient } from './wialon-client';

const types: Record<CommandKind, string> = { immobilize: 'block_engine', release: 'unblock_engine' };
/** What the unit's last message and connection, its commands and their definitions are asked with. */
const unitFlags = 1 + 256 + 512 + 1024 + 524_288 + 2_097_152;
const commandMessages = { flags: 512, flagsMask: 65_280 };
const hidesAYes = [-100, -101, 6];
const pollMs = 500;
const clientsMax = 1_000;
const messagesMax = 10;

interface Unit {
  netconn?: number;
  cml?: Record<string, { n: string; c: string; l: string }>;
  cmds?: { n: string; c: string; t: string }[];
}

interface CommandMessage {
  t: number;
  cn: string;
  et?: number;
  p?: { text?: string };
}

/**
 * A relay behind a Wialon server. Commands are found by what they do and not by their name; links that keep a command
 * for later are refused; `{}` means taken, and only a message of the unit means done.
 */
@Injectable()
export class VialonRelay implements RelayMethod {
  readonly name = 'vialon_relay';
  private readonly clients = new Map<string, { key: string; client: WialonClient }>();

  constructor(
    private readonly gateways: Gateways,
    private readonly clock: Clock,
  ) {}

  /** Any process may ask the server; whether the unit is connected, the sending tells. */
  reach(): Promise<Reach> {
    return Promise.resolve({ at: 'here', unasked: true });
  }

  words({ kind, route }: Order): string {
    return `${types[kind]} unit ${route.unit_id}`;
  }

  async prepare(order: Order, slotMs: number): Promise<Ready | Ending> {
    const until = performance.now() + slotMs;
    try {
      const client = await this.clientOf(order.account_id);
      if (!client) return { outcome: 'not_sent', code: 'NO_CREDENTIALS', final: true };
      const command = await commandOf(client, order);
      if ('outcome' in command) return command;
      const before = await messagesOf(client, order);
      const sendNow = await client.ready();
      return {
        fire: () => {
          const queueS = Math.max(1, Math.floor((until - performance.now()) / 1000));
          const refusal = exec(sendNow, order, command.name, queueS);
          return { left: refusal, ended: refusal.then((no) => no ?? this.awaitMessage(client, order, before, until)) };
        },
      };
    } catch (error) {
      return beforeSending(error);
    }
  }

  async seenLater(order: Order, since: Date): Promise<boolean> {
    const client = await this.clientOf(order.account_id);
    if (!client) return false;
    const aheadS = (await client.serverNowS()) - Math.floor(this.clock.now().getTime() / 1000);
    const fromS = Math.floor(since.getTime() / 1000) + aheadS;
    return (await messagesOf(client, order)).some((m) => m.t >= fromS && outcomeOf(m, order.kind).outcome === 'executed');
  }

  private async awaitMessage(client: WialonClient, order: Order, before: readonly CommandMessage[], until: number): Promise<Ending> {
    while (performance.now() < until) {
      await sleep(Math.min(pollMs, Math.max(0, until - performance.now())));
      const fresh = newest(before, await messagesOf(client, order).catch(() => []));
      if (fresh) return outcomeOf(fresh, order.kind);
    }
    return { outcome: 'accepted', code: 'ACCEPTED_NOT_CONFIRMED' };
  }

  private async clientOf(accountId: string): Promise<WialonClient | undefined> {
    const access = await this.gateways.accessOf(systemActor(accountId, 'access_control.wialon'), 'vialon_relay');
    if (!access) return undefined;
    const known = this.clients.get(accountId);
    if (known?.key === access.key) return known.client;
    const client = new WialonClient({ baseUrl: access.base_url, token: access.secret.token ?? '', now: () => this.clock.now().getTime() });
    if (this.clients.size >= clientsMax) this.clients.clear();
    this.clients.set(accountId, { key: access.key, client });
    return client;
  }
}

/** Hands the command over; answers what went wrong, or nothing when it was taken. */
async function exec(sendNow: Awaited<ReturnType<WialonClient['ready']>>, { route }: Order, commandName: string, queueS: number): Promise<Ending | undefined> {
  try {
    await sendNow('unit/exec_cmd', { itemId: route.unit_id, commandName, linkType: 'tcp', param: '', timeout: queueS, flags: 0 }, fireMs);
    return undefined;
  } catch (error) {
    // Most errors are the server's no; silence and trouble inside it may hide a yes.
    if (error instanceof WialonSilent) return { outcome: 'no_answer', code: 'GATEWAY_SILENT' };
    if (error instanceof WialonError && hidesAYes.includes(error.code)) return { outcome: 'no_answer', code: `GATEWAY_ERROR_${Math.abs(error.code)}` };
    return beforeSending(error);
  }
}

/** The command of that type that goes over a direct link and is available now, or why there is none. */
async function commandOf(client: WialonClient, { kind, route }: Order): Promise<Ending | { name: string }> {
  const { item } = await client.call<{ item?: Unit | null }>('core/search_item', { id: route.unit_id, flags: unitFlags });
  if (!item) return { outcome: 'not_sent', code: 'UNIT_NOT_FOUND', final: true };
  const defined = Object.values(item.cml ?? {}).filter((c) => c.c === types[kind]);
  if (defined.length === 0) return { outcome: 'not_sent', code: 'COMMAND_NOT_DEFINED', final: true };
  // A definition with a link of its own overrides what is asked for: virtual and SMS links deliver late.
  const direct = defined.filter((c) => c.l === 'tcp' || c.l === '');
  if (direct.length === 0) return { outcome: 'not_sent', code: 'LINK_KEEPS_COMMANDS', final: true };
  if (item.netconn !== 1) return { outcome: 'not_sent', code: 'DEVICE_NOT_CONNECTED' };
  const now = direct.find((c) => item.cmds?.some((available) => available.n === c.n && available.t.split(',').includes('tcp')));
  return now ? { name: now.n } : { outcome: 'not_sent', code: 'COMMAND_NOT_AVAILABLE' };
}

/** The unit's latest messages about commands of this type. */
async function messagesOf(client: WialonClient, { kind, route }: Order): Promise<CommandMessage[]> {
  const query = { itemId: route.unit_id, lastTime: 0, lastCount: messagesMax, ...commandMessages, loadCount: messagesMax };
  const { messages = [] } = await client.callHeavy<{ messages?: CommandMessage[] }>('messages/load_last', query).catch((error: unknown) => {
    // "None yet" is an error there.
    if (error instanceof WialonError && (error.code === 1001 || error.code === 4 || error.code === 2)) return { messages: [] };
    throw error;
  });
  return messages.filter((m) => m.cn === types[kind]);
}

/** Times are whole seconds and messages carry no number: a new one is whatever was not there as often before. */
function newest(before: readonly CommandMessage[], after: readonly CommandMessage[]): CommandMessage | undefined {
  const known = before.map((m) => JSON.stringify(m));
  const fresh = after.filter((m) => {
    const at = known.indexOf(JSON.stringify(m));
    if (at >= 0) known.splice(at, 1);
    return at < 0;
  });
  return fresh.sort((a, b) => b.t - a.t)[0];
}

/** A message without a time of execution tells of a failure. */
function outcomeOf({ et, p }: CommandMessage, kind: CommandKind): Ending {
  const answer = p?.text ?? '';
  return et || isReleasedAlready(answer, kind) ? { outcome: 'executed', answer: answer || 'executed' } : { outcome: 'refused', code: 'DEVICE_REFUSED', answer };
}

/** Trouble before the command was taken: nothing has left. */
function beforeSending(error: unknown): Ending {
  if (error instanceof WialonError) {
    const code = error.code === 5 ? 'DEVICE_NOT_CONNECTED' : error.cure === 'tell_admin' ? 'GATEWAY_DENIES' : `GATEWAY_ERROR_${Math.abs(error.code)}`;
    return { outcome: 'not_sent', code, answer: error.message, final: error.cure === 'give_up' || error.cure === 'tell_admin' };
  }
  return { outcome: 'not_sent', code: 'GATEWAY_UNREACHABLE', answer: (error as Error).message };
}
