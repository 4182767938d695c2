import { createSocket, type Socket } from 'node:dgram';
import { ipsEncode, type Sample } from '@fleet/telemetry_engine/play';
import type { Counts } from './counts';
import { Lost, Refused, type Link } from './link';
import type { Address } from './tcp-link';

const answerWithinMs = 5_000;

/** Wialon IPS 2.0 by datagrams: each names its device, each is answered, and one that is not was lost. No commands this way. */
export class UdpLink implements Link {
  readonly batchMax = 5;
  private socket: Socket | undefined;
  private gone = false;
  private pending: { begunMs: number; samples: number; timer: NodeJS.Timeout; resolve(): void; reject(error: Error): void } | undefined;

  constructor(
    private readonly address: Address,
    private readonly deviceId: string,
    private readonly counts: Counts,
  ) {}

  deliver(samples: readonly Sample[]): Promise<void> {
    const [first] = samples;
    const message = samples.length === 1 && first ? ipsEncode.data('2.0', first) : ipsEncode.blackBox('2.0', samples);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.fail(new Lost('no answer')), answerWithinMs);
      this.pending = { begunMs: performance.now(), samples: samples.length, timer, resolve, reject };
      if (!this.gone) this.send(ipsEncode.datagram('2.0', this.deviceId, message));
    });
  }

  cut(): void {
    this.fail(new Lost('cut'));
  }

  away(gone: boolean): void {
    this.gone = gone;
  }

  babble(): void {
    this.counts.garbage += 1;
    this.send(Buffer.from('garbage'));
  }

  close(): void {
    this.gone = true;
    this.fail(new Lost('closed'));
    this.socket?.close();
    this.socket = undefined;
  }

  private send(bytes: Buffer): void {
    this.socket ??= createSocket('udp4')
      .on('message', (answer) => this.hear(answer.toString('latin1')))
      .on('error', () => undefined);
    this.socket.send(bytes, this.address.port, this.address.host, () => undefined);
  }

  private hear(answer: string): void {
    const [, type, code] = /^#A(D|B)#(\S*)/.exec(answer) ?? [];
    const { pending } = this;
    if (!pending || type === undefined) return;
    const taken = type === 'B' ? Number(code) : code === '1' ? pending.samples : 0;
    if (taken < pending.samples) return this.fail(new Refused(`answer ${code}`));
    this.pending = undefined;
    clearTimeout(pending.timer);
    this.counts.took(performance.now() - pending.begunMs, pending.samples);
    pending.resolve();
  }

  private fail(error: Error): void {
    const { pending } = this;
    this.pending = undefined;
    if (!pending) return;
    clearTimeout(pending.timer);
    pending.reject(error);
  }
}
