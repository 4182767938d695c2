import { Column, Entity, PrimaryColumn, VersionColumn } from 'typeorm';
import type { Status } from '../rules/life-cycle';

/** A driver as stored: what people wrote about the person is sealed. */
@Entity({ schema: 'driver_module', name: 'driver' })
export class Driver {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid') account_id: string;
  /** Short number people use; it stays when the person is erased. Given by the database. */
  @Column({ type: 'int', insert: false, update: false }) driver_no: number;
  @Column('uuid', { nullable: true }) park_id: string | null;
  @Column('uuid', { nullable: true }) user_id: string | null;
  @Column('text') status: Status;
  @Column('timestamptz') status_since: Date;
  @Column('bytea', { nullable: true }) profile_sealed: Buffer | null;
  @Column('int', { array: true }) name_tokens: number[];
  @Column('bytea', { nullable: true }) phone_index: Buffer | null;
  @Column('bytea', { nullable: true }) email_index: Buffer | null;
  @Column('text', { array: true }) tags: string[];
  @Column('date', { nullable: true }) hired_on: string | null;
  @Column('date', { nullable: true }) left_on: string | null;
  @Column('timestamptz', { nullable: true }) blacklisted_at: Date | null;
  @Column('text', { nullable: true }) blacklisted_by: string | null;
  @Column('bytea', { nullable: true }) blacklist_sealed: Buffer | null;
  @Column('uuid', { nullable: true }) merged_into: string | null;
  @Column('timestamptz', { nullable: true }) merged_at: Date | null;
  @Column('timestamptz', { nullable: true }) erased_at: Date | null;
  @Column('timestamptz') created_at: Date;
  @Column('timestamptz') updated_at: Date;
  @VersionColumn() version: number;
}

export interface EmergencyContact {
  name: string;
  phone: string;
  relation?: string | null;
}

/** The sealed part. */
export interface Profile {
  name: string;
  phone: string | null;
  email: string | null;
  birth_date: string | null;
  address: string | null;
  emergency_contacts: EmergencyContact[];
  notes: string | null;
}
