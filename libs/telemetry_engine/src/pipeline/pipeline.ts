import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { Clock } from '@fleet/platform/clock';
import { Lag, Metrics } from '@fleet/platform/observability';
import { DeviceContacts } from '../devices/device-contacts';
import { RoutingTable, type Wanted } from '../devices/routing';
import type { DeviceSample, Outcome, Sample, SampleSink, Submitter } from '../sample';
import { DuplicateTally } from '../store/duplicate-tally';
import { LastPositions } from '../store/last-positions';
import type { Quarantined } from '../store/quarantine-store';
import { SampleStore } from '../store/sample-store';
import type { RoutedVehicle, SampleRow } from '../store/sample-row';
import { Batcher, busy, type Submission } from './batcher';
import type { QuarantineReason } from './reasons';
import { judge } from './steps';
import { Trails } from './trails';

/** A sample of a device, or of a vehicle that the sender knows by its id. */
export interface Incoming extends Wanted {
  sample: Sample;
}

export interface Sender {
  accountId: string;
  /** Parks the sender is limited to. */
  parkIds: readonly string[] | null;
}

type BytesOf = (index: number) => Buffer | undefined;

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
    return this.take({ accountId: by.accountId, parkIds: null }, samples, (i) => raw?.[i]);
  }

  async take(by: Sender, incoming: readonly Incoming[], bytesOf: BytesOf): Promise<Outcome[]> {
    if (incoming.length === 0) return [];
    if (!this.batcher.hasRoom) throw busy();
    await this.routing.prepare(by.accountId, incoming);
    const vehicles = incoming.map((item) => this.routing.find(by.accountId, item));
    await this.trails.prepare(vehicles);
    return this.batcher.add(this.judgeAll(by, incoming, vehicles, bytesOf));
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.batcher.drained();
  }

  private judgeAll(by: Sender, incoming: readonly Incoming[], vehicles: readonly (RoutedVehicle | QuarantineReason)[], bytesOf: BytesOf): Submission {
    const now = this.clock.now().getTime();
    const submission: Submission = { rows: [], slots: [], quarantined: [], outcomes: new Array<Outcome>(incoming.length) };
    const setAside = (i: number, reason: QuarantineReason, vehicle?: RoutedVehicle): void => {
      const { device_id, vehicle_id, sample } = incoming[i] as Incoming;
      submission.quarantined.push({ account_id: by.accountId, device_id, vehicle_id: vehicle?.vehicle_id ?? vehicle_id, received_ms: now, reason, sample, raw: bytesOf(i) });
      submission.outcomes[i] = { kind: 'quarantined', reason };
      if (device_id !== undefined) this.contacts.rejected(by.accountId, device_id, now, reason);
      this.counted.inc({ outcome: reason });
    };
    for (let i = 0; i < incoming.length; i += 1) {
      const { sample, device_id } = incoming[i] as Incoming;
      const vehicle = vehicles[i] as RoutedVehicle | QuarantineReason;
      if (device_id !== undefined) this.contacts.heard(by.accountId, device_id, now);
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
        submission.rows.push({ vehicle, sample: verdict.sample, received_ms: now, marks: verdict.marks, late: !trail.advance(verdict.sample.at_ms) });
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

export type { Quarantined };
