import type { Logger } from '@nestjs/common';
import type { Clock } from '@fleet/platform/clock';
import type { DeviceGate, KnownDevice, SampleSink } from '../sample';
import type { DeviceLinks } from './device-links';
import type { ListenMetrics } from './listen-metrics';
import { WrongPassword, type FaultSink, type HeardSample } from './session';

/** What every listener is connected to. */
export class Wiring {
  constructor(
    readonly sink: SampleSink,
    readonly gate: DeviceGate,
    readonly links: DeviceLinks,
    readonly metrics: ListenMetrics,
    readonly clock: Clock,
    readonly log: Logger,
    readonly faultSink?: FaultSink,
  ) {}

  /** Resolves when all samples are safe. Those of devices nobody registered are counted and forgotten: they are not ours to keep. */
  async submit(protocol: string, device: KnownDevice | undefined, heard: readonly HeardSample[]): Promise<void> {
    try {
      if (device) await this.hand(protocol, device, heard);
      else for (const one of heard) await this.introduce(protocol, one);
    } catch (error) {
      this.metrics.sample(protocol, 'not_stored', heard.length);
      throw error;
    }
  }

  /** For protocols that carry no password: a device that has one is not let in by its id alone. */
  async admitById(deviceId: string, protocol: string): Promise<KnownDevice | undefined> {
    try {
      return await this.gate.admit(deviceId, undefined, protocol);
    } catch (error) {
      if (error instanceof WrongPassword) return undefined;
      throw error;
    }
  }

  private async introduce(protocol: string, one: HeardSample): Promise<void> {
    const device = one.deviceId === undefined ? undefined : await this.admitById(one.deviceId, protocol);
    if (device) await this.hand(protocol, device, [one]);
    else this.metrics.sample(protocol, 'unknown_device');
  }

  private async hand(protocol: string, device: KnownDevice, heard: readonly HeardSample[]): Promise<void> {
    const { device_id, account_id: accountId } = device;
    const outcomes = await this.sink.submit({ accountId }, heard.map(({ sample }) => ({ device_id, sample })), heard.map(({ raw }) => raw));
    for (const outcome of outcomes) this.metrics.sample(protocol, outcome.kind);
  }
}
