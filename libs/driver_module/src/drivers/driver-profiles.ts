import { Injectable } from '@nestjs/common';
import type { ReadTx, Tx } from '@fleet/platform/database';
import { invalid } from '@fleet/platform/http';
import { normalEmail, normalPhone } from '../rules/contact';
import { nameKeys } from '../rules/names';
import { DriverSeal } from './driver-seal';
import type { DriverView } from './driver.dto';
import type { Driver, Profile } from './driver.entity';

export type DriverWithProfile = Driver & Profile & { blacklist_reason: string | null };

const nobody: { [field in keyof Profile]: Profile[field] | null } = { name: null, phone: null, email: null, birth_date: null, address: null, emergency_contacts: [], notes: null };

/** Between the sealed row and what people see. */
@Injectable()
export class DriverProfiles {
  constructor(private readonly sealer: DriverSeal) {}

  async view(tx: ReadTx, driver: Driver): Promise<DriverView> {
    return (await this.views(tx, [driver]))[0] as DriverView;
  }

  async views(tx: ReadTx, drivers: readonly Driver[]): Promise<DriverView[]> {
    const profiles = await this.profiles(tx, drivers);
    const reasons = await this.sealer.openMany<{ reason: string }>(
      tx,
      'blacklist',
      drivers.map((d) => ({ subjectId: d.id, sealed: d.blacklist_sealed })),
    );
    return drivers.map((driver, i) => ({ ...driver, ...nobody, ...profiles[i], blacklist_reason: reasons[i]?.reason ?? null }) as DriverView);
  }

  async profile(tx: ReadTx, driver: Driver): Promise<Profile | null> {
    return (await this.profiles(tx, [driver]))[0] ?? null;
  }

  profiles(tx: ReadTx, drivers: readonly Driver[]): Promise<(Profile | null)[]> {
    return this.sealer.openMany<Profile>(
      tx,
      'profile',
      drivers.map((d) => ({ subjectId: d.id, sealed: d.profile_sealed })),
    );
  }

  /** The columns that hold a profile: the sealed text, and what it is found by. */
  async columns(tx: Tx, driverId: string, profile: Profile): Promise<Pick<Driver, 'profile_sealed' | 'name_tokens' | 'phone_index' | 'email_index'>> {
    const index = (kind: 'phone' | 'email', normal: string | undefined): Buffer | null => (normal ? this.sealer.index(tx.accountId, kind, normal) : null);
    return {
      profile_sealed: await this.sealer.seal(tx, driverId, 'profile', profile),
      name_tokens: nameKeys(profile.name).map((key) => this.sealer.token(tx.accountId, key)),
      phone_index: index('phone', profile.phone ? normalPhone(profile.phone) : undefined),
      email_index: index('email', profile.email ? normalEmail(profile.email) : undefined),
    };
  }
}

/** Refuses what cannot be true of a person. */
export function refuseImplausible(profile: Partial<Profile>, today: string): void {
  const field = (name: string, code: string, detail: string) => invalid(code, detail, { errors: [{ field: name, code: 'implausible', detail }] });
  if (profile.birth_date && profile.birth_date >= today) throw field('birth_date', 'DRIVER_BORN_IN_FUTURE', 'birth_date lies in the future.');
  if (profile.birth_date && profile.birth_date < '1900-01-01') throw field('birth_date', 'DRIVER_BIRTH_DATE_IMPLAUSIBLE', 'birth_date lies before 1900.');
  if (profile.phone && !normalPhone(profile.phone)) throw field('phone', 'DRIVER_PHONE_INVALID', 'phone must have 6 to 15 digits.');
  if (profile.name !== undefined && nameKeys(profile.name).length === 0) throw field('name', 'DRIVER_NAME_EMPTY', 'name has no letter or digit.');
  const contact = profile.emergency_contacts?.findIndex((c) => !normalPhone(c.phone)) ?? -1;
  if (contact >= 0) throw field(`emergency_contacts.${contact}.phone`, 'DRIVER_PHONE_INVALID', 'phone must have 6 to 15 digits.');
}
