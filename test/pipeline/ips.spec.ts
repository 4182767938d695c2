import { connect } from 'node:net';
import { ipsEncode } from '../../libs/telemetry_engine/src/protocols/wialon_ips/encoder';
import { ipsProtocol } from '../../libs/telemetry_engine/src/listen/ips-session';
import type { ListenLimits } from '../../libs/telemetry_engine/src/listen/limits';
import type { FaultSink } from '../../libs/telemetry_engine/src/listen/session';
import { bench, pause, until, type Bench } from '../support/fake-sink';

const at = Date.UTC(2026, 10, 26, 12);
const sample = (n: number) => ({ at_ms: at + n * 1000, lat: 55.7, lon: 37.6, speed_kmh: n, satellites: 9 });
const data = (n: number) => ipsEncode.data('1.1', sample(n));
const login = ipsEncode.login('1.1', 'device1');

let current: Bench | undefined;
async function open(limits: Partial<ListenLimits> = {}, faultSink?: FaultSink): Promise<Bench> {
  return (current = await bench(ipsProtocol(), limits, faultSink));
}
afterEach(async () => {
  await current?.stop();
  current = undefined;
});

describe('a device that reports', () => {
  it('is answered after its sample is stored, not before', async () => {
    const { sink, connect: dial } = await open();
    sink.holding = true;
    const peer = await dial();
    peer.send(login).send(data(1));
    await until(() => sink.held.length === 1);
    await pause(50);
    await peer.hears('#AL#1\r\n');
    sink.held[0]!.release();
    await peer.hears('#AL#1\r\n#AD#1\r\n');
    expect(sink.submitted[0]).toMatchObject({ by: { accountId: 'account' }, samples: [{ device_id: 'device1', sample: { at_ms: at + 1000 } }], raw: [data(1).subarray(0, -2)] });
  });

  it('hears its answers in its own order', async () => {
    const { sink, connect: dial } = await open();
    sink.holding = true;
    const peer = await dial();
    peer.send(Buffer.concat([login, data(1)]));
    await until(() => sink.held.length === 1);
    peer.send(ipsEncode.short('1.1', sample(2)));
    await until(() => sink.held.length === 2);
    peer.send(Buffer.concat([ipsEncode.ping(), ipsEncode.blackBox('1.1', [sample(3), sample(4)])]));
    await until(() => sink.held.length === 3);
    sink.held[2]!.release();
    sink.held[1]!.release();
    await pause(30);
    expect(peer.text).toBe('#AL#1\r\n');
    sink.held[0]!.release();
    await peer.hears('#AL#1\r\n#AD#1\r\n#ASD#1\r\n#AP#\r\n#AB#2\r\n');
  });

  it('is answered for duplicates too', async () => {
    const { sink, connect: dial } = await open();
    const peer = await dial();
    peer.send(Buffer.concat([login, data(1), data(1)]));
    await peer.hears('#AL#1\r\n#AD#1\r\n#AD#1\r\n');
    expect(sink.stored.size).toBe(1);
  });

  it('gets no answer while nothing can be stored, is sent away, and repeats', async () => {
    const { sink, connect: dial, drops } = await open();
    sink.failing = true;
    const first = await dial();
    first.send(Buffer.concat([login, data(1), data(2)]));
    await first.isClosed();
    expect(first.text).toBe('#AL#1\r\n');
    expect(await drops()).toEqual({ not_stored: 1 });
    sink.failing = false;
    const second = await dial();
    second.send(Buffer.concat([login, data(1), data(2)]));
    await second.hears('#AL#1\r\n#AD#1\r\n#AD#1\r\n');
    expect(sink.stored.size).toBe(2);
  });

  it('what was stored before the failure is answered, what came after is not', async () => {
    const { sink, connect: dial } = await open();
    sink.holding = true;
    const peer = await dial();
    for (const n of [1, 2, 3]) {
      peer.send(n === 1 ? Buffer.concat([login, data(n)]) : data(n));
      await until(() => sink.held.length === n);
    }
    sink.held[2]!.release();
    sink.held[1]!.refuse();
    await pause(20);
    sink.held[0]!.release();
    await peer.isClosed();
    expect(peer.text).toBe('#AL#1\r\n#AD#1\r\n');
  });

  it('has messages that come in one piece stored together, and each answered by itself', async () => {
    const { sink, connect: dial } = await open();
    sink.holding = true;
    const peer = await dial();
    peer.send(Buffer.concat([login, data(1), ipsEncode.short('1.1', sample(2)), data(3), ipsEncode.ping(), data(4)]));
    await until(() => sink.held.length === 2);
    expect(sink.held.map((held) => held.samples.length)).toEqual([3, 1]);
    sink.held[1]!.release();
    await pause(20);
    expect(peer.text).toBe('#AL#1\r\n');
    sink.held[0]!.release();
    await peer.hears('#AL#1\r\n#AD#1\r\n#ASD#1\r\n#AD#1\r\n#AP#\r\n#AD#1\r\n');
  });

  it('loses no answer to one message of a piece that cannot be stored', async () => {
    const { sink, connect: dial } = await open();
    sink.holding = true;
    const peer = await dial();
    peer.send(Buffer.concat([login, data(1), data(2), data(3)]));
    await until(() => sink.held.length === 1);
    sink.held[0]!.refuse();
    await until(() => sink.held.length === 2);
    sink.held[1]!.release();
    await until(() => sink.held.length === 3);
    sink.held[2]!.refuse();
    await peer.isClosed();
    expect(peer.text).toBe('#AL#1\r\n#AD#1\r\n');
    expect(sink.held).toHaveLength(3);
  });

  it('hears the exact code of what is wrong', async () => {
    const { connect: dial, sink } = await open();
    const peer = await dial();
    peer.send(login).send('#SD#270413;205601;5564.6025;N;03739.6834;E;1;2;3;4\r\n#D#1;2\r\n#B#270413;205601;NA;NA;NA;NA;NA;NA;NA;NA|oops\r\n#I#3;0;1;NA;NA;a\r\nabc#M#hello\r\n');
    await peer.hears('#AL#1\r\n#ASD#10\r\n#AD#-1\r\n#AB#1\r\n#AI#0;0\r\n#AM#1\r\n');
    expect(sink.submitted.at(-1)?.samples[0]?.sample.extras).toEqual({ text: 'hello' });
  });

  it('speaks version 2.0 and in containers', async () => {
    const { connect: dial } = await open();
    const peer = await dial();
    peer.send(ipsEncode.compress(ipsEncode.login('2.0', 'device1'))).send(ipsEncode.compress(ipsEncode.data('2.0', sample(1)))).send('#SD#201126;101530;5544.6025;N;03739.6834;E;0;144;185;11;E718\r\n');
    await peer.hears('#AL#1\r\n#AD#1\r\n#ASD#13\r\n');
  });

  it('may close its half and still hears the answer', async () => {
    const { sink, connect: dial } = await open();
    sink.delayMs = 50;
    const peer = await dial();
    peer.socket.end(Buffer.concat([login, data(1)]));
    await peer.isClosed();
    expect(peer.text).toBe('#AL#1\r\n#AD#1\r\n');
  });

  it('waits in its own buffers while too much is unresolved', async () => {
    const { sink, connect: dial } = await open({ unresolvedSamples: 50 });
    sink.delayMs = 5;
    const peer = await dial();
    peer.send(Buffer.concat([login, ...Array.from({ length: 1000 }, (_, n) => data(n))]));
    await peer.hears(`#AL#1\r\n${'#AD#1\r\n'.repeat(1000)}`, 10_000);
    expect(sink.mostWaiting).toBeLessThanOrEqual(50);
    expect(sink.stored.size).toBe(1000);
  });

  it('bytes nobody could read are kept when somebody wants them, but never a password', async () => {
    const kept: string[] = [];
    const { connect: dial } = await open({}, { keep: (device, _protocol, reason, raw) => Promise.resolve(void kept.push(`${device?.device_id} ${reason} ${raw.toString()}`)) });
    const peer = await dial();
    peer.send('#L#2.0;device1;secret;0\r\n').send(login).send('#D#1;2\r\n');
    await peer.hears('#AL#10\r\n#AL#1\r\n#AD#-1\r\n');
    expect(kept).toEqual(['device1 structure #D#1;2']);
  });
});

