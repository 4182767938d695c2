import fc from 'fast-check';
import { isPrivateHost } from './addresses';
import { relayIs } from './answers';
import { readingOf, routeFault, textFor, type Route } from './device-texts';
import { reasonsAgainst, type DriverFacts } from './driver_access';
import { judge, limits, type Report, type Situation } from './policy';

const now = new Date('2026-11-21T12:00:00Z');
const ago = (seconds: number): Date => new Date(now.getTime() - seconds * 1000);
const report = (seconds: number, more: Partial<Report> = {}): Report => ({ at: ago(seconds), received_at: ago(seconds), lat: 1, lon: 2, speed_kmh: 0, valid: true, satellites: 9, ignition: false, outputs: 0, marks: [], extras: null, ...more });
const still: Situation = { now, method: 'ips_text', account: { immobilizing: true, stopped: false }, circuit: { kind: 'starter', enabled: true, methods: ['ips_text'] }, reports: [report(2), report(12)], connected: true };
const codes = (more: Partial<Situation>): string[] => judge({ ...still, ...more }).objections.map((o) => o.code);

describe('the policy', () => {
  it('lets a standing vehicle be stopped', () => {
    expect(judge(still)).toMatchObject({ allowed: true, facts: { speed_kmh: 0, previous_speed_kmh: 0, position_age_s: 2, ignition: false } });
  });

  it.each<[string, Partial<Situation>, string]>([
    ['exactly at the age limit', { reports: [report(30), report(40)] }, ''],
    ['just past it', { reports: [report(30.1), report(40)] }, 'POSITION_STALE'],
    ['at 5 km/h', { reports: [report(2, { speed_kmh: 5 }), report(12)] }, ''],
    ['at 5.01 km/h', { reports: [report(2, { speed_kmh: 5.01 }), report(12)] }, 'VEHICLE_MOVING'],
    ['with a fix the device doubts', { reports: [report(2, { valid: false }), report(12)] }, 'POSITION_INVALID'],
    ['after a jump', { reports: [report(2, { marks: ['jump'] }), report(12)] }, 'POSITION_INVALID'],
    ['with unknown satellites', { reports: [report(2, { satellites: null }), report(12)] }, ''],
    ['whose parked device spoke an hour ago and now', { reports: [report(2), report(3600)] }, ''],
    ['connected or not, nobody can tell', { connected: undefined }, ''],
    ['not connected', { connected: false }, 'DEVICE_NOT_CONNECTED'],
    ['under the kill switch', { account: { immobilizing: true, stopped: true } }, 'IMMOBILIZING_STOPPED'],
  ])('judges a vehicle %s', (_, more, code) => {
    expect(codes(more)[0] ?? '').toBe(code);
  });

  it('allows nothing that any of its facts speaks against, whatever the reports', () => {
    const speed = fc.option(fc.double({ min: 0, max: 200, noNaN: true }), { nil: null });
    const reports = fc.array(fc.record({ s: fc.integer({ min: -100, max: 400 }), delay: fc.integer({ min: -100, max: 100 }), speed_kmh: speed, lat: fc.option(fc.constant(1), { nil: null }) }), { maxLength: 6 });
    fc.assert(
      fc.property(reports, (drawn) => {
        const all = drawn.map((d) => report(0, { received_at: ago(d.s), at: ago(d.s + d.delay), speed_kmh: d.speed_kmh, lat: d.lat })).sort((a, b) => b.at.getTime() - a.at.getTime());
        if (!judge({ ...still, reports: all }).allowed) return;
        const [first, second] = all as [Report, Report];
        expect(first.lat).not.toBeNull();
        expect(now.getTime() - first.received_at.getTime()).toBeLessThanOrEqual(limits.fixMaxAgeMs);
        expect(first.speed_kmh).not.toBeNull();
        expect(second.speed_kmh).not.toBeNull();
        for (const r of [first, second]) expect(r.speed_kmh).toBeLessThanOrEqual(limits.speedMaxKmh);
      }),
      { numRuns: 3_000 },
    );
  });
});

