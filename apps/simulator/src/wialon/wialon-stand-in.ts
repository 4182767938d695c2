import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { StandInUnit } from './stand-in-unit';

type Params = Record<string, unknown>;
type Answer = object | unknown[];

const no = (error: number, reason?: string): Answer => ({ error, ...(reason ? { reason } : {}) });
const sessionMs = 300_000;
const heavyMax = 3;
const requestsMax = 10;

interface Mishap {
  svc: string;
  /** An error to answer, silence of so many milliseconds, or until something has happened. */
  error?: number;
  reason?: string;
  silentMs?: number;
  silentUntil?: Promise<unknown>;
}

/**
 * Plays a Wialon server from the documented Remote API: sessions that expire, rights, limits, units with commands, command messages
 * and errors. It was written from the documentation, and what it does is no proof of what a real server does.
 */
export class WialonStandIn {
  readonly units = new Map<number, StandInUnit>();
  readonly asked: { svc: string; params: Params }[] = [];
  /** Milliseconds a server's clock is ahead. */
  aheadMs = 0;
  delayMs = 0;
  logins = 0;
  private readonly sessions = new Map<string, number>();
  private readonly mishaps: Mishap[] = [];
  private running = 0;
  private heavy = 0;
  private readonly server = createServer((req, res) => void this.serve(req, res));

  constructor(readonly token = 'a'.repeat(72)) {}

  private readonly nowMs = (): number => Date.now() + this.aheadMs;

  addUnit(id: number, uid = String(350_000_000_000_000 + id)): StandInUnit {
    const unit = new StandInUnit(id, uid, this.nowMs);
    this.units.set(id, unit);
    return unit;
  }

  /** The next call of that service goes wrong like this. */
  next(mishap: Mishap): void {
    this.mishaps.push(mishap);
  }

  endSessions(): void {
    this.sessions.clear();
  }

  async listen(port = 0): Promise<string> {
    await new Promise<void>((resolve, reject) => this.server.once('error', reject).listen(port, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async serve(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const url = new URL(req.url ?? '/', 'http://stand-in');
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk as Buffer);
    const form = new URLSearchParams(Buffer.concat(chunks).toString());
    const said = (name: string): string => url.searchParams.get(name) ?? form.get(name) ?? '';
    const send = (answer: Answer): void => void res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    if (req.method !== 'POST' || url.pathname !== '/wialon/ajax.html') return void res.writeHead(404).end();
    this.running += 1;
    try {
      const svc = said('svc');
      const params = readParams(said('params'));
      if (!params) return send(no(4));
      this.asked.push({ svc, params });
      const at = this.mishaps.findIndex((m) => m.svc === svc);
      const [mishap] = at < 0 ? [] : this.mishaps.splice(at, 1);
      const waitMs = mishap?.silentMs ?? this.delayMs;
      if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
      await mishap?.silentUntil;
      if (mishap?.error !== undefined) return send(no(mishap.error, mishap.reason));
      send(this.running > requestsMax ? no(1003, 'LIMIT api_concurrent') : this.answer(svc, params, said('sid')));
    } finally {
      this.running -= 1;
    }
  }

  private answer(svc: string, params: Params, sid: string): Answer {
    if (svc === 'token/login') return this.login(params);
    const used = this.sessions.get(sid);
    if (used === undefined || this.nowMs() - used > sessionMs) return no(1);
    this.sessions.set(sid, this.nowMs());
    switch (svc) {
      case 'core/logout':
        this.sessions.delete(sid);
        return no(0);
      case 'core/search_item': {
        const unit = this.units.get(Number(params.id));
        return unit ? { item: unit.view(), flags: params.flags } : no(7);
      }
      case 'core/search_items': {
        const items = [...this.units.values()].map((unit) => unit.view());
        return { searchSpec: params.spec, dataFlags: params.flags, totalItemsCount: items.length, indexFrom: 0, indexTo: Math.max(0, items.length - 1), items };
      }
      case 'unit/exec_cmd':
        return this.exec(params);
      case 'messages/load_last':
        return this.loadLast(params);
      case 'messages/unload':
        return no(0);
      case 'core/batch':
        return ((params.params as { svc: string; params: Params }[] | undefined) ?? []).map((one) => this.answer(one.svc, one.params, sid));
      default:
        return no(2);
    }
  }

  private login({ token }: Params): Answer {
    this.logins += 1;
    if (token !== this.token) return no(8);
    const eid = randomBytes(16).toString('hex');
    this.sessions.set(eid, this.nowMs());
    return { eid, host: '127.0.0.1', au: 'stand-in', tm: Math.floor(this.nowMs() / 1000), user: { nm: 'stand-in', cls: 1, id: 1 }, classes: { avl_unit: 2 } };
  }

  private exec({ itemId, commandName, linkType, timeout }: Params): Answer {
    const unit = this.units.get(Number(itemId));
    if (!unit) return no(4);
    if (!unit.mayExecute) return no(7);
    const command = unit.commands.find((c) => c.n === commandName);
    if (!command) return no(4);
    // The definition's own link counts more than the one asked for.
    return unit.exec(command, typeof linkType === 'string' && linkType !== '' ? linkType : 'tcp', Number(timeout ?? 0)) ? {} : no(5);
  }

  private loadLast({ itemId, flags, flagsMask, loadCount }: Params): Answer {
    const unit = this.units.get(Number(itemId));
    if (!unit) return no(4);
    if (this.heavy >= heavyMax) return no(1003, 'LIMIT api_concurrent');
    this.heavy += 1;
    setImmediate(() => (this.heavy -= 1));
    if ((Number(flags) & Number(flagsMask)) !== 512) return no(1001);
    const messages = unit.messages.slice(-Number(loadCount ?? 1));
    return messages.length === 0 ? no(1001) : { count: messages.length, messages };
  }
}

function readParams(text: string): Params | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Params) : undefined;
  } catch {
    return undefined;
  }
}
