import { Column, Entity, PrimaryColumn, VersionColumn } from 'typeorm';
import type { Status } from '../rules/life-cycle';

export const kinds = ['car', 'van', 'truck', 'bus', 'motorcycle', 'trailer', 'machine'] as const;
export const fuelTypes = ['gasoline', 'diesel', 'electric', 'hybrid', 'lpg', 'cng'] as const;
export const distanceUnits = ['km', 'mi'] as const;
export const fuelUnits = ['l', 'gal_us', 'gal_imp'] as const;

/** A vehicle as stored. Property names are column names are wire names: there is nothing to map. */
@Entity({ schema: 'transport_registry', name: 'vehicle' })
export class Vehicle {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid') account_id: string;
  /** Four bytes that telemetry uses as key; given by the database. */
  @Column({ type: 'int', insert: false, update: false }) vehicle_no: number;
  @Column('uuid', { nullable: true }) park_id: string | null;
  @Column('text') plate: string;
  @Column({ type: 'text', insert: false, update: false }) plate_norm: string;
  @Column('text', { nullable: true }) vin: string | null;
  @Column('text', { nullable: true }) name: string | null;
  @Column('text') kind: (typeof kinds)[number];
  @Column('text', { nullable: true }) make: string | null;
  @Column('text', { nullable: true }) model: string | null;
  @Column('int', { nullable: true }) year: number | null;
  @Column('text', { nullable: true }) color: string | null;
  @Column('text') fuel_type: (typeof fuelTypes)[number];
  @Column('numeric', { precision: 8, scale: 2, nullable: true }) tank_capacity_l: string | number | null;
  @Column('numeric', { precision: 8, scale: 2, nullable: true }) battery_capacity_kwh: string | number | null;
  @Column('text') odometer_unit: (typeof distanceUnits)[number];
  @Column('text') distance_unit: (typeof distanceUnits)[number];
  @Column('text') fuel_unit: (typeof fuelUnits)[number];
  @Column('text', { nullable: true }) cost_centre: string | null;
  @Column('text', { nullable: true }) assigned_city: string | null;
  @Column('text', { nullable: true }) department: string | null;
  @Column('text', { array: true }) tags: string[];
  @Column('text', { nullable: true }) notes: string | null;
  @Column('text') status: Status;
  @Column('timestamptz') status_since: Date;
  @Column('numeric', { precision: 10, scale: 1, nullable: true }) odometer_km: string | number | null;
  @Column('timestamptz', { nullable: true }) odometer_at: Date | null;
  @Column('timestamptz') created_at: Date;
  @Column('timestamptz') updated_at: Date;
  @VersionColumn() version: number;
}
