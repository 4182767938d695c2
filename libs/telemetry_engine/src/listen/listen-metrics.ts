import { Injectable } from '@nestjs/common';
import { Metrics } from '@fleet/platform/observability';
import type { DropReason } from './session';

type SocketOutcome = 'stored' | 'duplicate' | 'quarantined' | 'not_stored' | 'unknown_device';

/** Figures of everything that listens. Labels come from fixed sets, never from what a peer sent. */
@Injectable()
export class ListenMetrics {
  private readonly dropped;
  private readonly open;
  private readonly faults;
  private readonly samples;
  private readonly datagrams;
  /** Counted here for each sample, and told when somebody asks: labels are costly. */
  private pending = new Map<string, Record<SocketOutcome, number>>();

  constructor(metrics: Metrics) {
    this.dropped = metrics.counter('fleet_telemetry_engine_dropped_connections_total', 'Device connections ended by the server.', ['reason']);
    this.open = metrics.gauge('fleet_telemetry_engine_connections', 'Open device connections.', ['protocol']);
    this.faults = metrics.counter('fleet_telemetry_engine_unreadable_frames_total', 'Frames that could not be read.', ['protocol', 'reason']);
    this.samples = metrics.counter('fleet_telemetry_engine_socket_samples_total', 'Samples from sockets, by what became of them.', ['protocol', 'outcome']);
    Object.assign(this.samples, { collect: () => this.tell() });
    this.datagrams = metrics.counter('fleet_telemetry_engine_dropped_datagrams_total', 'Datagrams not answered.', ['reason']);
  }

  drop(reason: DropReason): void {
    this.dropped.inc({ reason });
  }

  connections(protocol: string, change: 1 | -1): void {
    this.open.inc({ protocol }, change);
  }

  fault(protocol: string, reason: string): void {
    this.faults.inc({ protocol, reason });
  }

  sample(protocol: string, outcome: SocketOutcome, count = 1): void {
    let counts = this.pending.get(protocol);
    if (!counts) this.pending.set(protocol, (counts = { stored: 0, duplicate: 0, quarantined: 0, not_stored: 0, unknown_device: 0 }));
    counts[outcome] += count;
  }

  private tell(): void {
    const counted = this.pending;
    this.pending = new Map();
    for (const [protocol, counts] of counted) {
      for (const [outcome, count] of Object.entries(counts)) if (count > 0) this.samples.inc({ protocol, outcome }, count);
    }
  }

  droppedDatagram(reason: 'unreadable' | 'unknown_device' | 'not_stored' | 'overload'): void {
    this.datagrams.inc({ reason });
  }
}
