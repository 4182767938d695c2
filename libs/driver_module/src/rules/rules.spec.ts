import { assignmentFaults, mayOverride, type Limits, type Paper, type Proposal } from './assignment';
import { normalNumber, normalPhone } from './contact';
import { documentState, paperFault, plusDays } from './document-state';
import { mayMove, statuses } from './life-cycle';
import { nameFits, nameKeys, nameWords, searchKey } from './names';

describe('life cycle', () => {
  it('lets who left only apply again', () => expect(statuses.filter((to) => mayMove('left', to))).toEqual(['applicant']));
  it('never makes a working driver an applicant', () => expect(statuses.filter((from) => mayMove(from, 'applicant'))).toEqual(['left']));
  it('never moves to where it is', () => expect(statuses.filter((s) => mayMove(s, s))).toEqual([]));
  it('suspends only who works', () => expect(statuses.filter((from) => mayMove(from, 'suspended'))).toEqual(['active']));
});

describe('names', () => {
  it.each([
    ['Zoë Müller-Ødegård', ['zoe', 'muller', 'ødegard']],
    ['  李 小龙 ', ['李', '小龙']],
    ['...', []],
  ])('%s has its words', (name, words) => expect(nameWords(name)).toEqual(words));
  it('are kept as whole words and beginnings', () => expect(nameKeys('Li Demola')).toEqual(['=li', '=demola', '3dem', '5demol']));
  it.each([
    ['li', '=li'],
    ['demo', '3dem'],
    ['demola', '5demol'],
  ])('%s is searched as %s', (typed, key) => expect(searchKey(typed)).toBe(key));
  it('fit what was typed, word by word', () => {
    expect(nameFits('Demo Driver One', ['dri', 'one'])).toBe(true);
    expect(nameFits('Demo Driver One', ['river'])).toBe(false);
    expect(nameFits('Demo Driver One', ['on'])).toBe(false);
  });
});

describe('contact', () => {
  it.each([
    ['+254 712-345 678', '+254712345678'],
    ['00254712345678', '+254712345678'],
    ['(0712) 345678', '0712345678'],
    ['12345', undefined],
    ['call me', undefined],
  ])('%s is %s', (typed, normal) => expect(normalPhone(typed)).toBe(normal));
  it('compares numbers of papers without their decoration', () => expect(normalNumber(' dl-00 12/x ')).toBe('DL0012X'));
});

describe('papers', () => {
  const today = '2026-03-28';
  it.each([
    [{ expires_on: '2026-03-27' }, 'expired'],
    [{ expires_on: '2026-03-28' }, 'expiring'],
    [{ expires_on: '2026-04-27' }, 'expiring'],
    [{ expires_on: '2026-04-28' }, 'valid'],
    [{ expires_on: null }, 'valid'],
    [{ expires_on: '2026-03-27', withdrawn_at: new Date(0) }, 'withdrawn'],
  ])('%j is %s', (paper, state) => expect(documentState(paper, today, 30)).toBe(state));
  it('counts days over the end of February', () => expect(plusDays('2028-02-27', 3)).toBe('2028-03-01'));
  it.each([
    [{ kind: 'licence' as const }, 'DOCUMENT_NUMBER_REQUIRED'],
    [{ kind: 'medical' as const, categories: ['B'] }, 'DOCUMENT_CATEGORIES_ONLY_LICENCE'],
    [{ kind: 'other' as const, issued_on: '2026-03-29' }, 'DOCUMENT_ISSUED_IN_FUTURE'],
    [{ kind: 'other' as const, issued_on: '2026-03-01', expires_on: '2026-03-01' }, 'DOCUMENT_DAYS_REVERSED'],
    [{ kind: 'other' as const, issued_on: '2020-03-01', expires_on: '2021-03-01' }, undefined],
  ])('%j: %s', (paper, code) => expect(paperFault(paper, today)?.code).toBe(code));
});

