import type { CircuitKind, MethodName } from './words';

/** Every limit of the policy. They are law, not settings: an account may be stricter by leaving the switch off. */
export const limits = {
  fixMaxAgeMs: 30_000,
  /** How far the device's clock may be from ours, either way. Beyond it, buffered reports cannot be told from live ones. */
  clockMaxOffMs: 30_000,
  satellitesMin: 4,
  speedMaxKmh: 5,
  /** A circuit that stops a running engine wants a standing vehicle: what a receiver at rest drifts, and no more. */
  standingMaxKmh: 3,
  stepUpMaxAgeMs: 300_000,
} as const;

/** As much of a stored sample as safety is judged by. */
export interface Report {
  at: Date;
  received_at: Date;
  lat: number | null;
  lon: number | null;
  speed_kmh: number | null;
  valid: boolean | null;
  satellites: number | null;
  ignition: boolean | null;
  outputs: number | null;
  marks: readonly string[];
  extras: unknown;
}

export interface Situation {
  now: Date;
  method: MethodName;
  account: { immobilizing: boolean; stopped: boolean };
  circuit: { kind: CircuitKind; enabled: boolean; methods: readonly MethodName[] } | undefined;
  /** Newest first by the device's own time; what was only words is left out. */
  reports: readonly Report[];
  /** Undefined where only the sending itself can tell. */
  connected: boolean | undefined;
}

/** What is asked once, when somebody asks; before each sending the rest is asked again. */
export interface Asking {
  now: Date;
  steppedUpAt: Date | undefined;
  inFlight: string | undefined;
  lastHour: { vehicle: number; person: number; account: number };
  allowed: { vehicle: number; person: number; account: number };
}

export interface Objection {
  code: string;
  detail: string;
}

export interface Facts {
  position_at: Date | null;
  position_age_s: number | null;
  lat: number | null;
  lon: number | null;
  speed_kmh: number | null;
  previous_speed_kmh: number | null;
  ignition: boolean | null;
  satellites: number | null;
  circuit: CircuitKind | null;
  connected: boolean | null;
}

export interface Verdict {
  allowed: boolean;
  objections: Objection[];
  facts: Facts;
}

const no = (code: string, detail: string): Objection[] => [{ code, detail }];
const none: Objection[] = [];

/** Everything that speaks against stopping this vehicle now. Nothing known means no. */
export function judge(situation: Situation): Verdict {
  const objections = [...switches(situation), ...link(situation), ...position(situation), ...motion(situation)];
  return { allowed: objections.length === 0, objections, facts: factsOf(situation) };
}

/** What speaks against this person asking just now. */
export function judgeAsking({ now, steppedUpAt, inFlight, lastHour, allowed }: Asking): Objection[] {
  const fresh = steppedUpAt !== undefined && now.getTime() - steppedUpAt.getTime() <= limits.stepUpMaxAgeMs;
  return [
    ...(fresh ? none : no('STEP_UP_REQUIRED', 'The second factor must have been proven within five minutes.')),
    ...(inFlight ? no('COMMAND_IN_FLIGHT', 'Another command for this vehicle is under way. Wait for it, or release.') : none),
    ...(lastHour.vehicle < allowed.vehicle ? none : no('RATE_LIMIT_VEHICLE', `This vehicle had ${lastHour.vehicle} commands within the hour.`)),
    ...(lastHour.person < allowed.person ? none : no('RATE_LIMIT_PERSON', `You gave ${lastHour.person} commands within the hour.`)),
    ...(lastHour.account < allowed.account ? none : no('RATE_LIMIT_ACCOUNT', `The account gave ${lastHour.account} commands within the hour.`)),
  ];
}

function switches({ account, circuit, method }: Situation): Objection[] {
  return [
    ...(account.immobilizing ? none : no('IMMOBILIZING_OFF', 'Remote immobilization is switched off for the account. An admin can switch it on.')),
    ...(account.stopped ? no('IMMOBILIZING_STOPPED', 'The kill switch is on: nobody in the account may immobilize.') : none),
    ...(circuit ? none : no('NO_CIRCUIT', 'No circuit is recorded for this vehicle: nobody knows what a command would cut.')),
    ...(circuit && !circuit.enabled ? no('VEHICLE_NOT_ENABLED', 'Remote immobilization is switched off for this vehicle.') : none),
    ...(circuit && !circuit.methods.includes(method) ? no('METHOD_NOT_INSTALLED', `This vehicle is not reached by ${method}.`) : none),
  ];
}