describe('who may connect', () => {
  it('a wrong password and an unknown device hear so and go', async () => {
    const { gate, connect: dial, drops } = await open();
    gate.passwords.set('device1', 'right');
    const wrong = await dial();
    wrong.send('#L#device1;wrong\r\n').send(data(1));
    await wrong.isClosed();
    expect(wrong.text).toBe('#AL#01\r\n');
    const unknown = await dial();
    unknown.send('#L#unknown1;NA\r\n');
    await unknown.isClosed();
    expect(unknown.text).toBe('#AL#0\r\n');
    const right = await dial();
    right.send('#L#device1;right\r\n');
    await right.hears('#AL#1\r\n');
    expect(await drops()).toEqual({ wrong_password: 1, refused: 1 });
  });

  it('data before a login, and a second identity, end the connection', async () => {
    const { sink, connect: dial, drops } = await open();
    const early = await dial();
    early.send(data(1));
    await early.isClosed();
    const two = await dial();
    two.send(login).send(ipsEncode.login('1.1', 'device2')).send(data(1));
    await two.isClosed();
    expect(sink.submitted).toEqual([]);
    expect(await drops()).toEqual({ not_logged_in: 1, second_identity: 1 });
  });

  it('when the gate cannot be asked there is no answer', async () => {
    const { gate, connect: dial, drops } = await open();
    gate.failing = true;
    const peer = await dial();
    peer.send(login);
    await peer.isClosed();
    expect(peer.text).toBe('');
    expect(await drops()).toEqual({ gate_failed: 1 });
  });

  it('the newest connection of a device wins', async () => {
    const { links, connect: dial, drops } = await open();
    const older = await dial();
    older.send(login);
    await older.hears('#AL#1\r\n');
    const newer = await dial();
    newer.send(login);
    await newer.hears('#AL#1\r\n');
    await older.isClosed();
    expect(await drops()).toEqual({ replaced: 1 });
    expect(links.size).toBe(1);
    newer.send(data(1));
    await newer.hears('#AL#1\r\n#AD#1\r\n');
  });
});