describe('device texts', () => {
  it.each<[Route, number, string, string]>([
    [{ method: 'ips_text', dialect: 'umka' }, 1, 'OUTPUT0=1', 'OUTPUT0=0'],
    [{ method: 'ips_text', dialect: 'vega' }, 2, '#setout2=1#', '#setout2=0#'],
    [{ method: 'ips_text', dialect: 'custom', cut_text: 'KILL', release_text: 'LIVE' }, 1, 'KILL', 'LIVE'],
    [{ method: 'teltonika_gprs' }, 1, 'setdigout 1 ? 5', 'setdigout 0'],
    [{ method: 'teltonika_gprs' }, 2, 'setdigout ?1 ? ? ? 5', 'setdigout ?0'],
  ])('of %j, output %i', (route, output, on, off) => {
    expect([textFor(route, output, 'immobilize'), textFor(route, output, 'release')]).toEqual([on, off]);
  });

  const umka: Route = { method: 'ips_text', dialect: 'umka' };
  const teltonika: Route = { method: 'teltonika_gprs' };
  it.each<[Route, 'immobilize' | 'release', string, boolean, string]>([
    [umka, 'immobilize', 'OUTPUT0=1', true, 'executed'],
    [umka, 'immobilize', 'OUT1=1 OK', true, 'executed'],
    [umka, 'release', 'OUTPUT0=1', true, 'other'],
    [umka, 'release', 'OUTPUT0 = 0', true, 'executed'],
    [umka, 'immobilize', 'OK', true, 'executed'],
    [umka, 'immobilize', 'OK', false, 'other'],
    [umka, 'immobilize', 'ERR unknown command', true, 'refused'],
    [umka, 'immobilize', 'ERR unknown command', false, 'other'],
    [teltonika, 'immobilize', 'ERROR: denied', false, 'other'],
    [umka, 'release', 'Already in the state of fuel supply to resume, the command is not running!', true, 'executed'],
    [umka, 'release', 'Already in the state of fuel supply to resume, command is not executed', false, 'executed'],
    [umka, 'immobilize', 'Already in the state of fuel supply to resume, the command is not running!', false, 'other'],
    [umka, 'release', 'Already in the state of fuel supply cut off, command is not executed', true, 'refused'],
    [umka, 'release', 'Cut off the fuel supply: Success!', true, 'other'],
    [umka, 'immobilize', 'Cut off the fuel supply: Success!', true, 'executed'],
    [umka, 'release', 'Restore fuel supply: Success!', true, 'executed'],
    [umka, 'immobilize', 'Restore fuel supply: Success!', true, 'other'],
    [umka, 'immobilize', 'Already in the state of fuel supply cut off, command is not executed', true, 'refused'],
    [umka, 'immobilize', 'DOUT1:ON Timeout:INFINITY', true, 'executed'],
    [teltonika, 'immobilize', 'DOUT1:ON Timeout:INFINITY Speed threshold:5km/h', true, 'executed'],
    [teltonika, 'immobilize', 'DOUT1:ON Timeout:10s Speed threshold:1km/h Speed is above threshold, queued', true, 'queued'],
    [teltonika, 'release', 'DOUT1:OFF DOUT2:ON', true, 'executed'],
    [teltonika, 'release', 'DOUT1:ON Timeout:INFINITY', true, 'other'],
  ])('%j %s reads %j, alone %s, as %s', (route, kind, text, alone, reading) => {
    expect(readingOf(route, 1, kind, text, alone)).toBe(reading);
  });

  it('of one kind never confirm the other', () => {
    fc.assert(
      fc.property(fc.constantFrom(umka, { method: 'ips_text', dialect: 'vega' } as Route, teltonika), fc.integer({ min: 1, max: 4 }), fc.boolean(), (route, output, alone) => {
        const said = route.method === 'teltonika_gprs' ? { on: `DOUT${output}:ON`, off: `DOUT${output}:OFF` } : { on: textFor(route, output, 'immobilize'), off: textFor(route, output, 'release') };
        expect(readingOf(route, output, 'release', said.on, alone)).toBe('other');
        expect(readingOf(route, output, 'immobilize', said.off, alone)).toBe('other');
      }),
    );
  });

  it('name what is missing', () => {
    expect(routeFault({ method: 'ips_text' })).toContain('dialect');
    expect(routeFault({ method: 'ips_text', dialect: 'custom', cut_text: 'A', release_text: 'A' })).toContain('same');
    expect(routeFault({ method: 'vialon_relay' })).toContain('unit_id');
    expect(routeFault({ method: 'tracksolid' })).toContain('imei');
    expect(routeFault({ method: 'teltonika_gprs' })).toBeUndefined();
  });

  it('a relay shows in its bit', () => {
    expect([relayIs(0b01, 1), relayIs(0b01, 2), relayIs(0b10, 2)]).toEqual(['immobilize', 'release', 'immobilize']);
  });
});

