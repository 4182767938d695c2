import { Inject, Injectable, Logger, Optional, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Clock } from '@fleet/platform/clock';
import { CONFIG, type Config } from '@fleet/platform/config';
import { DEVICE_GATE, SAMPLE_SINK, type DeviceGate, type SampleSink } from '../sample';
import { DeviceLinks } from './device-links';
import { ipsProtocol } from './ips-session';
import { ListenMetrics } from './listen-metrics';
import { retranslatorProtocol } from './retranslator-session';
import { FAULT_SINK, type FaultSink } from './session';
import { TcpListener } from './tcp-listener';
import { teltonikaProtocol } from './teltonika-session';
import { UdpListener } from './udp-listener';
import { Wiring } from './wiring';

type PortSetting = 'IPS_PORT' | 'RETRANSLATOR_PORT' | 'TELTONIKA_PORT';

interface Listener {
  listen(port: number): Promise<void>;
  stop(): Promise<void>;
  readonly port: number | undefined;
}

/** One error that names every port; the process may be started again once they are free. */
export class PortsNotOpened extends Error {
  constructor(faults: readonly string[]) {
    super(`Devices cannot connect. ${faults.join(' ')}`);
    this.name = 'PortsNotOpened';
  }
}

/** The ports of the devices. Open while the process has the role `ingest`. */
@Injectable()
export class Listeners implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly log = new Logger('listeners');
  private readonly all: { setting: PortSetting; what: string; listener: Listener }[];

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(SAMPLE_SINK) sink: SampleSink,
    @Inject(DEVICE_GATE) gate: DeviceGate,
    links: DeviceLinks,
    metrics: ListenMetrics,
    clock: Clock,
    @Optional() @Inject(FAULT_SINK) faultSink?: FaultSink,
  ) {
    const wiring = new Wiring(sink, gate, links, metrics, clock, this.log, faultSink);
    this.all = [
      { setting: 'IPS_PORT', what: 'Wialon IPS', listener: new TcpListener(ipsProtocol(), wiring) },
      { setting: 'IPS_PORT', what: 'Wialon IPS over UDP', listener: new UdpListener(wiring) },
      { setting: 'RETRANSLATOR_PORT', what: 'Wialon Retranslator', listener: new TcpListener(retranslatorProtocol, wiring) },
      { setting: 'TELTONIKA_PORT', what: 'Teltonika', listener: new TcpListener(teltonikaProtocol, wiring) },
    ];
  }

  /** The ports in use, for logs and tests; empty without the role. */
  get ports(): { ips?: number; ips_udp?: number; retranslator?: number; teltonika?: number } {
    const [ips, ips_udp, retranslator, teltonika] = this.all.map(({ listener }) => listener.port);
    return { ips, ips_udp, retranslator, teltonika };
  }

  async onApplicationBootstrap(): Promise<void> {
    if (!this.config.FLEET_ROLES.includes('ingest')) return;
    const faults: string[] = [];
    for (const { setting, what, listener } of this.all) {
      const port = this.config[setting];
      await listener.listen(port).catch((error: NodeJS.ErrnoException) => faults.push(`${setting}: port ${port} for ${what} ${portWords(error)}`));
    }
    if (faults.length > 0) {
      await this.stopAll();
      throw new PortsNotOpened(faults);
    }
    this.log.log(`devices may connect: ${this.all.map(({ what, listener }) => `${what} ${listener.port}`).join(', ')}`);
  }

  /** Before the database and the queues close: what devices sent is still stored and answered. */
  async onModuleDestroy(): Promise<void> {
    await this.stopAll();
  }

  private async stopAll(): Promise<void> {
    await Promise.all(this.all.map(({ listener }) => listener.stop()));
  }
}

function portWords(error: NodeJS.ErrnoException): string {
  if (error.code === 'EADDRINUSE') return 'is taken by another program. Stop it or choose another port.';
  if (error.code === 'EACCES') return 'needs rights this process does not have. Choose one above 1023.';
  return `cannot be opened: ${error.message}`;
}
