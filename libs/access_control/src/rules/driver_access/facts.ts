/** What is known of a driver when access is judged. Days are days of the account. */
export interface DriverFacts {
  now: Date;
  today: string;
  status: string;
  blacklisted: boolean;
  erased: boolean;
  /** What the drivers' own gate says of papers and standing. */
  faults: readonly { code: string; detail: string; facts?: Record<string, unknown> }[];
  /** Days on which verified medical certificates end; null for one without end. */
  medicalUntil: readonly (string | null)[];
  lockouts: readonly { id: string; reason_code: string; until: Date | null; of: 'driver' | 'vehicle' }[];
  holding: { vehicle_id: string; vehicle_status: string; kind: 'shift' | 'rental'; since: Date } | undefined;
  lastShiftEndedAt: Date | undefined;
  limits: { shift_max_minutes: number; rest_min_minutes: number };
}

export interface Reason {
  rule: string;
  code: string;
  detail: string;
  facts?: Record<string, unknown>;
}

/** One reason to keep somebody out, judged on facts alone. A new one is a file like its neighbours and a line in `index.ts`. */
export interface AccessRule {
  name: string;
  judge(facts: DriverFacts): Omit<Reason, 'rule'>[];
}
