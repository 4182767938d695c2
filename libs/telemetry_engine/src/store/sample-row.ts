import type { Sample } from '../sample';

/** The vehicle a sample belongs to, as the store knows it. */
export interface RoutedVehicle {
  vehicle_id: string;
  vehicle_no: number;
  account_id: string;
  account_no: number;
  park_id: string | null;
}

/** One sample ready for the table. */
export interface SampleRow {
  vehicle: RoutedVehicle;
  sample: Sample;
  received_ms: number;
  /** Bits of `marks`. */
  marks: number;
  /** Not newer than all this vehicle sent before, so it may be stored already. */
  late: boolean;
}

export const flagBits = { ignition_said: 1, ignition_on: 2, valid_said: 4, valid: 8 } as const;

export function flagsOf({ sample, marks }: SampleRow): number {
  const ignition = sample.ignition === undefined ? 0 : sample.ignition ? 3 : 1;
  const valid = sample.valid === undefined ? 0 : sample.valid ? 12 : 4;
  return marks | ignition | valid;
}
