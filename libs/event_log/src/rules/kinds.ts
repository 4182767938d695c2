import { z } from 'zod';

export const types = ['trip', 'incident', 'violation', 'fine', 'repair', 'system'] as const;
export type EventType = (typeof types)[number];

export const sources = ['telemetry', 'registry', 'drivers', 'staff', 'driver', 'import', 'integration'] as const;
export type Source = (typeof sources)[number];

export const severities = ['low', 'medium', 'high'] as const;
export type Severity = (typeof severities)[number];

const number = z.number().finite();
const word = z.string().min(1).max(100);
const loose = z.record(z.string().regex(/^[a-z][a-z0-9_]{0,59}$/), z.union([z.string().max(500), number, z.boolean(), z.null()])).refine((d) => Object.keys(d).length <= 40, 'has more than 40 entries');
const place = z.strictObject({ lat: number.min(-90).max(90), lon: number.min(-180).max(180) });

/** Numbers and codes: what people write in words belongs into the text, which is sealed. */
const codes = z.record(z.string().regex(/^[a-z][a-z0-9_]{0,59}$/), z.union([z.string().regex(/^[\w.:/+-]{1,60}$/, 'is no code; write words into the text'), number, z.boolean(), z.null()])).refine((d) => Object.keys(d).length <= 40, 'has more than 40 entries');

/** What a trip measured; every key is checked, nothing else is kept. */
const trip = z.strictObject({
  distance_km: number.min(0).max(100_000),
  moving_s: z.int().min(0),
  idle_s: z.int().min(0),
  max_speed_kmh: number.min(0).max(500),
  fuel_l: number.min(0).nullable(),
  to_place: place.nullable(),
});
const measured = z.strictObject({ value: number.nullable(), limit: number.nullable(), unit: word.nullable(), facts: loose.optional() });
const incident = z.strictObject({ injured: z.int().min(0).max(1000).optional(), other_party: z.boolean().optional(), police_report: word.optional(), drivable: z.boolean().optional(), place: word.optional() });
const violation = z.strictObject({ place: word.optional(), witness: z.enum(['staff', 'passenger', 'public', 'camera']).optional() });
const fine = z.strictObject({
  offence_code: word.optional(),
  place: word.optional(),
  points: z.int().min(0).max(100).optional(),
  due_on: z.iso.date().optional(),
  speed_kmh: number.min(0).max(500).optional(),
  limit_kmh: number.min(0).max(500).optional(),
  import_id: z.uuid().optional(),
  line: z.int().min(1).optional(),
});
const repair = z.strictObject({ workshop: word.optional(), odometer_km: number.min(0).optional(), cost_minor: z.int().min(0).optional(), currency: z.string().length(3).optional(), parts: z.array(word).max(50).optional() });

export interface Kind {
  label: string;
  /** Somebody must have driven; when nobody is known to have, a person looks at it. */
  wantsDriver: boolean;
  details: z.ZodType;
  /** Who may say it: machines of the house, people, or both. */
  by: 'house' | 'people';
}

const house = (label: string, wantsDriver: boolean, details: z.ZodType): Kind => ({ label, wantsDriver, details, by: 'house' });
const people = (label: string, wantsDriver: boolean, details: z.ZodType): Kind => ({ label, wantsDriver, details, by: 'people' });

/** The catalogue: every kind of event there is. A kind that is not here is refused. */
export const catalogue: Record<EventType, Record<string, Kind>> = {
  trip: { trip: house('Trip', true, trip) },
  incident: {
    collision: people('Collision', true, incident),
    damage: people('Damage', true, incident),
    injury: people('Injury', true, incident),
    near_miss: people('Near miss', true, incident),
    breakdown: people('Breakdown', false, incident),
    theft: people('Theft', false, incident),
    vandalism: people('Vandalism', false, incident),
    fire: people('Fire', false, incident),
    other: people('Incident', false, incident),
    towing_suspected: house('Towing suspected', false, measured),
    jamming_suspected: house('Jamming suspected', false, measured),
  },
  violation: {
    harsh_acceleration: house('Harsh acceleration', true, measured),
    harsh_braking: house('Harsh braking', true, measured),
    harsh_cornering: house('Harsh cornering', true, measured),
    overspeed: house('Overspeed', true, measured),
    idling: house('Long idling', true, measured),
    smoking: people('Smoking', true, violation),
    no_seatbelt: people('No seat belt', true, violation),
    phone_use: people('Phone at the wheel', true, violation),
    complaint: people('Complaint', true, violation),
    unauthorized_use: people('Unauthorized use', false, violation),
    other: people('Violation', true, violation),
  },
  fine: {
    speeding: people('Fine: speeding', true, fine),
    parking: people('Fine: parking', true, fine),
    red_light: people('Fine: red light', true, fine),
    lane: people('Fine: lane', true, fine),
    toll: people('Fine: toll', true, fine),
    documents: people('Fine: documents', true, fine),
    other: people('Fine', true, fine),
  },
  repair: {
    repair: people('Repair', false, repair),
    service: people('Service', false, repair),
    tyres: people('Tyres', false, repair),
    body: people('Body work', false, repair),
    inspection: people('Inspection', false, repair),
    other: people('Workshop note', false, repair),
  },
  system: {
    note: people('Note', false, codes),
    shift_started: house('Shift started', false, loose),
    shift_ended: house('Shift ended', false, loose),
    shift_corrected: house('Shift corrected', false, loose),
    driver_status_changed: house('Driver status changed', false, loose),
    document_expiring: house('Document expires', false, loose),
    vehicle_onboarded: house('Vehicle onboarded', false, loose),
    vehicle_status_changed: house('Vehicle status changed', false, loose),
    device_bound: house('Device bound', false, loose),
    device_unbound: house('Device unbound', false, loose),
    device_silent: house('Device silent', false, measured),
    new_dtc: house('Trouble code', false, measured),
    geofence_enter: house('Geofence entered', false, measured),
    geofence_exit: house('Geofence left', false, measured),
    geofence_dwell: house('Stay in geofence', false, measured),
  },
};

export const kindOf = (type: string, kind: string): Kind | undefined => {
  const kinds = (catalogue as Record<string, Record<string, Kind>>)[type];
  return kinds && Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
};

export const labelOf = (type: string, kind: string): string => kindOf(type, kind)?.label ?? kind;

/** Every kind somebody may write by hand, for descriptions. */
export const allKinds: readonly string[] = [...new Set(types.flatMap((type) => Object.keys(catalogue[type])))].sort();

/** Telemetry speaks of detections; the log says of which type each is. */
export function typeOfDetection(kind: string): EventType | undefined {
  return types.find((type) => type !== 'trip' && kindOf(type, kind)?.details === measured);
}
