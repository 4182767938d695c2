export const anomalyKinds = ['too_close_together', 'price_outlier', 'odometer_jump', 'odometer_disagrees', 'more_than_tank', 'receipt_twice', 'tank_rise_differs', 'away_from_station', 'drain_suspected'] as const;
export type AnomalyKind = (typeof anomalyKinds)[number];

/** Figures somebody can look at; each names what it was read from. */
export interface Evidence {
  what: 'fill_up' | 'vehicle' | 'prices' | 'odometer' | 'tank_level' | 'position';
  id?: string | undefined;
  facts: Record<string, string | number | null>;
}

/** Something odd, put as a question: there are honest answers to every one of them. */
export interface Question {
  kind: AnomalyKind;
  question: string;
  evidence: Evidence[];
}

export interface Purchase {
  id: string;
  at: Date;
  quantity: number;
  unit: 'l' | 'kwh';
  /** Minor units for a litre or kWh. */
  price: number | null;
  currency: string;
  receipt_reference: string | null;
}

export interface Surroundings {
  /** The purchases of the same vehicle directly before and after. */
  neighbours: readonly Purchase[];
  prices: { median: number | null; count: number };
  /** Another purchase with the same receipt number. */
  twin: Purchase | undefined;
  jump_km: number | null;
  device_disagrees: string | null;
  overfull: { quantity: number; capacity: number; unit: string } | undefined;
}

const closeMinutes = 60;
const pricesMin = 5;
const priceShare = 0.25;

const shown = (value: number, places = 1): number => Math.round(value * 10 ** places) / 10 ** places;
const purchase = ({ id, at, quantity, unit, price, currency }: Purchase): Evidence => ({ what: 'fill_up', id, facts: { at: at.toISOString(), quantity: shown(quantity, 3), unit, price_minor: price === null ? null : shown(price), currency } });

/** Everything worth asking about one purchase. Nothing here takes money from anybody. */
export function questionsAbout(one: Purchase, around: Surroundings): Question[] {
  return [tooClose(one, around), priceOutlier(one, around), jump(one, around), disagreement(one, around), overTank(one, around), twice(one, around)].filter((q) => q !== undefined);
}

function tooClose(one: Purchase, { neighbours }: Surroundings): Question | undefined {
  const near = neighbours.find((n) => n.unit === one.unit && minutesBetween(n, one) < closeMinutes);
  if (!near) return undefined;
  const question = `Were two fill-ups ${Math.round(minutesBetween(near, one))} minutes apart, ${shown(near.quantity)} and ${shown(one.quantity)} ${one.unit}, both made for this vehicle?`;
  return { kind: 'too_close_together', question, evidence: [purchase(near), purchase(one)] };
}

function priceOutlier(one: Purchase, { prices }: Surroundings): Question | undefined {
  const { median, count } = prices;
  if (one.price === null || median === null || median <= 0 || count < pricesMin) return undefined;
  const share = one.price / median - 1;
  if (Math.abs(share) <= priceShare) return undefined;
  const question = `Is the price right? It is ${Math.round(Math.abs(share) * 100)} % ${share > 0 ? 'above' : 'below'} what the fleet paid last.`;
  return { kind: 'price_outlier', question, evidence: [purchase(one), { what: 'prices', facts: { median_minor: shown(median), fill_ups: count } }] };
}

function jump(one: Purchase, { jump_km }: Surroundings): Question | undefined {
  if (jump_km === null) return undefined;
  return { kind: 'odometer_jump', question: `Was the odometer read right? It shows ${jump_km} km more than the reading before, more than a vehicle drives in that time.`, evidence: [purchase(one), { what: 'odometer', facts: { jump_km } }] };
}

function disagreement(one: Purchase, { device_disagrees }: Surroundings): Question | undefined {
  if (device_disagrees === null) return undefined;
  return { kind: 'odometer_disagrees', question: "Which is right, the reading at the pump or the one of the vehicle's device?", evidence: [purchase(one), { what: 'odometer', facts: { said: device_disagrees } }] };
}

function overTank(one: Purchase, { overfull }: Surroundings): Question | undefined {
  if (!overfull) return undefined;
  const question = `Where did ${shown(overfull.quantity)} ${overfull.unit} go? The vehicle holds ${shown(overfull.capacity)} ${overfull.unit}. A canister, a second vehicle, or a typing error?`;
  return { kind: 'more_than_tank', question, evidence: [purchase(one), { what: 'vehicle', facts: { capacity: overfull.capacity, unit: overfull.unit } }] };
}

function twice(one: Purchase, { twin }: Surroundings): Question | undefined {
  if (!twin) return undefined;
  return { kind: 'receipt_twice', question: `Is receipt ${one.receipt_reference} entered twice?`, evidence: [purchase(twin), purchase(one)] };
}

const minutesBetween = (a: Purchase, b: Purchase): number => Math.abs(a.at.getTime() - b.at.getTime()) / 60_000;
