import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { readDatagram, type IpsDatagram } from '../protocols/wialon_ips/datagram';
import type { IpsOptions } from '../protocols/wialon_ips/frames';
import { ipsWork } from './ips-session';
import type { Work } from './session';
import type { Wiring } from './wiring';

const protocol = 'wialon_ips';

/**
 * Wialon IPS over UDP. A datagram names its device and carries no password, so a device that has one is refused; who is
 * unknown gets no answer at all, for its address may be forged. Nothing is sent to a device but answers.
 */
export class UdpListener {
  private socket: Socket | undefined;
  private readonly underWay = new Set<Promise<void>>();

  constructor(
    private readonly wiring: Wiring,
    private readonly options: Partial<IpsOptions> = {},
    private readonly maxUnderWay = 2_000,
  ) {}

  get port(): number | undefined {
    return this.socket?.address().port;
  }

  async listen(port: number, host?: string): Promise<void> {
    const socket = createSocket({ type: host?.includes(':') ? 'udp6' : 'udp4', recvBufferSize: 1_048_576 });
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.bind({ port, address: host }, () => {
        socket.off('error', reject);
        socket.on('error', (error) => this.wiring.log.error({ err: error }, 'UDP listener'));
        resolve();
      });
    });
    this.socket = socket;
    socket.on('message', (datagram, from) => this.hear(datagram, from));
  }

  /** Answers what is under way, then closes. */
  async stop(): Promise<void> {
    const { socket } = this;
    if (!socket) return;
    socket.removeAllListeners('message');
    await Promise.all(this.underWay);
    this.socket = undefined;
    await new Promise<void>((resolve) => socket.close(() => resolve()));
  }

  private hear(datagram: Buffer, from: RemoteInfo): void {
    const { metrics, clock } = this.wiring;
    if (this.underWay.size >= this.maxUnderWay) return metrics.droppedDatagram('overload');
    const nowMs = clock.now().getTime();
    const read = readDatagram(datagram, nowMs, this.options);
    if ('ok' in read) {
      metrics.fault(protocol, read.reason);
      return metrics.droppedDatagram('unreadable');
    }
    const handled = this.handle(read, nowMs, from)
      .catch((error: Error) => {
        this.wiring.log.debug({ err: error }, 'a datagram was not stored, the device will repeat it');
        metrics.droppedDatagram('not_stored');
      })
      .finally(() => this.underWay.delete(handled));
    this.underWay.add(handled);
  }

  private async handle({ deviceId, messages }: IpsDatagram, nowMs: number, from: RemoteInfo): Promise<void> {
    const device = await this.wiring.admitById(deviceId, protocol);
    if (!device) return this.wiring.metrics.droppedDatagram('unknown_device');
    const works: Work[] = [];
    for (const message of messages) ipsWork(message, nowMs, works);
    for (const work of works) {
      if (work.do === 'store') {
        await this.wiring.submit(protocol, device, work.samples);
        await this.answer(work.answer, from);
      } else if (work.do === 'reply') await this.answer(work.bytes, from);
      else if (work.do === 'fault') {
        this.wiring.metrics.fault(protocol, work.reason);
        if (work.reply && !work.secret) await this.answer(work.reply, from);
      }
    }
  }

  /** Resolves when it has left. An answer that cannot be sent is one that got lost: the device repeats. */
  private answer(bytes: Buffer, { port, address }: RemoteInfo): Promise<void> {
    return new Promise((resolve) => (this.socket ? this.socket.send(bytes, port, address, () => resolve()) : resolve()));
  }
}
