import { Column, Entity, PrimaryColumn, VersionColumn } from 'typeorm';
import type { FuelType } from '../rules/fuel';
import type { DistanceUnit, QuantityUnit } from '../rules/units';

export const paymentMethods = ['cash', 'card', 'fuel_card', 'mobile_money', 'account', 'other'] as const;
export type PaymentMethod = (typeof paymentMethods)[number];
export const states = ['recorded', 'held', 'voided'] as const;
export type FillUpState = (typeof states)[number];
export type FillUpSource = 'staff' | 'driver' | 'import' | 'legacy';

export interface LocationData {
  address?: string | undefined;
  coordinates?: { latitude: number; longitude: number } | undefined;
  google_place_id?: string | undefined;
  station_name?: string | undefined;
}

export interface Warning {
  code: string;
  detail: string;
}

/** A fill-up as stored: what was entered, and what the database converts from it. */
@Entity({ schema: 'fuel_log', name: 'fill_up' })
export class FillUp {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid') account_id: string;
  @Column('uuid') vehicle_id: string;
  /** Where the vehicle stood and whom it served that day; costs stay there when it moves on. */
  @Column('uuid', { nullable: true }) park_id: string | null;
  @Column('text', { nullable: true }) department: string | null;
  @Column('uuid', { nullable: true }) driver_id: string | null;
  @Column('uuid', { nullable: true }) shift_id: string | null;
  @Column('timestamptz') fuel_date: Date;
  @Column('numeric', { precision: 10, scale: 1, nullable: true }) odometer_reading: string | number | null;
  @Column('numeric', { precision: 10, scale: 1, nullable: true }) trip_distance: string | number | null;
  @Column('text') distance_unit: DistanceUnit;
  @Column({ type: 'numeric', nullable: true, insert: false, update: false }) odometer_km: string | null;
  @Column({ type: 'numeric', nullable: true, insert: false, update: false }) trip_distance_km: string | null;
  @Column('boolean') odometer_counts: boolean;
  @Column('uuid', { nullable: true }) odometer_reading_id: string | null;
  @Column('text') fuel_type: FuelType;
  @Column('text', { nullable: true }) fuel_grade: string | null;
  @Column('numeric', { precision: 9, scale: 3 }) fuel_quantity: string | number;
  @Column('text') unit_of_measure: QuantityUnit;
  @Column({ type: 'numeric', nullable: true, insert: false, update: false }) fuel_l: string | null;
  @Column({ type: 'numeric', nullable: true, insert: false, update: false }) energy_kwh: string | null;
  @Column('numeric', { precision: 12, scale: 4, nullable: true }) cost_per_unit: string | number | null;
  @Column('bigint', { nullable: true }) total_cost_minor: string | number | null;
  @Column('boolean') total_given: boolean;
  @Column('text') currency: string;
  @Column('boolean') is_full_tank: boolean;
  @Column('boolean') missed_previous: boolean;
  @Column('text', { nullable: true }) fuel_station: string | null;
  @Column('jsonb', { nullable: true }) location_data: LocationData | null;
  @Column('text', { nullable: true }) payment_method: PaymentMethod | null;
  @Column('text', { nullable: true }) receipt_reference: string | null;
  @Column('text', { nullable: true }) filled_by: string | null;
  @Column('text', { nullable: true }) notes: string | null;
  @Column('text') state: FillUpState;
  @Column('text', { nullable: true }) void_reason: string | null;
  @Column('timestamptz', { nullable: true }) voided_at: Date | null;
  @Column('numeric', { precision: 10, scale: 1, nullable: true }) distance_since_last: string | number | null;
  @Column('numeric', { precision: 10, scale: 3, nullable: true }) efficiency: string | number | null;
  @Column('jsonb') warnings: Warning[];
  @Column('text') source: FillUpSource;
  @Column('text', { nullable: true }) request_hash: string | null;
  @Column('text') recorded_by: string;
  @Column('timestamptz') created_at: Date;
  @Column('timestamptz') updated_at: Date;
  @VersionColumn() version: number;
}
