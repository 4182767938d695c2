import { connect, type Socket } from 'node:net';
import { Listeners } from '../../libs/telemetry_engine/src/listen/listeners';
import { ipsEncode } from '../../libs/telemetry_engine/src/protocols/wialon_ips/encoder';
import { teltonikaEncode } from '../../libs/telemetry_engine/src/protocols/teltonika/encoder';
import type { Sample } from '../../libs/telemetry_engine/src/sample';
import type { TestApp, TestClock } from './app';

export type Spoken = 'wialon_ips' | 'teltonika';
/** What the device says to a command; undefined is silence. */
export type Manners = (command: string, tracker: Tracker) => string | undefined;

/** The usual device: does as told, at once, and says so. */
export const obedient: Manners = (command, tracker) => {
  const cut = /(?:=|setdigout )\??1/.test(command);
  tracker.relay(cut);
  return tracker.speaks === 'teltonika' ? `DOUT1:${cut ? 'ON' : 'OFF'} Timeout:INFINITY` : command.replaceAll('#', ' ');
};

/** A device with a relay on a real socket. It remembers everything its relay did and how fast the vehicle was then. */
export class Tracker {
  readonly heard: string[] = [];
  readonly relayMoves: { cut: boolean; speed_kmh: number; at_ms: number }[] = [];
  manners: Manners = obedient;
  speed_kmh = 0;
  outputs = 0;
  closed = false;
  private buffer = Buffer.alloc(0);
  private last = 0;

  private constructor(
    readonly socket: Socket,
    readonly deviceId: string,
    readonly speaks: Spoken,
    private readonly clock: { now(): Date },
  ) {
    socket.on('data', (chunk: Buffer) => (speaks === 'wialon_ips' ? this.hearText(chunk) : this.hearFrames(chunk)));
    socket.on('close', () => (this.closed = true));
    socket.on('error', () => undefined);
  }

  static async connect(app: Pick<TestApp, 'app'> & { clock: Pick<TestClock, 'now'> }, deviceId: string, speaks: Spoken = 'wialon_ips'): Promise<Tracker> {
    const { ips, teltonika } = app.app.get(Listeners).ports;
    const port = (speaks === 'wialon_ips' ? ips : teltonika) as number;
    const socket = await new Promise<Socket>((resolve, reject) => {
      const opened = connect({ port, host: '127.0.0.1' }, () => resolve(opened));
      opened.once('error', reject);
    });
    const tracker = new Tracker(socket, deviceId, speaks, app.clock);
    socket.write(speaks === 'wialon_ips' ? ipsEncode.login('1.1', deviceId) : teltonikaEncode.login(deviceId));
    return tracker;
  }

  /** Reports from where it stands, `agoS` seconds old by its clock. */
  report(more: Partial<Sample> = {}, agoS = 0): void {
    const at_ms = Math.max(this.last + 1, Math.floor(this.clock.now().getTime() / 1000) - agoS);
    if (agoS === 0) this.last = at_ms;
    const sample: Sample = { at_ms: at_ms * 1000, lat: -1.2921, lon: 36.8219, speed_kmh: this.speed_kmh, heading_deg: 0, altitude_m: 1600, satellites: 9, ignition: this.speed_kmh > 0, outputs: this.outputs, ...more };
    this.socket.write(this.speaks === 'wialon_ips' ? ipsEncode.data('1.1', sample) : teltonikaEncode.avl(8, [sample]));
  }

  relay(cut: boolean): void {
    this.outputs = cut ? 1 : 0;
    this.relayMoves.push({ cut, speed_kmh: this.speed_kmh, at_ms: Date.now() });
  }

  say(text: string): void {
    this.socket.write(this.speaks === 'wialon_ips' ? ipsEncode.message('1.1', text) : teltonikaEncode.answer(text));
  }

  leave(): void {
    this.socket.destroy();
  }

  private obey(command: string): void {
    this.heard.push(command);
    const answer = this.manners(command, this);
    if (answer !== undefined) this.say(answer);
  }

  private hearText(chunk: Buffer): void {
    this.buffer = Buffer.concat([this.buffer, chunk]);
    const lines = this.buffer.toString('utf8').split('\r\n');
    this.buffer = Buffer.from(lines.pop() ?? '');
    for (const line of lines) if (line !== '' && !/^#A(L|D|SD|M|B|P)#/.test(line)) this.obey(line);
  }

  private hearFrames(chunk: Buffer): void {
    // One byte admits, four acknowledge; a frame begins with four zeros.
    let rest = chunk;
    if (rest.length % 4 === 1) rest = rest.subarray(1);
    while (rest.length >= 4 && rest.readUInt32BE(0) !== 0) rest = rest.subarray(4);
    if (rest.length === 0) return;
    const text = rest.subarray(15, 15 + rest.readUInt32BE(11)).toString('latin1');
    this.obey(text);
  }
}
