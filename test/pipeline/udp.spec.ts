import { createSocket, type Socket } from 'node:dgram';
import { UdpListener } from '../../libs/telemetry_engine/src/listen/udp-listener';
import { ipsEncode } from '../../libs/telemetry_engine/src/protocols/wialon_ips/encoder';
import { pause, unplugged, until } from '../support/fake-sink';

const sample = (n: number) => ({ at_ms: Date.UTC(2026, 10, 26, 12) + n * 1000, lat: 55.7, lon: 37.6, speed_kmh: n, satellites: 9 });
const datagram = (n: number, device = 'device1', version: '1.1' | '2.0' = '1.1') => ipsEncode.datagram(version, device, ipsEncode.data(version, sample(n)));

let plug: ReturnType<typeof unplugged>;
let listener: UdpListener;
let socket: Socket;
let heard: string[];
beforeEach(async () => {
  plug = unplugged();
  listener = new UdpListener(plug.wiring, {}, 50);
  await listener.listen(0, '127.0.0.1');
  heard = [];
  socket = createSocket('udp4').on('message', (bytes) => heard.push(bytes.toString()));
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  for (const one of plug.sink.held) one.refuse();
  await listener.stop();
  socket.close();
});
const send = (bytes: Buffer | string) => socket.send(bytes, listener.port!, '127.0.0.1');
const dropped = () => plug.read('fleet_telemetry_engine_dropped_datagrams_total', 'reason');

it('both versions, packed or not, are answered after they are stored', async () => {
  plug.sink.holding = true;
  send(datagram(1));
  await until(() => plug.sink.held.length === 1);
  await pause(30);
  expect(heard).toEqual([]);
  plug.sink.held[0]!.release();
  await until(() => heard.length === 1);
  plug.sink.holding = false;
  send(datagram(2, 'device2', '2.0'));
  send(ipsEncode.compress(datagram(3)));
  send('device1#P#\r\n');
  send('device1#SD#270413;205601;5564.6025;N;03739.6834;E;1;2;3;4');
  await until(() => heard.length === 5);
  expect(heard.sort()).toEqual(['#AD#1\r\n', '#AD#1\r\n', '#AD#1\r\n', '#AP#\r\n', '#ASD#10\r\n']);
  expect([...plug.sink.stored.values()].map((s) => s.device_id).sort()).toEqual(['device1', 'device1', 'device2']);
  // There is no way back to a device but the answer.
  expect(plug.links.size).toBe(0);
});

it('strangers, noise, and a sink that fails get no answer', async () => {
  send(datagram(1, 'unknown1'));
  send('noise');
  send(Buffer.alloc(0));
  plug.sink.failing = true;
  send(datagram(2));
  await until(() => plug.sink.submitted.length === 1);
  await pause(50);
  expect(heard).toEqual([]);
  expect(await dropped()).toEqual({ unknown_device: 1, unreadable: 2, not_stored: 1 });
  plug.sink.failing = false;
  send(datagram(2));
  await until(() => heard.length === 1);
});

it('takes no more than it can hold, and answers before it stops', async () => {
  plug.sink.holding = true;
  for (let n = 0; n < 60; n++) {
    send(datagram(n));
    if (n % 10 === 0) await pause(5);
  }
  await until(() => plug.sink.held.length === 50);
  await pause(50);
  expect(await dropped()).toEqual({ overload: 10 });
  const stopped = listener.stop();
  for (const one of plug.sink.held) one.release();
  await stopped;
  await until(() => heard.length === 50);
});

it('20,000 random datagrams do it no harm', async () => {
  let seed = 7;
  const random = () => (seed = (seed * 1103515245 + 12345) & 0x7fffffff) / 0x7fffffff;
  for (let n = 0; n < 20_000; n++) {
    const bytes = Buffer.from(random() < 0.5 ? datagram(n) : Buffer.alloc(Math.floor(random() * 100)));
    for (let hits = 0; hits < 4; hits++) if (bytes.length > 0) bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
    send(bytes);
    if (n % 200 === 0) await pause(1);
  }
  await pause(200);
  heard = [];
  send(datagram(99_999));
  await until(() => heard.includes('#AD#1\r\n'));
});
