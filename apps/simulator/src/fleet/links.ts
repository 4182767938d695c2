import type { Dice } from '@fleet/platform/random';
import type { PlayedDevice, PlayedFleet } from '@fleet/telemetry_engine/play';
import type { Counts } from '../devices/counts';
import { HttpGateway, type Credentials } from '../devices/http-gateway';
import { ipsDialect } from '../devices/ips';
import type { Link, OnCommand } from '../devices/link';
import { retranslatorDialect } from '../devices/retranslator';
import { TcpLink, type Address } from '../devices/tcp-link';
import { teltonikaDialect } from '../devices/teltonika';
import { UdpLink } from '../devices/udp-link';

/** Where the server listens. */
export interface Targets {
  host: string;
  ips: number;
  retranslator: number;
  teltonika: number;
  /** Of its API, for devices that upload by HTTP. */
  url?: string;
  credentials?: Credentials;
  /** Last number of the first loopback address to connect from. */
  firstAddress?: number;
}

const unitsPerRetranslator = 50;
const unitsPerGateway = 500;
/** A server takes so many connections from one address, and a port range has no more. */
const connectionsPerAddress = 4_000;

/** Opens the links of a fleet. Retranslators and gateways are shared by many devices, as in life. */
export class Links {
  private readonly own: Link[] = [];
  private readonly retranslators: TcpLink[] = [];
  private readonly gateways: HttpGateway[] = [];
  private retranslated = 0;
  private uploaded = 0;

  constructor(
    private readonly targets: Targets,
    private readonly counts: Counts,
    private readonly fleet: PlayedFleet,
  ) {}

  open(device: PlayedDevice, n: number, dice: Dice, onCommand: OnCommand): Link {
    const link = this.link(device, n, dice, onCommand);
    this.own.push(link);
    return link;
  }

  close(): void {
    for (const link of this.own) link.close();
  }

  private link({ device_id, way, password }: PlayedDevice, n: number, dice: Dice, onCommand: OnCommand): Link {
    const { counts, targets } = this;
    switch (way) {
      case 'ips_1.1':
      case 'ips_2.0':
        return new TcpLink(this.at(targets.ips, n), () => ipsDialect(way === 'ips_1.1' ? '1.1' : '2.0', device_id, password), counts, dice, onCommand).of(device_id);
      case 'teltonika':
        return new TcpLink(this.at(targets.teltonika, n), () => teltonikaDialect(device_id), counts, dice, onCommand).of(device_id);
      case 'ips_udp':
        return new UdpLink(this.at(targets.ips, n), device_id, counts);
      case 'retranslator':
        if (this.retranslated++ % unitsPerRetranslator === 0) this.retranslators.push(new TcpLink(this.at(targets.retranslator, n), retranslatorDialect, counts, dice));
        return (this.retranslators.at(-1) as TcpLink).of(device_id, true);
      case 'http':
        if (this.uploaded++ % unitsPerGateway === 0) this.gateways.push(this.gateway());
        return (this.gateways.at(-1) as HttpGateway).of(device_id);
    }
  }

  private gateway(): HttpGateway {
    const { url, credentials = this.fleet.ingest_key } = this.targets;
    if (!url || !credentials) throw new Error('Devices that upload by HTTP need the address of the API and a token or an ingest key.');
    return new HttpGateway(url, credentials, this.counts);
  }

  private at(port: number, n: number): Address {
    const { host, firstAddress = 1 } = this.targets;
    return { host, port, ...(host.startsWith('127.') ? { localAddress: `127.0.0.${firstAddress + Math.floor(n / connectionsPerAddress)}` } : {}) };
  }
}
