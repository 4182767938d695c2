import type { Dice } from '@fleet/platform/random';
import type { Draft } from '../rules/draft';
import type { FineState } from '../rules/fine-flow';

export interface DemoShiftSpan {
  vehicle_id: string;
  plate: string;
  driver_id: string;
  from: Date;
  to: Date;
}

/** How far a demo fine has come, and when its steps were taken after the offence. */
export interface DemoFine {
  draft: Draft;
  receivedDaysLater: number;
  steps: FineState[];
}

const roads = ['Waiyaki Way', 'Mombasa Road', 'Thika Road', 'Ngong Road', 'Jogoo Road', 'Langata Road', 'Kenyatta Avenue', 'Outer Ring Road'];
const issuer = 'Demo Traffic Authority';
const minuteMs = 60_000;
const dayMs = 86_400_000;

const detections = [
  ['harsh_braking', 'm/s2', 3.5, 6.8, 3.5],
  ['harsh_acceleration', 'm/s2', 3.2, 5.1, 3.2],
  ['harsh_cornering', 'm/s2', 3.8, 6.2, 3.8],
  ['overspeed', 'km/h', 86, 118, 80],
  ['idling', 's', 600, 2400, 600],
] as const;
const incidents = [
  ['damage', 'Scratched bumper', 'Found at the hand-over, nobody saw it happen.', 'low'],
  ['collision', 'Touched a post while parking', 'The rear left door is dented, the car drives.', 'medium'],
  ['near_miss', 'Matatu changed lanes', 'Braked hard, nobody was hurt.', 'low'],
  ['breakdown', 'Flat tyre', 'Changed at the roadside within half an hour.', 'low'],
  ['theft', 'Wheel caps gone', 'Parked overnight on the street.', 'medium'],
  ['collision', 'Hit from behind at the lights', 'The other driver admits it; photographs were taken.', 'high'],
] as const;
const repairs = [
  ['tyres', 'Two front tyres replaced'],
  ['service', 'Oil and filters'],
  ['body', 'Door straightened and painted'],
  ['repair', 'Brake pads, front axle'],
] as const;
const violations = [
  ['no_seatbelt', 'Seen at the gate without a belt'],
  ['smoking', 'Ash in the vehicle at the hand-over'],
  ['phone_use', 'A passenger complained of phoning'],
  ['complaint', 'A passenger was left at the wrong entrance'],
] as const;

/** Where in a shift something happens; never after now. */
function within(dice: Dice, shift: DemoShiftSpan): Date {
  const minutes = Math.max(1, Math.floor((shift.to.getTime() - shift.from.getTime()) / minuteMs) - 1);
  return new Date(shift.from.getTime() + dice.between(0, minutes) * minuteMs + dice.between(0, 59) * 1000 * (minutes > 1 ? 1 : 0));
}

const nearNairobi = (dice: Dice): { lat: number; lon: number } => ({ lat: -1.2 - dice.between(0, 1500) / 10_000, lon: 36.72 + dice.between(0, 2000) / 10_000 });

/** A month of what machines found and people told. */
export function demoEvents(dice: Dice, shifts: readonly DemoShiftSpan[]): Draft[] {
  const some = (count: number, make: (shift: DemoShiftSpan, i: number) => Draft): Draft[] => Array.from({ length: shifts.length > 0 ? count : 0 }, (_, i) => make(dice.pick(shifts), i));
  return [
    ...some(260, (shift, i) => {
      const [kind, unit, low, high, limit] = dice.pick(detections);
      const value = Math.round((low + dice.next() * (high - low)) * 10) / 10;
      return { type: 'violation', kind, source: 'telemetry', reference: `demo-detection-${i}`, source_revision: 1, vehicle_id: shift.vehicle_id, at: within(dice, shift), ...nearNairobi(dice), details: { value, limit, unit } };
    }),
    ...some(28, (shift, i) => {
      const [kind, title, text, severity] = incidents[i % incidents.length] ?? incidents[0];
      return { type: 'incident', kind, source: 'staff', reference: `DEMO-INC-${100 + i}`, vehicle_id: shift.vehicle_id, at: within(dice, shift), ...nearNairobi(dice), severity, title, text, details: { place: dice.pick(roads) } };
    }),
    ...some(22, (shift, i) => {
      const [kind, title] = violations[i % violations.length] ?? violations[0];
      return { type: 'violation', kind, source: 'staff', reference: `DEMO-VIO-${100 + i}`, vehicle_id: shift.vehicle_id, at: within(dice, shift), title, severity: 'low', details: { witness: kind === 'complaint' || kind === 'phone_use' ? 'passenger' : 'staff' } };
    }),
    ...some(24, (shift, i) => {
      const [kind, title] = repairs[i % repairs.length] ?? repairs[0];
      return { type: 'repair', kind, source: 'staff', reference: `DEMO-REP-${100 + i}`, vehicle_id: shift.vehicle_id, at: within(dice, shift), title, details: { workshop: 'Demo workshop', cost_minor: dice.between(20, 400) * 10_000, currency: 'KES' } };
    }),
  ];
}

const ways: FineState[][] = [
  [],
  [],
  ['charged'],
  ['charged', 'paid'],
  ['charged', 'paid'],
  ['contested'],
  ['contested', 'upheld'],
  ['contested', 'upheld', 'charged'],
  ['contested', 'cancelled'],
  ['cancelled'],
];

/** Fines in every state, from whoever drove; and those that wait for a person: a plate nobody has, and a time nobody drove. */
export function demoFines(dice: Dice, shifts: readonly DemoShiftSpan[], now: Date): DemoFine[] {
  const old = shifts.filter((shift) => now.getTime() - shift.to.getTime() > 9 * dayMs);
  const fine = (i: number, more: Partial<Draft>): Draft => {
    const kind = dice.pick(['speeding', 'parking', 'red_light', 'lane', 'toll'] as const);
    const speed = kind === 'speeding' ? { speed_kmh: dice.between(62, 98), limit_kmh: 50 } : {};
    return { type: 'fine', kind, source: 'import', reference: `DEMO-2026-${String(4000 + i)}`, issuer, at: now, amount_minor: dice.between(1, 20) * 50_000, currency: 'KES', details: { place: dice.pick(roads), ...speed }, ...more };
  };
  const driven = Array.from({ length: old.length > 0 ? 50 : 0 }, (_, i) => {
    const shift = dice.pick(old);
    return { draft: fine(i, { vehicle_id: shift.vehicle_id, at: within(dice, shift) }), receivedDaysLater: dice.between(2, 5), steps: ways[i % ways.length] ?? [] };
  });
  const strange = [0, 1].map((i) => ({ draft: fine(900 + i, { plate: `DEMO ${70 + i}X`, at: new Date(now.getTime() - (6 + i) * dayMs) }), receivedDaysLater: 3, steps: [] as FineState[] }));
  const [first] = old;
  // Before the first shift of the vehicle: nobody had it.
  const undriven = first ? [{ draft: fine(910, { vehicle_id: first.vehicle_id, at: new Date(now.getTime() - 45 * dayMs) }), receivedDaysLater: 5, steps: [] as FineState[] }] : [];
  return [...driven, ...strange, ...undriven];
}
