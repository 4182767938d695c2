import fc from 'fast-check';
import { detectionKinds } from '@fleet/contracts';
import { attribute, reviewAfter, type HeldSpan } from './attribution';
import type { Draft } from './draft';
import { afterAttribution, fineMayMove, fineStates, isCharged, type FineState } from './fine-flow';
import { identityHash, normalReference, subjectOf } from './identity';
import { doubtsAbout, objectionTo } from './judge';
import { catalogue, typeOfDetection, types } from './kinds';
import { allOf, beginning, runsOf, searchTexts, wordsOf, wordsToSearch } from './words';

const now = new Date('2026-06-10T12:00:00Z');
const vehicle = '0d0f2c1e-8f3b-4a7e-9a35-1b2c3d4e5f60';
const draft = (more: Partial<Draft> = {}): Draft => ({ type: 'incident', kind: 'collision', source: 'staff', vehicle_id: vehicle, at: new Date('2026-06-10T10:00:00Z'), ...more });
const hour = (h: number): Date => new Date(Date.UTC(2026, 5, 10, h));
const span = (driver: string, from: number, to: number | null): HeldSpan => ({ shift_id: `shift of ${driver}`, driver_id: driver, from: hour(from), to: to === null ? null : hour(to) });

describe('what cannot have been is refused', () => {
  it.each<[string, Partial<Draft>, string | undefined]>([
    ['an event of today', {}, undefined],
    ['a clock two minutes ahead', { at: new Date('2026-06-10T12:02:00Z') }, undefined],
    ['the future', { at: new Date('2026-06-10T12:03:00Z') }, 'EVENT_IN_FUTURE'],
    ['an end in the future', { to_at: new Date('2026-06-10T13:00:00Z') }, 'EVENT_IN_FUTURE'],
    ['an end before the beginning', { to_at: new Date('2026-06-10T09:00:00Z') }, 'EVENT_ENDS_BEFORE_START'],
    ['a span of two months', { at: new Date('2026-03-01T00:00:00Z'), to_at: new Date('2026-05-01T00:00:00Z') }, 'EVENT_TOO_LONG'],
    ['eleven years ago', { at: new Date('2015-06-10T00:00:00Z') }, 'EVENT_TOO_OLD'],
    ['no moment', { at: new Date('nonsense') }, 'EVENT_TIME_INVALID'],
    ['a kind of another type', { kind: 'speeding' }, 'EVENT_KIND_UNKNOWN'],
    ['a kind out of thin air', { kind: '__proto__' }, 'EVENT_KIND_UNKNOWN'],
    ['details its kind does not have', { details: { colour: 'red' } }, 'EVENT_DETAILS_INVALID'],
    ['details of the wrong sort', { details: { injured: 'two' } }, 'EVENT_DETAILS_INVALID'],
    ['words where a note has codes', { type: 'system', kind: 'note', details: { about: 'seen at the gate' } }, 'EVENT_DETAILS_INVALID'],
    ['too many details', { type: 'system', kind: 'note', details: Object.fromEntries(Array.from({ length: 41 }, (_, i) => [`k${i}`, 1])) }, 'EVENT_DETAILS_INVALID'],
    ['details too long together', { type: 'system', kind: 'shift_started', details: Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`k${i}`, 'x'.repeat(490)])) }, 'EVENT_DETAILS_TOO_LARGE'],
    ['a fine without an amount', { type: 'fine', kind: 'parking' }, 'FINE_AMOUNT_MISSING'],
    ['a fine of nobody', { type: 'fine', kind: 'parking', vehicle_id: null, amount_minor: 1, currency: 'KES' }, 'FINE_VEHICLE_MISSING'],
    ['a trip on foot', { type: 'trip', kind: 'trip', vehicle_id: null }, 'EVENT_VEHICLE_MISSING'],
  ])('%s', (_, more, code) => expect(objectionTo(draft(more), now)?.code).toBe(code));
});

describe('what is doubtful is kept for review', () => {
  it.each<[string, Partial<Draft>, { hasVehicle: boolean; vehicleStatus?: string }, string[]]>([
    ['nothing about a vehicle in service', {}, { hasVehicle: true, vehicleStatus: 'active' }, []],
    ['a vehicle retired by then', {}, { hasVehicle: true, vehicleStatus: 'retired' }, ['vehicle_retired']],
    ['not that a vehicle was retired', { type: 'system', kind: 'vehicle_status_changed' }, { hasVehicle: true, vehicleStatus: 'retired' }, []],
    ['a plate nobody has', { vehicle_id: null, plate: 'X 1' }, { hasVehicle: false }, ['vehicle_unknown']],
    ['a collision of no vehicle', { vehicle_id: null }, { hasVehicle: false }, ['vehicle_missing']],
    ['a day without its time', { time_missing: true }, { hasVehicle: true, vehicleStatus: 'active' }, ['time_missing']],
  ])('%s', (_, more, known, reasons) => expect(doubtsAbout(draft(more), { now, ...known })).toEqual(reasons));
});