describe('who wastes our time', () => {
  it('a slow login is cut off, byte by byte or silent', async () => {
    const { connect: dial, drops } = await open({ handshakeMs: 120 });
    const silent = await dial();
    const slow = await dial();
    const drip = setInterval(() => slow.send('a'), 20);
    await Promise.all([silent.isClosed(), slow.isClosed()]).finally(() => clearInterval(drip));
    expect(await drops()).toEqual({ handshake_timeout: 2 });
  });

  it('bytes that never become a frame do not keep a connection open', async () => {
    const { connect: dial, drops, links } = await open({ idleMs: 150 });
    const peer = await dial();
    peer.send(login);
    await until(() => links.size === 1);
    const drip = setInterval(() => peer.send('a'), 20);
    await peer.isClosed().finally(() => clearInterval(drip));
    expect(await drops()).toEqual({ idle: 1 });
    await until(() => links.size === 0);
  });

  it('some noise is forgiven, more is not', async () => {
    const { connect: dial, drops } = await open();
    const peer = await dial();
    peer.send(login);
    for (let i = 0; i < 3; i++) peer.send('noise\r\n'.repeat(9)).send(data(i));
    await peer.hears(`#AL#1\r\n${'#AD#1\r\n'.repeat(3)}`);
    peer.send('noise\r\n'.repeat(11));
    await peer.isClosed();
    const stranger = await dial();
    stranger.send('GET / HTTP/1.1\r\nHost: x\r\nAccept: */*\r\n\r\n');
    await stranger.isClosed();
    expect(await drops()).toEqual({ garbage: 2 });
  });

  it('a line without end is cut off', async () => {
    const { connect: dial, drops } = await open();
    const peer = await dial();
    peer.send('a'.repeat(2000));
    await peer.isClosed();
    expect(await drops()).toEqual({ too_long: 1 });
  });

  it('more connections than allowed are turned away', async () => {
    const { listener, connect: dial, drops } = await open({ connections: 3, connectionsPerAddress: 2 });
    await Promise.all([dial(), dial()]);
    const third = await dial();
    await third.isClosed();
    expect(listener.size).toBe(2);
    expect(await drops()).toEqual({ max_per_address: 1 });
  });

  it('who does not fetch its answers is dropped', async () => {
    const { listener, drops } = await open({ unreadAnswerBytes: 1000 });
    const socket = connect({ port: listener.port!, host: '127.0.0.1' });
    socket.on('error', () => undefined);
    socket.pause();
    socket.write(login);
    const flood = setInterval(() => socket.write('#P#\r\n'.repeat(50_000)), 5);
    await until(() => listener.size === 1);
    await until(() => listener.size === 0, 15_000).finally(() => clearInterval(flood));
    expect(await drops()).toEqual({ slow_reader: 1 });
    socket.destroy();
  });
});
