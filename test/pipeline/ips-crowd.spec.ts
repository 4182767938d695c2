import { connect } from 'node:net';
import { ipsProtocol } from '../../libs/telemetry_engine/src/listen/ips-session';
import { retranslatorProtocol } from '../../libs/telemetry_engine/src/listen/retranslator-session';
import { teltonikaProtocol } from '../../libs/telemetry_engine/src/listen/teltonika-session';
import { ipsEncode } from '../../libs/telemetry_engine/src/protocols/wialon_ips/encoder';
import { encodeRetranslator } from '../../libs/telemetry_engine/src/protocols/wialon_retranslator/encoder';
import { teltonikaEncode } from '../../libs/telemetry_engine/src/protocols/teltonika/encoder';
import { bench, Peer, until, type Bench } from '../support/fake-sink';

const at = Date.UTC(2026, 10, 26, 12);
const sample = (n: number) => ({ at_ms: at + n * 1000, lat: 55.7, lon: 37.6, speed_kmh: 50, satellites: 9, ignition: true, rpm: 900 });

let current: Bench | undefined;
afterEach(async () => {
  await current?.stop();
  current = undefined;
});

it('3,000 devices stay connected; a third of them report, and everybody is answered', async () => {
  const { listener, connect: dial, sink, links } = (current = await bench(ipsProtocol()));
  const peers: Peer[] = [];
  for (let n = 0; n < 3000; n += 100) peers.push(...(await Promise.all(Array.from({ length: 100 }, () => dial()))));
  peers.forEach((peer, n) => peer.send(ipsEncode.login('1.1', `device${n}`)));
  await until(() => links.size === 3000, 20_000);
  expect(listener.size).toBe(3000);
  const active = peers.filter((_, n) => n % 3 === 0);
  for (const peer of active) for (let n = 0; n < 5; n++) peer.send(ipsEncode.data('1.1', sample(n)));
  const answered = `#AL#1\r\n${'#AD#1\r\n'.repeat(5)}`;
  await until(() => active.every((peer) => peer.text.length === answered.length), 20_000);
  expect(active.every((peer) => peer.text === answered)).toBe(true);
  expect(sink.stored.size).toBe(5000);
}, 60_000);

describe('20,000 damaged frames', () => {
  /** The same bytes every run. */
  function dice(seed: number): () => number {
    let state = seed;
    return () => {
      state = (state + 0x6d2b79f5) | 0;
      let t = Math.imul(state ^ (state >>> 15), 1 | state);
      t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
      return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
    };
  }

  const protocols = [
    {
      protocol: ipsProtocol(),
      hello: ipsEncode.login('2.0', 'device1'),
      helloAnswer: '#AL#1\r\n',
      frames: [ipsEncode.data('2.0', sample(1)), ipsEncode.short('2.0', sample(2)), ipsEncode.blackBox('2.0', [sample(3), sample(4)]), ipsEncode.compress(ipsEncode.data('2.0', sample(5))), Buffer.from('#I#4;0;1;NA;NA;a;0\r\nabcd'), ipsEncode.message('2.0', 'hi'), ipsEncode.ping()],
      good: ipsEncode.data('2.0', sample(9)),
      goodAnswer: '#AD#1\r\n',
    },
    {
      protocol: teltonikaProtocol,
      hello: teltonikaEncode.login('356307042441013'),
      helloAnswer: '\x01',
      frames: [teltonikaEncode.avl(8, [sample(1)]), teltonikaEncode.avl(0x8e, [sample(2), sample(3)]), teltonikaEncode.answer('DOUT1:ON'), teltonikaEncode.login('356307042441013')],
      good: teltonikaEncode.avl(8, [sample(9)]),
      goodAnswer: '\0\0\0\x01',
    },
    {
      protocol: retranslatorProtocol,
      hello: encodeRetranslator('unit', sample(0)),
      helloAnswer: '\x11',
      frames: [encodeRetranslator('unit', sample(1)), encodeRetranslator('unit', { ...sample(2), dtcs: ['P0420'], extras: { note: 'x' } })],
      good: encodeRetranslator('unit', sample(9)),
      goodAnswer: '\x11',
    },
  ];

  it.each(protocols.map((p) => [p.protocol.name, p] as const))('%s', async (_name, { protocol, hello, helloAnswer, frames, good, goodAnswer }) => {
    const b = (current = await bench(protocol, { idleMs: 5000 }));
    const random = dice(20_261_126);
    const pick = (max: number) => Math.floor(random() * max);
    let sent = 0;
    const lane = async (): Promise<void> => {
      while (sent < 20_000) {
        await new Promise<void>((resolve) => {
          const socket = connect({ port: b.listener.port!, host: '127.0.0.1' });
          socket.on('error', () => undefined).on('close', () => resolve());
          socket.resume();
          if (random() < 0.9) socket.write(hello);
          for (let n = 0; n < 25; n++, sent++) {
            const frame = Buffer.from(frames[pick(frames.length)]!);
            for (let hits = pick(4); hits > 0; hits--) frame[pick(frame.length)] = pick(256);
            socket.write(random() < 0.1 ? frame.subarray(0, pick(frame.length)) : frame);
          }
          socket.end();
        });
      }
    };
    await Promise.all(Array.from({ length: 8 }, lane));
    await until(() => b.listener.size === 0, 20_000);
    const peer = await b.connect();
    peer.send(hello);
    await peer.hears(helloAnswer);
    peer.send(good);
    await peer.hears(helloAnswer + goodAnswer);
    expect(b.sink.waiting).toBe(0);
  }, 60_000);
});