describe('who drove', () => {
  const day = [span('ann', 6, 12), span('ben', 12, 18), span('cem', 20, null)];
  it.each<[string, number, number | null, string, string | null]>([
    ['whoever had it then', 7, null, 'attributed', 'ann'],
    ['the first moment is already theirs', 6, null, 'attributed', 'ann'],
    ['at the hand-over the one who takes it', 12, null, 'attributed', 'ben'],
    ['the last moment is no longer theirs', 18, null, 'unattributed', null],
    ['nobody between shifts', 19, null, 'unattributed', null],
    ['whoever still has it', 23, null, 'attributed', 'cem'],
    ['a trip within a shift', 7, 9, 'attributed', 'ann'],
    ['a trip that began before the check-in', 5, 7, 'attributed', 'ann'],
    ['a trip that outlasted the shift', 17, 19, 'attributed', 'ben'],
    ['a trip over the hand-over belongs to nobody alone', 11, 13, 'ambiguous', null],
    ['a trip that ends at the hand-over', 11, 12, 'attributed', 'ann'],
    ['a trip at night', 18, 19, 'unattributed', null],
  ])('%s', (_, from, to, outcome, driver) => expect(attribute(hour(from), to === null ? null : hour(to), day)).toMatchObject({ outcome, driver_id: driver }));

  it('names those it might have been', () => expect(attribute(hour(11), hour(21), day).candidates).toEqual(['ann', 'ben', 'cem']));
  it('is one driver with two shifts on end', () => expect(attribute(hour(5), hour(11), [span('ann', 6, 8), span('ann', 9, 12)])).toMatchObject({ outcome: 'attributed', driver_id: 'ann' }));

  it('changes only the doubts about the driver', () => {
    expect(reviewAfter(['unattributed', 'vehicle_retired'], 'attributed', true)).toEqual(['vehicle_retired']);
    expect(reviewAfter(['vehicle_retired'], 'ambiguous', true)).toEqual(['vehicle_retired', 'ambiguous_driver']);
    expect(reviewAfter([], 'unattributed', false)).toEqual([]);
  });
});

describe('the way of a fine', () => {
  it('has an end from everywhere, and none out of it', () => {
    for (const state of fineStates) {
      const next = fineStates.filter((to) => fineMayMove(state, to));
      expect(next.includes(state)).toBe(false);
      expect(next.length === 0).toBe(state === 'paid' || state === 'cancelled');
    }
  });

  it.each<[FineState, boolean, string | null, string | null, FineState]>([
    ['received', false, null, 'ann', 'attributed'],
    ['received', true, null, 'ann', 'charged'],
    ['attributed', false, 'ann', 'ben', 'attributed'],
    ['attributed', false, 'ann', null, 'received'],
    ['contested', false, 'ann', 'ben', 'attributed'],
    ['contested', false, 'ann', 'ann', 'contested'],
    ['upheld', false, 'ann', 'ben', 'attributed'],
    ['charged', false, 'ann', 'ben', 'charged'],
    ['charged', false, 'ann', null, 'received'],
    ['paid', false, 'ann', 'ben', 'charged'],
    ['paid', false, 'ann', 'ann', 'charged'],
    ['cancelled', false, 'ann', 'ben', 'cancelled'],
  ])('%s (charged before: %s) from %s to %s is %s', (state, was, before, after, next) => expect(afterAttribution(state, was, before, after)).toBe(next));

  it('charges nobody when nobody drove', () => {
    for (const state of fineStates) expect(isCharged(afterAttribution(state, true, 'ann', null))).toBe(false);
  });
});

