import { Logger } from '@nestjs/common';
import { connect, type Socket } from 'node:net';
import { Clock } from '@fleet/platform/clock';
import { Metrics } from '@fleet/platform/observability';
import { DeviceLinks } from '../../libs/telemetry_engine/src/listen/device-links';
import { ListenMetrics } from '../../libs/telemetry_engine/src/listen/listen-metrics';
import type { ListenLimits } from '../../libs/telemetry_engine/src/listen/limits';
import { WrongPassword, type FaultSink, type Protocol } from '../../libs/telemetry_engine/src/listen/session';
import { TcpListener } from '../../libs/telemetry_engine/src/listen/tcp-listener';
import { Wiring } from '../../libs/telemetry_engine/src/listen/wiring';
import type { DeviceGate, DeviceSample, KnownDevice, Outcome, SampleSink, Submitter } from '../../libs/telemetry_engine/src/sample';

interface Held {
  samples: readonly DeviceSample[];
  release(outcomes?: Outcome[]): void;
  refuse(): void;
}

/** A sink that remembers (device, time) like the table does, and that a test can slow down, hold or break. */
export class FakeSink implements SampleSink {
  readonly submitted: { by: Submitter; samples: readonly DeviceSample[]; raw: readonly (Buffer | undefined)[] | undefined }[] = [];
  readonly stored = new Map<string, DeviceSample>();
  readonly held: Held[] = [];
  failing = false;
  holding = false;
  delayMs = 0;
  waiting = 0;
  mostWaiting = 0;

  async submit(by: Submitter, samples: readonly DeviceSample[], raw?: readonly (Buffer | undefined)[]): Promise<Outcome[]> {
    this.submitted.push({ by, samples, raw });
    this.waiting += samples.length;
    this.mostWaiting = Math.max(this.mostWaiting, this.waiting);
    try {
      if (this.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, this.delayMs));
      if (this.holding) await new Promise<void>((resolve, reject) => this.held.push({ samples, release: () => resolve(), refuse: () => reject(new Error('the database is away')) }));
      if (this.failing) throw new Error('the database is away');
      return samples.map((one) => this.store(one));
    } finally {
      this.waiting -= samples.length;
    }
  }

  private store(one: DeviceSample): Outcome {
    const key = `${one.device_id} ${one.sample.at_ms}`;
    if (this.stored.has(key)) return { kind: 'duplicate' };
    this.stored.set(key, one);
    return { kind: 'stored' };
  }
}

/** Lets in every device whose id does not begin with `unknown`; those named in `passwords` only with theirs. */
export class FakeGate implements DeviceGate {
  readonly passwords = new Map<string, string>();
  failing = false;
  delayMs = 0;

  async admit(deviceId: string, password: string | undefined, protocol: string): Promise<KnownDevice | undefined> {
    if (this.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, this.delayMs));
    if (this.failing) throw new Error('the database is away');
    if (deviceId.startsWith('unknown')) return undefined;
    const wanted = this.passwords.get(deviceId);
    if (wanted !== undefined && wanted !== password) throw new WrongPassword();
    return { device_id: deviceId, account_id: 'account', protocol };
  }
}

export interface Bench {
  sink: FakeSink;
  gate: FakeGate;
  links: DeviceLinks;
  wiring: Wiring;
  listener: TcpListener;
  drops(): Promise<Record<string, number>>;
  connect(): Promise<Peer>;
  stop(): Promise<void>;
}

/** A listener on loopback with everything behind it replaced. */
export async function bench(protocol: Protocol, limits: Partial<ListenLimits> = {}, faultSink?: FaultSink): Promise<Bench> {
  const { sink, gate, links, wiring, drops } = unplugged(faultSink);
  const listener = new TcpListener(protocol, wiring, { sweepMs: 20, notStoredMs: 60, ...limits });
  await listener.listen(0, '127.0.0.1');
  const peers: Peer[] = [];
  const dial = async (): Promise<Peer> => {
    const peer = await Peer.connect(listener.port as number);
    peers.push(peer);
    return peer;
  };
  const stop = async (): Promise<void> => {
    for (const peer of peers) peer.socket.destroy();
    for (const one of sink.held) one.refuse();
    await listener.stop();
  };
  return { sink, gate, links, wiring, listener, drops, connect: dial, stop };
}

export function unplugged(faultSink?: FaultSink) {
  const metrics = new Metrics();
  const clock = new Clock();
  const sink = new FakeSink();
  const gate = new FakeGate();
  const links = new DeviceLinks(clock);
  const log = new Logger('listeners');
  Object.assign(log, { warn: () => undefined, debug: () => undefined, log: () => undefined });
  const wiring = new Wiring(sink, gate, links, new ListenMetrics(metrics), clock, log, faultSink);
  const read = async (name: string, label: string): Promise<Record<string, number>> => {
    const { values } = (await metrics.registry.getSingleMetric(name)?.get()) ?? { values: [] };
    return Object.fromEntries(values.map(({ labels, value }) => [String((labels as Record<string, unknown>)[label]), value]));
  };
  return { sink, gate, links, wiring, metrics, read, drops: () => read('fleet_telemetry_engine_dropped_connections_total', 'reason') };
}

/** The device's end of a socket. */
export class Peer {
  received = Buffer.alloc(0);
  closed = false;

  private constructor(readonly socket: Socket) {
    socket.on('data', (chunk: Buffer) => (this.received = Buffer.concat([this.received, chunk])));
    socket.on('close', () => (this.closed = true));
    socket.on('error', () => undefined);
  }

  static connect(port: number): Promise<Peer> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: false });
      const peer = new Peer(socket);
      socket.once('connect', () => resolve(peer));
      socket.once('error', reject);
    });
  }

  send(bytes: Buffer | string): this {
    this.socket.write(bytes);
    return this;
  }

  get text(): string {
    return this.received.toString('latin1');
  }

  /** Waits until everything heard so far is what is expected. */
  async hears(expected: string, withinMs = 6000): Promise<void> {
    await until(() => this.text.length >= expected.length, withinMs).catch(() => undefined);
    expect(this.text).toBe(expected);
  }

  async isClosed(withinMs = 6000): Promise<void> {
    await until(() => this.closed, withinMs);
  }
}

export async function until(condition: () => boolean, withinMs = 6000): Promise<void> {
  const end = Date.now() + withinMs;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`not within ${withinMs} ms: ${condition.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
