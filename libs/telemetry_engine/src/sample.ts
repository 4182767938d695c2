/**
 * One report of one vehicle, as every protocol delivers it. Units stand in the names; undefined means "not said".
 * `at_ms` is the device's own time: with the vehicle it is the identity of the sample.
 */
export interface Sample {
  at_ms: number;
  lat?: number;
  lon?: number;
  speed_kmh?: number;
  heading_deg?: number;
  altitude_m?: number;
  satellites?: number;
  /** False when the device itself doubts its fix. */
  valid?: boolean;
  ignition?: boolean;
  fuel_rate_lph?: number;
  fuel_level_l?: number;
  fuel_level_pct?: number;
  odometer_km?: number;
  engine_hours?: number;
  rpm?: number;
  engine_load_pct?: number;
  coolant_c?: number;
  voltage_v?: number;
  /** Trouble codes like P0420. */
  dtcs?: string[];
  driver_key?: string;
  /** Outputs as a bit mask: bit 0 is output 1. A relay shows here. */
  outputs?: number;
  inputs?: number;
  /** Everything else the device said, bounded by the validator. */
  extras?: Record<string, string | number | boolean>;
}

/** A sample with the device that sent it; the pipeline finds the vehicle by its binding at that time. */
export interface DeviceSample {
  device_id: string;
  sample: Sample;
}

/** What became of one submitted sample. `stored` and `duplicate` may be acknowledged, `quarantined` too: its bytes are kept. */
export type Outcome = { kind: 'stored' } | { kind: 'duplicate' } | { kind: 'quarantined'; reason: string };

/** Who submits: decides the account a device is looked up in. Devices on sockets are known by their registered id alone. */
export interface Submitter {
  accountId: string;
}

/**
 * The one way in for every listener and route. Resolves after COMMIT, in the order given; rejects when nothing was
 * stored (database away, queue full): then nothing may be acknowledged, and the sender repeats.
 */
export interface SampleSink {
  submit(by: Submitter, samples: readonly DeviceSample[], raw?: readonly (Buffer | undefined)[]): Promise<Outcome[]>;
}

export const SAMPLE_SINK = Symbol('SAMPLE_SINK');

/** A device allowed to talk to us, as the listeners need it. */
export interface KnownDevice {
  device_id: string;
  account_id: string;
  protocol: string;
}

/** Checks identity and password of a connecting device. */
export interface DeviceGate {
  admit(deviceId: string, password: string | undefined, protocol: string): Promise<KnownDevice | undefined>;
}

export const DEVICE_GATE = Symbol('DEVICE_GATE');
