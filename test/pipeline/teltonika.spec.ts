import { teltonikaProtocol } from '../../libs/telemetry_engine/src/listen/teltonika-session';
import { teltonikaEncode } from '../../libs/telemetry_engine/src/protocols/teltonika/encoder';
import { bench, until, type Bench } from '../support/fake-sink';

const imei = '356307042441013';
const login = teltonikaEncode.login(imei);
const sample = (n: number) => ({ at_ms: Date.UTC(2026, 10, 26, 12) + n * 1000, lat: 55.7, lon: 37.6, speed_kmh: n, satellites: 9, outputs: 0 });
const packet = (...numbers: number[]) => teltonikaEncode.avl(0x8e, numbers.map(sample));
const hex = (text: string) => Buffer.from(text, 'hex').toString('latin1');

let current: Bench;
beforeEach(async () => {
  current = await bench(teltonikaProtocol);
});
afterEach(() => current.stop());

it('a device logs in and its records are counted back when they are stored', async () => {
  const { sink, connect } = current;
  sink.holding = true;
  const peer = await connect();
  peer.send(login).send(packet(1, 2, 3));
  await until(() => sink.held.length === 1);
  await peer.hears(hex('01'));
  sink.held[0]!.release();
  await peer.hears(hex('0100000003'));
  expect([...sink.stored.keys()]).toHaveLength(3);
  expect(sink.submitted[0]!.raw).toEqual([packet(1, 2, 3), packet(1, 2, 3), packet(1, 2, 3)]);
});

it('an unknown device is refused', async () => {
  const peer = await current.connect();
  current.gate.admit = () => Promise.resolve(undefined);
  peer.send(login);
  await peer.isClosed();
  expect(peer.text).toBe(hex('00'));
  expect(await current.drops()).toEqual({ refused: 1 });
});

it('a damaged packet is not acknowledged, nothing after it is taken, and a new connection may repeat it', async () => {
  const { sink, connect } = current;
  const damaged = packet(2);
  damaged[20]! ^= 1;
  const peer = await connect();
  peer.send(Buffer.concat([login, packet(1), damaged, packet(3)]));
  await peer.isClosed();
  expect(peer.text).toBe(hex('0100000001'));
  expect(sink.stored.size).toBe(1);
  expect(await current.drops()).toEqual({ bad_frame: 1 });
  const again = await connect();
  again.send(Buffer.concat([login, packet(2), packet(3)]));
  await again.hears(hex('010000000100000001'));
});

it('a sink that fails: no acknowledgement, and the packet comes again', async () => {
  const { sink, connect } = current;
  sink.failing = true;
  const peer = await connect();
  peer.send(Buffer.concat([login, packet(1, 2)]));
  await peer.isClosed();
  expect(peer.text).toBe(hex('01'));
  sink.failing = false;
  const again = await connect();
  again.send(Buffer.concat([login, packet(1, 2)]));
  await again.hears(hex('0100000002'));
});

it('a command goes out byte for byte and the answer comes back between reports', async () => {
  const { links, connect } = current;
  const peer = await connect();
  peer.send(login);
  await until(() => links.size === 1);
  const result = links.send(imei, { form: 'teltonika_codec12', text: 'setdigout 1 ? 5', timeoutMs: 500 });
  await until(() => peer.received.length > 1);
  expect(peer.received.subarray(1)).toEqual(teltonikaEncode.command('setdigout 1 ? 5'));
  peer.send(packet(1)).send(teltonikaEncode.answer('DOUT1:ON Timeout:INFINITY'));
  expect(await result).toMatchObject({ kind: 'answered', text: 'DOUT1:ON Timeout:INFINITY' });
  await expect(links.send(imei, { form: 'teltonika_codec12', text: 'setdigout 1\r\n', timeoutMs: 500 })).rejects.toThrow(RangeError);
});

it('text on the port is no device', async () => {
  const peer = await current.connect();
  peer.send('GET / HTTP/1.1\r\n\r\n');
  await peer.isClosed();
  expect(peer.text).toBe('');
  expect(await current.drops()).toEqual({ bad_frame: 1 });
});
