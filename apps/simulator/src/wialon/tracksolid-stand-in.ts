import { createHash, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface StandInDevice {
  imei: string;
  online: boolean;
  /** carries out, answers a failure, keeps silent, or says 228 and keeps the command. */
  manners: 'executes' | 'fails' | 'silent' | 'keeps';
  answerMs: number;
  cut: boolean;
  results: { codeId: string; code: string; content: string; isExecute: string; sendTime: string; sender: string }[];
  relayMoves: boolean[];
}

const when = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replace('T', ' ');

/** Plays Jimi's open API from its documentation: signatures, tokens, the list of instructions, sending and results. */
export class TracksolidStandIn {
  readonly devices = new Map<string, StandInDevice>();
  readonly asked: string[] = [];
  readonly appKey = 'stand-in-key';
  readonly appSecret = 'stand-in-secret';
  readonly userId = 'stand-in';
  readonly password = 'stand-in-password';
  private tokens = new Set<string>();
  private serial = 0;
  private readonly server = createServer((req, res) => void this.serve(req, res));

  addDevice(imei: string): StandInDevice {
    const device: StandInDevice = { imei, online: true, manners: 'executes', answerMs: 40, cut: false, results: [], relayMoves: [] };
    this.devices.set(imei, device);
    return device;
  }

  forgetTokens(): void {
    this.tokens.clear();
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
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk as Buffer);
    const fields = Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString()));
    const answer = req.method === 'POST' && req.url === '/route/rest' ? this.answer(fields) : { code: 1001, message: 'no such address', result: null };
    res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  }

  private answer(fields: Record<string, string>): object {
    const { method = '', sign, ...rest } = fields;
    this.asked.push(method);
    const names = Object.keys({ ...rest, method }).filter((name) => fields[name] !== '').sort();
    const text = names.map((name) => name + fields[name]).join('');
    const expected = createHash('md5').update(`${this.appSecret}${text}${this.appSecret}`).digest('hex').toUpperCase();
    if (sign !== expected || fields.app_key !== this.appKey) return { code: 1001, message: 'sign error', result: null };
    if (Math.abs(Date.parse(`${fields.timestamp?.replace(' ', 'T')}Z`) - Date.now()) > 600_000) return { code: 1001, message: 'timestamp error', result: null };
    if (method === 'jimi.oauth.token.get') return this.login(fields);
    if (!this.tokens.has(fields.access_token ?? '')) return { code: 1004, message: 'token error', result: null };
    return this.ask(method, fields);
  }

  private login({ user_id, user_pwd_md5, expires_in }: Record<string, string>): object {
    if (user_id !== this.userId || user_pwd_md5 !== createHash('md5').update(this.password).digest('hex')) return { code: 1001, message: 'wrong user or password', result: null };
    const accessToken = randomBytes(16).toString('hex');
    this.tokens.add(accessToken);
    return { code: 0, message: 'success', result: { appKey: this.appKey, account: user_id, accessToken, expiresIn: Number(expires_in), refreshToken: randomBytes(16).toString('hex'), time: when(Date.now()) } };
  }

  private ask(method: string, fields: Record<string, string>): object {
    const device = this.devices.get(fields.imei ?? fields.imeis ?? '');
    if (!device) return { code: 1002, message: 'illegal device', result: null };
    const result = (value: unknown): object => ({ code: 0, message: 'success', result: value });
    switch (method) {
      case 'jimi.device.location.get':
        return result([{ imei: device.imei, deviceName: device.imei, status: device.online ? '1' : '0', lat: 22.5, lng: 114, hbTime: when(Date.now() - (device.online ? 5_000 : 3_600_000)), speed: '0' }]);
      case 'jimi.open.instruction.list':
        return result([{ id: '113', orderName: 'Cut', orderContent: 'RELAY,1#', isOffLine: '1' }, { id: '114', orderName: 'Restore', orderContent: 'RELAY,0#', isOffLine: '1' }]);
      case 'jimi.open.instruction.send':
        return this.send(device, fields.inst_param_json ?? '{}');
      case 'jimi.open.instruction.result':
        return result(device.results);
      default:
        return { code: 1001, message: 'no such method', result: null };
    }
  }

  private send(device: StandInDevice, json: string): object {
    const { inst_template: code } = JSON.parse(json) as { inst_template: string };
    const entry = { codeId: String((this.serial += 1)), code, content: '', isExecute: '3', sendTime: when(Date.now()), sender: this.userId };
    device.results.unshift(entry);
    if (device.manners === 'keeps') return { code: 12005, message: 'Fail to send command. Result code：228', result: null };
    if (device.manners !== 'silent') setTimeout(() => this.carryOut(device, entry), device.answerMs).unref();
    return { code: 0, message: 'command is successfully sent.', result: null };
  }

  private carryOut(device: StandInDevice, entry: StandInDevice['results'][number]): void {
    const done = device.manners === 'executes';
    Object.assign(entry, { isExecute: done ? '1' : '0', content: done ? 'RELAY:OK' : 'RELAY:FAIL' });
    if (!done) return;
    device.cut = entry.code === 'RELAY,1#';
    device.relayMoves.push(device.cut);
  }
}
