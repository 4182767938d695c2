import { ipsEncode } from '../../libs/telemetry_engine/src/protocols/wialon_ips/encoder';
import { ipsProtocol } from '../../libs/telemetry_engine/src/listen/ips-session';
import type { ListenLimits } from '../../libs/telemetry_engine/src/listen/limits';
import { bench, pause, until, type Bench } from '../support/fake-sink';

const at = Date.UTC(2026, 10, 26, 12);
const sample = (n: number) => ({ at_ms: at + n * 1000, lat: 55.7, lon: 37.6, speed_kmh: n, satellites: 9 });
const data = (n: number) => ipsEncode.data('1.1', sample(n));
const login = ipsEncode.login('1.1', 'device1');

let current: Bench | undefined;
async function open(limits: Partial<ListenLimits> = {}): Promise<Bench> {
  return (current = await bench(ipsProtocol(), limits));
}
afterEach(async () => {
  await current?.stop();
  current = undefined;
});

describe('commands', () => {
  const command = (text: string, timeoutMs = 500) => ({ form: 'ips_text' as const, text, timeoutMs });

  it('go over the open connection, and the device’s words come back', async () => {
    const { links, connect: dial } = await open();
    const peer = await dial();
    peer.send(login);
    await until(() => links.size === 1);
    const view = links.find('device1')!;
    expect(view).toMatchObject({ device_id: 'device1', account_id: 'account', protocol: 'wialon_ips', commands: 'ips_text', remote_address: '127.0.0.1' });
    expect(view.last_heard_ms).toBeGreaterThanOrEqual(view.since_ms);
    const result = links.send('device1', command('#setout1=1#'));
    expect(await links.send('device1', command('#setout1=0#'))).toEqual({ kind: 'busy' });
    await peer.hears('#AL#1\r\n#setout1=1#\r\n');
    peer.send('#M#OUT1=1 OK\r\n');
    expect(await result).toMatchObject({ kind: 'answered', text: 'OUT1=1 OK' });
    await peer.hears('#AL#1\r\n#setout1=1#\r\n#AM#1\r\n');
  });

  it('an answer may come as a parameter of a report', async () => {
    const { links, connect: dial } = await open();
    const peer = await dial();
    peer.send(login);
    await until(() => links.size === 1);
    const result = links.send('device1', command('OUTPUT0=1'));
    peer.send(ipsEncode.data('1.1', { ...sample(1), extras: { text: 'OUTPUT0=1 done' } }));
    expect(await result).toMatchObject({ kind: 'answered', text: 'OUTPUT0=1 done' });
  });

  it('are never kept for later', async () => {
    const { links, connect: dial } = await open();
    expect(await links.send('device1', command('OUTPUT0=1'))).toEqual({ kind: 'not_connected' });
    const peer = await dial();
    peer.send(login);
    await peer.hears('#AL#1\r\n');
    await pause(50);
    expect(peer.text).toBe('#AL#1\r\n');
    expect(await links.send('device1', { ...command('setdigout 1'), form: 'teltonika_codec12' })).toEqual({ kind: 'wrong_form' });
    expect(await links.send('device1', command('OUTPUT0=1', 50))).toMatchObject({ kind: 'no_answer' });
    const lost = links.send('device1', command('OUTPUT0=1'));
    peer.socket.destroy();
    expect(await lost).toMatchObject({ kind: 'link_lost' });
    await expect(links.send('device1', command('a\r\nb'))).resolves.toEqual({ kind: 'not_connected' });
  });

  it('a text that would be two commands is refused', async () => {
    const { links, connect: dial } = await open();
    const peer = await dial();
    peer.send(login);
    await until(() => links.size === 1);
    await expect(links.send('device1', command('a\r\nb'))).rejects.toThrow(RangeError);
    expect(await links.send('device1', command('a', 20))).toMatchObject({ kind: 'no_answer' });
  });
});

describe('a listener that stops', () => {
  it('answers what is under way and takes nothing more', async () => {
    const b = await open({ unresolvedSamples: 1 });
    b.sink.holding = true;
    const peer = await b.connect();
    const idle = await b.connect();
    peer.send(Buffer.concat([login, data(1), data(2)]));
    await until(() => b.sink.held.length === 1);
    const stopped = b.listener.stop();
    await idle.isClosed();
    await expect(b.connect()).rejects.toThrow();
    b.sink.held[0]!.release();
    await stopped;
    await peer.isClosed();
    expect(peer.text).toBe('#AL#1\r\n#AD#1\r\n');
    expect(b.sink.submitted).toHaveLength(1);
    expect(await b.drops()).toEqual({});
  });

  it('does not wait for ever', async () => {
    const b = await open({ drainMs: 100 });
    b.sink.holding = true;
    const peer = await b.connect();
    peer.send(Buffer.concat([login, data(1)]));
    await until(() => b.sink.held.length === 1);
    await b.listener.stop();
    expect(peer.text).toBe('#AL#1\r\n');
  });
});