describe('assignment', () => {
  const limits: Limits = { required_documents: ['licence'], shift_max_minutes: 720, rest_min_minutes: 480 };
  const licence: Paper = { kind: 'licence', state: 'valid', verified: true, expires_on: null };
  const at = (text: string): Date => new Date(text);
  const fine: Proposal = {
    kind: 'shift',
    driver: { status: 'active', blacklisted: false },
    papers: [licence],
    vehicle: { status: 'active' },
    from: at('2026-03-28T21:00:00Z'),
    to: at('2026-03-29T04:00:00Z'),
    before: undefined,
    after: undefined,
    overlaps: { driver: undefined, vehicle: undefined },
  };
  const codes = (change: Partial<Proposal>): string[] => assignmentFaults({ ...fine, ...change }, limits).map((f) => f.code);

  it('has nothing against a good one', () => expect(codes({})).toEqual([]));
  it.each<[string, Partial<Proposal>, string[]]>([
    ['an applicant', { driver: { status: 'applicant', blacklisted: false } }, ['DRIVER_NOT_ACTIVE']],
    ['a blacklisted driver', { driver: { status: 'suspended', blacklisted: true } }, ['DRIVER_NOT_ACTIVE', 'DRIVER_BLACKLISTED']],
    ['no licence', { papers: [] }, ['DRIVER_DOCUMENT_MISSING']],
    ['a licence nobody looked at', { papers: [{ ...licence, verified: false }] }, ['DRIVER_DOCUMENT_MISSING']],
    ['a withdrawn licence', { papers: [{ ...licence, state: 'withdrawn' }] }, ['DRIVER_DOCUMENT_MISSING']],
    ['an expired licence', { papers: [{ ...licence, state: 'expired', expires_on: '2026-01-01' }] }, ['DRIVER_DOCUMENT_EXPIRED']],
    ['a vehicle in repair', { vehicle: { status: 'in_repair' } }, ['VEHICLE_NOT_ACTIVE']],
    ['both taken', { overlaps: { driver: 'a', vehicle: 'b' } }, ['SHIFT_OVERLAPS_DRIVER', 'SHIFT_OVERLAPS_VEHICLE']],
    ['too many hours', { to: at('2026-03-29T09:01:00Z') }, ['SHIFT_TOO_LONG']],
    ['too little rest before', { before: at('2026-03-28T13:01:00Z') }, ['SHIFT_REST_TOO_SHORT']],
    ['too little rest after', { after: at('2026-03-29T11:59:00Z') }, ['SHIFT_REST_TOO_SHORT']],
  ])('refuses %s', (_, change, expected) => expect(codes(change)).toEqual(expected));
  it('forgets an expired licence once it was renewed', () => expect(codes({ papers: [{ ...licence, state: 'expired', expires_on: '2026-01-01' }, licence] })).toEqual([]));
  it('takes an expiring licence', () => expect(codes({ papers: [{ ...licence, state: 'expiring' }] })).toEqual([]));
  it('limits no rental', () => expect(codes({ kind: 'rental', to: at('2026-06-28T21:00:00Z'), before: at('2026-03-28T20:59:00Z') })).toEqual([]));
  it('does not judge an end that nobody knows', () => expect(codes({ to: undefined })).toEqual([]));
  it('lets papers and hours be overridden, and nothing else', () => {
    const all = assignmentFaults({ ...fine, driver: { status: 'left', blacklisted: true }, papers: [], vehicle: { status: 'retired' }, overlaps: { driver: 'a', vehicle: 'b' }, to: at('2026-03-30T04:00:00Z'), before: fine.from }, limits);
    expect(all.filter(mayOverride).map((f) => f.code)).toEqual(['DRIVER_DOCUMENT_MISSING', 'SHIFT_TOO_LONG', 'SHIFT_REST_TOO_SHORT']);
    expect(all).toHaveLength(8);
  });
});
