import { Injectable } from '@nestjs/common';
import { DeviceLinks } from '@fleet/telemetry_engine';
import { LinkBus } from '../execute/link-bus';
import type { Order } from '../immobilize/command';
import type { MethodName } from '../rules/words';
import { OverLink } from './links';
import type { RelayMethod } from './method';
import { Tracksolid } from './tracksolid/tracksolid.method';
import { VialonRelay } from './wialon/vialon-relay';

/** Every way to a relay, by its name. */
@Injectable()
export class RelayMethods {
  private readonly byName: Record<MethodName, RelayMethod>;

  constructor(links: DeviceLinks, bus: LinkBus, vialon_relay: VialonRelay, tracksolid: Tracksolid) {
    const teltonika_gprs = new OverLink('teltonika_gprs', 'teltonika_codec12', links, bus);
    const ips_text = new OverLink('ips_text', 'ips_text', links, bus);
    this.byName = { vialon_relay, teltonika_gprs, ips_text, tracksolid };
  }

  of(name: MethodName): RelayMethod {
    return this.byName[name];
  }

  /** Whether the device can hear us now; undefined where only the sending tells. */
  async connected(name: MethodName, target: Pick<Order, 'account_id' | 'device_id' | 'route'>): Promise<boolean | undefined> {
    const reach = await this.of(name).reach(target);
    return reach.at === 'nowhere' ? false : reach.at === 'here' && reach.unasked ? undefined : true;
  }
}
