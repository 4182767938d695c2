import { Injectable } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { Clock } from '@fleet/platform/clock';
import { systemActor } from '@fleet/platform/database';
import { Gateways } from '../../gateways/gateway.service';
import type { Order } from '../../immobilize/command';
import { isReleasedAlready } from '../../rules/answers';
import { fireMs, type Ending, type Reach, type Ready, type RelayMethod } from '../method';
import { TracksolidClient, TracksolidError, TracksolidSilent } from './tracksolid-client';

interface Instruction {
  id: string;
  orderContent: string;
}

interface Result {
  code: string;
  content: string;
  isExecute: string;
  sendTime: string;
  codeId?: string;
}

const pollMs = 700;
/** How long ago a device's last sign of life may be. The server keeps commands for devices that are away, which is what must not happen. */
const heartbeatMaxMs = 180_000;
/** Results that say the device was not reached or did nothing. Others hide a command that may yet be carried out. */
const provenNo = new Set([226, 227, 240, 243, 252]);

const wordsOf = ({ kind, output_no }: Pick<Order, 'kind' | 'output_no'>): string => (output_no === 1 ? `RELAY,${kind === 'immobilize' ? 1 : 0}#` : `RELAY${output_no},${kind === 'immobilize' ? 1 : 0}#`);

/** A relay behind Jimi's Tracksolid. Sent only to devices that live, because the server keeps what it cannot deliver. */
@Injectable()
export class Tracksolid implements RelayMethod {
  readonly name = 'tracksolid';
  private readonly clients = new Map<string, { key: string; client: TracksolidClient }>();

  constructor(
    private readonly gateways: Gateways,
    private readonly clock: Clock,
  ) {}

  reach(): Promise<Reach> {
    return Promise.resolve({ at: 'here', unasked: true });
  }

  words(order: Order): string {
    return `${wordsOf(order)} device ${order.route.imei}`;
  }

  async prepare(order: Order, slotMs: number): Promise<Ready | Ending> {
    const until = performance.now() + slotMs;
    try {
      const client = await this.clientOf(order.account_id);
      if (!client) return { outcome: 'not_sent', code: 'NO_CREDENTIALS', final: true };
      if (!(await this.isAlive(client, order))) return { outcome: 'not_sent', code: 'DEVICE_NOT_CONNECTED' };
      const instructions = await client.call<Instruction[] | null>('jimi.open.instruction.list', { imei: order.route.imei ?? '' });
      const instruction = instructions?.find((i) => i.orderContent === wordsOf(order));
      if (!instruction) return { outcome: 'not_sent', code: 'COMMAND_NOT_DEFINED', final: true };
      const before = new Set((await resultsOf(client, order)).map(keyOf));
      const inst_param_json = JSON.stringify({ inst_id: instruction.id, inst_template: instruction.orderContent, params: [], is_cover: 'true' });
      const sendNow = await client.ready();
      return {
        fire: () => {
          const refusal = sendNow('jimi.open.instruction.send', { imei: order.route.imei ?? '', inst_param_json }, fireMs).then(() => undefined, afterSending);
          return { left: refusal, ended: refusal.then((no) => no ?? this.awaitResult(client, order, before, until)) };
        },
      };
    } catch (error) {
      return beforeSending(error);
    }
  }

  async seenLater(order: Order, since: Date): Promise<boolean> {
    const client = await this.clientOf(order.account_id);
    const results = client ? await resultsOf(client, order) : [];
    return results.some((r) => r.isExecute === '1' && Date.parse(`${r.sendTime.replace(' ', 'T')}Z`) >= since.getTime() - 1000);
  }

  private async isAlive(client: TracksolidClient, { route }: Order): Promise<boolean> {
    const [device] = (await client.call<{ status: string; hbTime: string | null }[] | null>('jimi.device.location.get', { imeis: route.imei ?? '', map_type: 'GOOGLE' })) ?? [];
    const heard = device?.hbTime ? Date.parse(`${device.hbTime.replace(' ', 'T')}Z`) : 0;
    return device?.status === '1' && this.clock.now().getTime() - heard < heartbeatMaxMs;
  }

  private async awaitResult(client: TracksolidClient, order: Order, before: Set<string>, until: number): Promise<Ending> {
    while (performance.now() < until) {
      await sleep(Math.min(pollMs, Math.max(0, until - performance.now())));
      const fresh = (await resultsOf(client, order).catch(() => [])).find((r) => !before.has(keyOf(r)) && r.isExecute !== '3');
      if (fresh && (fresh.isExecute === '1' || isReleasedAlready(fresh.content, order.kind))) return { outcome: 'executed', answer: fresh.content };
      if (fresh) return { outcome: 'refused', code: 'DEVICE_REFUSED', answer: fresh.content };
    }
    return { outcome: 'accepted', code: 'ACCEPTED_NOT_CONFIRMED' };
  }

  private async clientOf(accountId: string): Promise<TracksolidClient | undefined> {
    const access = await this.gateways.accessOf(systemActor(accountId, 'access_control.tracksolid'), 'tracksolid');
    if (!access) return undefined;
    const known = this.clients.get(accountId);
    if (known?.key === access.key) return known.client;
    const client = new TracksolidClient({ baseUrl: access.base_url, secret: access.secret, now: () => this.clock.now().getTime() });
    this.clients.set(accountId, { key: access.key, client });
    return client;
  }
}

const keyOf = (r: Result): string => `${r.codeId ?? ''} ${r.sendTime} ${r.isExecute}`;

async function resultsOf(client: TracksolidClient, order: Order): Promise<Result[]> {
  const results = await client.call<Result[] | null>('jimi.open.instruction.result', { imei: order.route.imei ?? '' });
  return (results ?? []).filter((r) => r.code === wordsOf(order));
}

function beforeSending(error: unknown): Ending {
  if (error instanceof TracksolidError) return { outcome: 'not_sent', code: `GATEWAY_ERROR_${Math.abs(error.code)}`, answer: error.message, final: error.code === 1001 || error.code === 1002 };
  return { outcome: 'not_sent', code: 'GATEWAY_UNREACHABLE', answer: (error as Error).message };
}

function afterSending(error: unknown): Ending {
  if (error instanceof TracksolidSilent) return { outcome: 'no_answer', code: 'GATEWAY_SILENT' };
  if (error instanceof TracksolidError && error.code !== 12005 && error.code !== -1) return beforeSending(error);
  const result = (error as TracksolidError).result;
  if (result !== undefined && provenNo.has(result)) return { outcome: 'not_sent', code: `GATEWAY_RESULT_${result}`, answer: (error as Error).message };
  // For a device that went away in this moment the server keeps the command.
  if (result === 228) return { outcome: 'queued', code: 'DEVICE_QUEUED', answer: (error as Error).message };
  return { outcome: 'no_answer', code: `GATEWAY_RESULT_${result ?? 'UNKNOWN'}`, answer: (error as Error).message };
}
