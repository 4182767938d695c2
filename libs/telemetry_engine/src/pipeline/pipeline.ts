import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { Clock } from '@fleet/platform/clock';
import { Lag, Metrics } from '@fleet/platform/observability';
import { DeviceContacts } from '../devices/device-contacts';
import { RoutingTable, type Wanted } from '../devices/routing';
import type { DeviceSample, Outcome, Sample, SampleSink, Submitter } from '../sample';
import { DuplicateTally } from '../store/duplicate-tally';
import { LastPositions } from '../store/last-positions';
import { SampleStore } from '../store/sample-store';
import type { RoutedVehicle, SampleRow } from '../store/sample-row';
import { Batcher, busy, type Submission } from './batcher';
import type { QuarantineReason } from './reasons';
import { judge } from './steps';
import { Trails } from './trails';

/** A sample of a device, or of a vehicle that the sender knows by its id. */
export interface Incoming extends Wanted {
  sample: Sample;
  /** When it first came, for one that comes again from the quarantine. */
  received_ms?: number;
}

export interface Sender {
  accountId: string;
  /** Parks the sender is limited to. */
  parkIds: readonly string[] | null;
}

export interface Handling {
  /** The bytes of an item as they came, kept if it is set aside. */
  bytesOf?: (index: number) => Buffer | undefined;
  /** What comes from the quarantine is not set aside a second time. */
  fromQuarantine?: true;
}

/** The one way in: find the vehicle, judge, queue, write, and only then answer. */
@Injectable()
export class Pipeline implements SampleSink, BeforeApplicationShutdown {
  private readonly batcher: Batcher;
  private readonly counted;

  constructor(
    private readonly clock: Clock,
    private readonly routing: RoutingTable,
    private readonly trails: Trails,
    private readonly contacts: DeviceContacts,
    private readonly lastPositions: LastPositions,
    private readonly duplicates: DuplicateTally,
    store: SampleStore,
    lag: Lag,
    metrics: Metrics,
  ) {
    this.batcher = new Batcher({
      write: (rows, quarantined) => store.write(rows, quarantined),
      stored: (rows, isNew) => this.stored(rows, isNew),
      now: () => performance.now(),
    });
    lag.add('telemetry_engine.queue', () => this.batcher.lagMs);
    this.counted = metrics.counter('fleet_telemetry_samples_total', 'Samples by what became of them.', ['outcome']);
    const queued = metrics.gauge('fleet_telemetry_queue_samples', 'Samples waiting to be written.');
    Object.assign(queued, { collect: () => queued.set(this.batcher.queued) });
  }

  submit(by: Submitter, samples: readonly DeviceSample[], raw?: readonly (Buffer | undefined)[]): Promise<Outcome[]> {
    return this.take({ accountId: by.accountId, parkIds: null }, samples, { bytesOf: (i) => raw?.[i] });
  }

  async take(by: Sender, incoming: readonly Incoming[], handling: Handling = {}): Promise<Outcome[]> {
    if (incoming.length === 0) return [];
    if (!this.batcher.hasRoom) throw busy();
    await this.routing.prepare(by.accountId, incoming);
    const vehicles = incoming.map((item) => this.routing.find(by.accountId, item));
    await this.trails.prepare(vehicles);
    return this.batcher.add(this.judgeAll(by, incoming, vehicles, handling));
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.batcher.drained();
  }

  private judgeAll(by: Sender, incoming: readonly Incoming[], vehicles: readonly (RoutedVehicle | QuarantineReason)[], handling: Handling): Submission {
    const now = this.clock.now().getTime();
    const submission: Submission = { rows: [], slots: [], quarantined: [], outcomes: new Array<Outcome>(incoming.length) };
    const setAside = (i: number, reason: QuarantineReason, vehicle?: RoutedVehicle): void => {
      const { device_id, vehicle_id, sample } = incoming[i] as Incoming;
      submission.outcomes[i] = { kind: 'quarantined', reason };
      if (handling.fromQuarantine) return;
      submission.quarantined.push({ account_id: by.accountId, device_id, vehicle_id: vehicle?.vehicle_id ?? vehicle_id, received_ms: now, reason, sample, raw: handling.bytesOf?.(i) });
      if (device_id !== undefined) this.contacts.rejected(by.accountId, device_id, now, reason);
      this.counted.inc({ outcome: reason });
    };
    for (let i = 0; i < incoming.length; i += 1) {
      const { sample, device_id, received_ms = now } = incoming[i] as Incoming;
      const vehicle = vehicles[i] as RoutedVehicle | QuarantineReason;
      if (device_id !== undefined && !handling.fromQuarantine) this.contacts.heard(by.accountId, device_id, now);
      if (typeof vehicle === 'string') {
        // A time that cannot be explains more than a binding that was not found for it.
        const verdict = vehicle === 'no_vehicle' ? judge(sample, { now_ms: now, trail: this.trails.none() }) : undefined;
        setAside(i, verdict && 'quarantine' in verdict ? verdict.quarantine : vehicle);
      } else if (by.parkIds && !by.parkIds.includes(vehicle.park_id ?? '')) {
        setAside(i, 'no_vehicle');
      } else {
        const trail = this.trails.of(vehicle.vehicle_no);
        const verdict = judge(sample, { now_ms: now, trail });
        if ('quarantine' in verdict) {
          setAside(i, verdict.quarantine, vehicle);
          continue;
        }
        submission.rows.push({ vehicle, sample: verdict.sample, received_ms, marks: verdict.marks, late: !trail.advance(verdict.sample.at_ms) });
        submission.slots.push(i);
      }
    }
    return submission;
  }

  private stored(rows: readonly SampleRow[], isNew: readonly boolean[]): void {
    let fresh = 0;
    for (let i = 0; i < rows.length; i += 1) {
      if (!isNew[i]) continue;
      fresh += 1;
      this.lastPositions.offer(rows[i] as SampleRow);
    }
    this.counted.inc({ outcome: 'stored' }, fresh);
    if (fresh === rows.length) return;
    this.counted.inc({ outcome: 'duplicate' }, rows.length - fresh);
    this.duplicates.add(rows.filter((_, i) => !isNew[i]));
  }
}
