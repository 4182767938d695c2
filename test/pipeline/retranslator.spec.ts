import { retranslatorProtocol } from '../../libs/telemetry_engine/src/listen/retranslator-session';
import type { FaultSink } from '../../libs/telemetry_engine/src/listen/session';
import { encodeRetranslator } from '../../libs/telemetry_engine/src/protocols/wialon_retranslator/encoder';
import { bench, pause, until, type Bench } from '../support/fake-sink';

const sample = (n: number) => ({ at_ms: Date.UTC(2026, 10, 26, 12) + n * 1000, lat: 55.7, lon: 37.6, speed_kmh: n, satellites: 9 });
const packet = (n: number, device = `unit${n % 3}`) => encodeRetranslator(device, sample(n));

let current: Bench | undefined;
const open = async (faultSink?: FaultSink): Promise<Bench> => (current = await bench(retranslatorProtocol, {}, faultSink));
afterEach(async () => {
  await current?.stop();
  current = undefined;
});

it('many units on one connection, one byte for each packet, in order', async () => {
  const { sink, connect, links } = await open();
  sink.holding = true;
  const peer = await connect();
  for (const n of [1, 2, 3]) {
    peer.send(packet(n));
    await until(() => sink.held.length === n);
  }
  sink.held[1]!.release();
  sink.held[2]!.release();
  await pause(30);
  expect(peer.text).toBe('');
  sink.held[0]!.release();
  await peer.hears('\x11\x11\x11');
  expect([...sink.stored.values()].map((s) => s.device_id).sort()).toEqual(['unit0', 'unit1', 'unit2']);
  // No command could reach one unit behind such a connection.
  expect(links.size).toBe(0);
});

it('units nobody registered do not hold up the others', async () => {
  const { sink, connect } = await open();
  const peer = await connect();
  peer.send(Buffer.concat([packet(1, 'unknown7'), packet(2)]));
  await peer.hears('\x11\x11');
  expect(sink.stored.size).toBe(1);
});

it('a sink or a gate that fails: no byte, closed, repeated', async () => {
  const { sink, gate, connect, drops } = await open();
  sink.failing = true;
  const first = await connect();
  first.send(packet(1));
  await first.isClosed();
  sink.failing = false;
  gate.failing = true;
  const second = await connect();
  second.send(packet(1));
  await second.isClosed();
  gate.failing = false;
  const third = await connect();
  third.send(packet(1));
  await third.hears('\x11');
  expect(first.text + second.text).toBe('');
  expect(await drops()).toEqual({ not_stored: 2 });
});

describe('a packet that cannot be read', () => {
  // A uid, a time, flags, and a block without its mark.
  const broken = Buffer.concat([Buffer.from('11000000', 'hex'), Buffer.from('A\0'), Buffer.alloc(15)]);
  it('ends the connection unanswered when nobody keeps it', async () => {
    const { connect, drops } = await open();
    const peer = await connect();
    peer.send(Buffer.concat([packet(1), broken, packet(2)]));
    await peer.isClosed();
    expect(peer.text).toBe('\x11');
    expect(await drops()).toEqual({ bad_frame: 1 });
  });
  it('is answered once its bytes are safe', async () => {
    const kept: Buffer[] = [];
    const { connect } = await open({ keep: async (_device, _protocol, _reason, raw) => (await pause(30), void kept.push(raw)) });
    const peer = await connect();
    peer.send(Buffer.concat([packet(1), broken, packet(2)]));
    await peer.hears('\x11\x11\x11');
    expect(kept).toEqual([broken]);
  });
  it('is not answered when they are not', async () => {
    const { connect } = await open({ keep: () => Promise.reject(new Error('full')) });
    const peer = await connect();
    peer.send(Buffer.concat([packet(1), broken, packet(2)]));
    await peer.isClosed();
    expect(peer.text).toBe('\x11');
  });
});

it('a size beyond all measure ends the connection', async () => {
  const { connect, drops } = await open();
  const peer = await connect();
  peer.send(Buffer.from('ffffff7f00000000', 'hex'));
  await peer.isClosed();
  expect(await drops()).toEqual({ too_long: 1 });
});