const link = ({ connected }: Situation): Objection[] => (connected === false ? no('DEVICE_NOT_CONNECTED', 'The device is not connected now, and nothing is kept for later.') : none);

function position({ now, reports }: Situation): Objection[] {
  const [newest] = reports;
  if (!newest) return no('POSITION_UNKNOWN', 'The vehicle has reported no position.');
  const delayMs = newest.received_at.getTime() - newest.at.getTime();
  const ageMs = now.getTime() - newest.received_at.getTime();
  const placed = newest.lat !== null && newest.lon !== null && newest.valid !== false && (newest.satellites === null || newest.satellites >= limits.satellitesMin);
  const doubtful = newest.marks.some((mark) => mark === 'jump' || mark === 'zero_position');
  return [
    ...(ageMs > limits.fixMaxAgeMs ? no('POSITION_STALE', `The last report came ${Math.round(ageMs / 1000)} s ago; at most ${limits.fixMaxAgeMs / 1000} s are allowed.`) : none),
    ...(delayMs > limits.clockMaxOffMs ? no('POSITION_STALE', `The last report told of ${Math.round(delayMs / 1000)} s before it came.`) : none),
    ...(delayMs < -limits.clockMaxOffMs ? no('DEVICE_CLOCK_UNTRUSTED', 'The device dates its reports ahead, so older ones cannot be told from newer ones.') : none),
    ...(placed && !doubtful ? none : no('POSITION_INVALID', 'The last report has no fix that can be relied on.')),
  ];
}

function motion({ now, circuit, reports }: Situation): Objection[] {
  const maxKmh = circuit && circuit.kind !== 'starter' ? limits.standingMaxKmh : limits.speedMaxKmh;
  const [newest, previous] = reports;
  // A device's clock may put a newer report below an older one; nothing that came lately may speak of motion.
  const lately = reports.filter((r) => now.getTime() - r.received_at.getTime() <= limits.fixMaxAgeMs && r.received_at.getTime() - r.at.getTime() <= limits.clockMaxOffMs);
  const judged = [...new Set([newest, previous, ...lately])].filter((r) => r !== undefined);
  const fastest = Math.max(...judged.map((r) => r.speed_kmh ?? 0));
  const unknown = !newest || !previous || newest.speed_kmh === null || previous.speed_kmh === null;
  return [
    ...(judged.length > 0 && fastest > maxKmh ? no('VEHICLE_MOVING', `The vehicle moves: ${fastest} km/h, at most ${maxKmh} km/h is allowed here.`) : none),
    ...(unknown ? no('SPEED_UNKNOWN', 'The speed of the last two reports is not known, and unknown counts as moving.') : none),
  ];
}

function factsOf({ now, circuit, reports, connected }: Situation): Facts {
  const [newest, previous] = reports;
  return {
    position_at: newest?.at ?? null,
    position_age_s: newest ? Math.round((now.getTime() - newest.received_at.getTime()) / 100) / 10 : null,
    lat: newest?.lat ?? null,
    lon: newest?.lon ?? null,
    speed_kmh: newest?.speed_kmh ?? null,
    previous_speed_kmh: previous?.speed_kmh ?? null,
    ignition: newest?.ignition ?? null,
    satellites: newest?.satellites ?? null,
    circuit: circuit?.kind ?? null,
    connected: connected ?? null,
  };
}

/** A device that answers a command sends its words as a report of nothing else; they tell neither place nor speed. */
export const isOnlyWords = (r: Report & { inputs?: number | null }): boolean =>
  r.lat === null && r.speed_kmh === null && r.ignition === null && r.outputs === null && Object.keys((r.extras as object | null) ?? {}).join() === 'text';
