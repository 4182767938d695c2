import { Injectable } from '@nestjs/common';
import { Clock } from '@fleet/platform/clock';
import { Db, statement } from '@fleet/platform/database';
import { ipsProtocol } from '../listen/ips-session';
import { retranslatorProtocol } from '../listen/retranslator-session';
import type { FaultSink, Protocol } from '../listen/session';
import { teltonikaProtocol } from '../listen/teltonika-session';
import type { KnownDevice, Sample } from '../sample';

const insert = statement<object>(`
  insert into telemetry_engine.quarantine (account_id, device_id, protocol, received_at, reason, fault, sample, raw)
  values ($1, $2, $3, $4, 'unreadable', $5, '{}', $6) on conflict do nothing`);

const protocols: Readonly<Record<string, Protocol>> = Object.fromEntries([ipsProtocol(), teltonikaProtocol, retranslatorProtocol].map((p) => [p.name, p]));

/** Keeps what no decoder could read, so that nothing is lost when a decoder learns it. */
@Injectable()
export class UnreadableBytes implements FaultSink {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
  ) {}

  async keep(device: KnownDevice, protocol: string, fault: string, raw: Buffer): Promise<void> {
    await this.db.system('telemetry_engine.unreadable', (tx) => tx.sql(insert, [device.account_id, device.device_id, protocol, this.clock.now(), fault, raw]));
  }
}

/** The samples in bytes that were kept, as today's decoders read them; none when they still cannot. */
export function readAgain(protocol: string, raw: Buffer, receivedMs: number): Sample[] {
  const works = protocols[protocol]?.open().read(raw, receivedMs) ?? [];
  if (works.some((work) => work.do === 'fault')) return [];
  return works.flatMap((work) => (work.do === 'store' ? work.samples.map(({ sample }) => sample) : []));
}