describe('driver access', () => {
  const fine: DriverFacts = { now, today: '2026-11-21', status: 'active', blacklisted: false, erased: false, faults: [], medicalUntil: [], lockouts: [], holding: undefined, lastShiftEndedAt: undefined, limits: { shift_max_minutes: 720, rest_min_minutes: 480 } };
  const holding = (kind: 'shift' | 'rental', minutes: number, vehicle_status = 'active') => ({ vehicle_id: 'v', vehicle_status, kind, since: ago(minutes * 60) });

  it.each<[string, Partial<DriverFacts>, string[]]>([
    ['nothing', {}, []],
    ['a driver who left', { status: 'left' }, ['DRIVER_NOT_ACTIVE']],
    ['the blacklist', { blacklisted: true }, ['DRIVER_BLACKLISTED']],
    ['a missing licence', { faults: [{ code: 'DRIVER_DOCUMENT_MISSING', detail: '' }, { code: 'DRIVER_BLACKLISTED', detail: '' }] }, ['DRIVER_DOCUMENT_MISSING']],
    ['a medical certificate that ends today', { medicalUntil: ['2026-11-21'] }, []],
    ['one that ended yesterday', { medicalUntil: ['2026-11-20', '2026-01-01'] }, ['MEDICAL_EXPIRED']],
    ['one that was renewed', { medicalUntil: ['2026-11-20', '2027-11-20'] }, []],
    ['a lockout', { lockouts: [{ id: 'l', reason_code: 'debt', until: null, of: 'driver' }] }, ['LOCKED_OUT']],
    ['a lockout of the vehicle', { lockouts: [{ id: 'l', reason_code: 'technical_defect', until: now, of: 'vehicle' }] }, ['VEHICLE_LOCKED_OUT']],
    ['twelve hours at the wheel', { holding: holding('shift', 720) }, []],
    ['a minute more', { holding: holding('shift', 721) }, ['SHIFT_TOO_LONG']],
    ['a rental of weeks', { holding: holding('rental', 40_000) }, []],
    ['seven hours of rest', { lastShiftEndedAt: ago(7 * 3600) }, ['REST_TOO_SHORT']],
    ['eight hours of rest', { lastShiftEndedAt: ago(8 * 3600) }, []],
    ['a vehicle in repair', { holding: holding('rental', 5, 'in_repair') }, ['VEHICLE_NOT_ACTIVE']],
    ['all at once', { status: 'suspended', blacklisted: true, lockouts: [{ id: 'l', reason_code: 'debt', until: null, of: 'driver' }], lastShiftEndedAt: ago(60) }, ['DRIVER_NOT_ACTIVE', 'DRIVER_BLACKLISTED', 'LOCKED_OUT', 'REST_TOO_SHORT']],
  ])('with %s', (_, more, expected) => {
    expect(reasonsAgainst({ ...fine, ...more }).map((r) => r.code)).toEqual(expected);
  });
});

it('addresses of one’s own network may do without TLS', () => {
  expect(['localhost', '127.0.0.1', '10.1.2.3', '192.168.0.9', '172.31.0.1', 'wialon.local', '[::1]'].every(isPrivateHost)).toBe(true);
  expect(['hst-api.wialon.com', '172.32.0.1', '8.8.8.8', 'localhost.example.org', '10.example.org'].some(isPrivateHost)).toBe(false);
});