describe('identity', () => {
  const account = '7a51b8a0-51f4-4f57-a5b5-0d7a7b8e9c01';
  const hash = (d: Draft, plate: string | null = null): string => identityHash(account, d, plate).toString('hex');
  const anyDraft = fc.record({
    type: fc.constantFrom('incident' as const, 'fine' as const, 'violation' as const),
    kind: fc.constantFrom('other', 'speeding', 'collision'),
    vehicle_id: fc.option(fc.uuid()),
    reference: fc.option(fc.stringMatching(/^[A-Za-z0-9 /-]{1,20}$/)),
    at: fc.date({ min: new Date('2020-01-01'), max: new Date('2030-01-01'), noInvalidDate: true }),
    amount_minor: fc.option(fc.nat()),
    source: fc.constantFrom('staff' as const, 'import' as const, 'integration' as const),
  });

  it('does not depend on who tells it, or on what it says besides', () =>
    fc.assert(fc.property(anyDraft, anyDraft, fc.string(), (d, other, text) => expect(hash({ ...d, source: other.source, text, severity: 'high', lat: 1 })).toBe(hash(d)))));

  it('is another for another vehicle, type or account', () =>
    fc.assert(
      fc.property(anyDraft, fc.uuid(), (d, id) => {
        fc.pre(d.vehicle_id !== id);
        expect(hash({ ...d, vehicle_id: id })).not.toBe(hash(d));
        expect(hash({ ...d, type: 'repair' })).not.toBe(hash(d));
        expect(identityHash(id, d, null).toString('hex')).not.toBe(hash(d));
      }),
    ));

  it('with a reference does not depend on its spelling, the time or the amount', () =>
    fc.assert(
      fc.property(anyDraft, anyDraft, (d, other) => {
        fc.pre(normalReference(d.reference ?? '') !== '');
        const spelled = ` ${(d.reference ?? '').toLowerCase().replaceAll(/[ /-]/g, ' - ')} `;
        expect(hash({ ...d, reference: spelled, at: other.at, amount_minor: other.amount_minor, kind: other.kind })).toBe(hash(d));
      }),
    ));

  it('without one is the same within a second and another a second later', () =>
    fc.assert(
      fc.property(anyDraft, fc.nat(999), (d, ms) => {
        const second = Math.floor(d.at.getTime() / 1000) * 1000;
        const bare = { ...d, reference: null };
        expect(hash({ ...bare, at: new Date(second + ms) })).toBe(hash({ ...bare, at: new Date(second) }));
        expect(hash({ ...bare, at: new Date(second + 1000) })).not.toBe(hash({ ...bare, at: new Date(second) }));
      }),
    ));

  it('of a plate is not that of a driver or vehicle of that name', () => expect(new Set([hash(draft({ vehicle_id: null }), vehicle), hash(draft()), hash(draft({ vehicle_id: null, driver_id: vehicle }))]).size).toBe(3));

  it('keeps what several drivers report of themselves apart by the id of each', () => expect(hash(draft({ id: vehicle, text: 'a' }))).not.toBe(hash(draft({ id: account, text: 'a' }))));

  it('gives the texts of an event a subject of its own in each account', () =>
    fc.assert(
      fc.property(fc.uuid(), fc.uuid(), fc.uuid(), (one, two, event) => {
        expect(subjectOf(one, event)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
        expect(subjectOf(one, event) === subjectOf(two, event)).toBe(one === two);
      }),
    ));
});

describe('the catalogue', () => {
  it('knows every detection that telemetry makes', () => {
    for (const kind of detectionKinds) expect({ kind, type: typeOfDetection(kind) }).toEqual({ kind, type: expect.any(String) });
  });
  it('has no detection in two types, or a withdrawal could mean either', () => {
    for (const kind of detectionKinds) expect(types.filter((type) => Object.hasOwn(catalogue[type], kind))).toHaveLength(1);
  });
});

describe('words to search by', () => {
  it('are cut alike in what is kept and what is typed', () =>
    fc.assert(
      fc.property(fc.stringMatching(/^[\p{L}\p{N} .,/-]{1,40}$/u), (typed) => {
        const asked = wordsToSearch(typed);
        const kept = searchTexts({ title: typed, text: null, reference: null, plate: null, details: {} });
        expect(asked.length === 0).toBe(kept === null);
        if (kept) for (const word of wordsOf(typed).slice(0, 8)) expect(kept.a.split(' ')).toContain(word);
      }),
    ));
  it('find a reference as it is written and as one word', () => expect(searchTexts({ title: null, text: null, reference: 'NTSA-2026/0042', plate: 'KDA 1', details: {} })?.a).toBe('ntsa 2026 0042 ntsa20260042 kda 1 kda1'));
  it('leave ids alone', () => expect(searchTexts({ title: null, text: null, reference: vehicle, plate: null, details: { import_id: vehicle, n: 4 } })).toBeNull());
  it('hold no operator of the query', () => expect(allOf(wordsToSearch(`a & !b | (c:*) <-> 'd' \\`).map(beginning))).toBe('a:* & b:* & c:* & d:*'));
  it('are none in marks alone', () => expect(wordsToSearch('--- ()')).toEqual([]));
  it('may be a plate together', () => expect(runsOf(['harsh', 'kca', '542q']).map((run) => run.text)).toEqual(['harsh', 'harshkca', 'harshkca542q', 'kca', 'kca542q', '542q']));
});
