import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { reachFault, reachOf, urlFault } from './addresses';
import { mailPausesMs, pauseMs, retryAfterMs, webhookPausesMs } from './back-off';
import { matchesType, unknownTypes } from './event-types';
import { filterFaults, passes, type Filter } from './filters';
import { quietOver, quietUntil } from './quiet-hours';
import { newWebhookSecret, signedHeaders } from './signature';

describe('signatures', () => {
  it('agree with the published example of the standard', () => {
    const headers = signedHeaders('msg_p5jXN8AQM9LWM0D4loKWxJek', new Date(1_614_265_330_000), '{"test": 2432232314}', ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw']);
    expect(headers).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });

  it('are made by every secret that still counts, over id, time and body', () => {
    const secrets = [newWebhookSecret(), newWebhookSecret()];
    const headers = signedHeaders('a', new Date(5000), 'body', secrets);
    const expected = secrets.map((s) => `v1,${createHmac('sha256', Buffer.from(s.replace('whsec_', ''), 'base64')).update('a.5.body').digest('base64')}`);
    expect(headers['webhook-signature']).toBe(expected.join(' '));
    expect(Buffer.from(secrets[0]!.slice(6), 'base64')).toHaveLength(32);
    expect(secrets[0]).not.toBe(secrets[1]);
  });
});

describe('where an address leads', () => {
  it.each([
    ['8.8.8.8', 'public'],
    ['2606:4700::1', 'public'],
    ['127.0.0.1', 'own'],
    ['127.9.9.9', 'own'],
    ['10.1.2.3', 'own'],
    ['172.16.0.1', 'own'],
    ['172.31.255.255', 'own'],
    ['172.32.0.1', 'public'],
    ['192.168.1.1', 'own'],
    ['100.64.0.1', 'own'],
    ['::1', 'own'],
    ['fd00::1', 'own'],
    ['::ffff:127.0.0.1', 'own'],
    ['::ffff:7f00:1', 'own'],
    ['::FFFF:A9FE:A9FE', 'never'],
    ['::ffff:8.8.8.8', 'public'],
    ['169.254.169.254', 'never'],
    ['0.0.0.0', 'never'],
    ['224.0.0.1', 'never'],
    ['255.255.255.255', 'never'],
    ['203.0.113.7', 'never'],
    ['::', 'never'],
    ['fe80::1%eth0', 'never'],
    ['fe80::1', 'never'],
    ['ff02::1', 'never'],
    ['64:ff9b::7f00:1', 'never'],
    ['2002:7f00:1::', 'never'],
    ['2001:0:4136:e378::', 'never'],
    ['::127.0.0.1', 'never'],
    ['no address', 'never'],
  ])('%s: %s', (address, reach) => {
    expect(reachOf(address)).toBe(reach);
  });

  it('an IPv4 address leads to the same place in an IPv6 coat', () => {
    fc.assert(fc.property(fc.ipV4(), (ip) => reachOf(`::ffff:${ip}`) === reachOf(ip)));
  });

  it.each([
    ['https://example.org/x', false, undefined],
    ['https://example.org:8443/x', false, undefined],
    ['http://example.org/x', false, 'WEBHOOK_URL_NOT_HTTPS'],
    ['http://10.0.0.1/x', true, undefined],
    ['https://user:pass@example.org/', false, 'WEBHOOK_URL_WITH_LOGIN'],
    ['https://user@example.org/', true, 'WEBHOOK_URL_WITH_LOGIN'],
    ['ftp://example.org/', true, 'WEBHOOK_URL_UNUSABLE'],
    ['file:///etc/passwd', true, 'WEBHOOK_URL_UNUSABLE'],
    ['nonsense', true, 'WEBHOOK_URL_UNUSABLE'],
  ])('%s with private allowed %s: %s', (url, allowed, code) => {
    expect(urlFault(url, allowed)?.code).toBe(code);
  });

  it('one bad address refuses the whole name; http goes nowhere public; metadata never', () => {
    const https = new URL('https://example.org');
    expect(reachFault(https, ['8.8.8.8', '10.0.0.1'], false)?.code).toBe('WEBHOOK_ADDRESS_REFUSED');
    expect(reachFault(https, ['8.8.8.8', '10.0.0.1'], true)).toBeUndefined();
    expect(reachFault(https, ['169.254.169.254'], true)?.code).toBe('WEBHOOK_ADDRESS_REFUSED');
    expect(reachFault(new URL('http://example.org'), ['8.8.8.8'], true)?.code).toBe('WEBHOOK_URL_NOT_HTTPS');
    // Spellings of 127.0.0.1 that the parser of addresses straightens out.
    for (const host of ['2130706433', '0x7f.1', '017700000001', '127.1']) expect(reachOf(new URL(`https://${host}/`).hostname)).toBe('own');
  });
});

describe('back-off', () => {
  it('waits longer each time, within a tenth of what is planned, and ends', () => {
    for (const pauses of [webhookPausesMs, mailPausesMs]) {
      pauses.forEach((pause, i) => {
        expect(pauseMs(pauses, i + 1, 0)).toBe(Math.round(pause * 0.9));
        expect(pauseMs(pauses, i + 1, 1)).toBe(Math.round(pause * 1.1));
        if (i > 0) expect(pause).toBeGreaterThan(pauses[i - 1]!);
      });
      expect(pauseMs(pauses, pauses.length + 1, 0.5)).toBeUndefined();
    }
  });

  it('heeds a receiver that asks for more, up to a day', () => {
    const now = new Date('2026-01-01T00:00:00Z');
    expect(pauseMs(webhookPausesMs, 1, 0.5, retryAfterMs('120', now))).toBe(120_000);
    expect(pauseMs(webhookPausesMs, 1, 0.5, retryAfterMs('Thu, 01 Jan 2026 00:01:00 GMT', now))).toBe(60_000);
    expect(pauseMs(webhookPausesMs, 1, 0.5, retryAfterMs('99999999', now))).toBe(86_400_000);
    for (const odd of [undefined, '', '-5', 'soon', 'Thu, 01 Jan 2020 00:00:00 GMT']) expect(retryAfterMs(odd, now)).toBe(0);
  });
});

describe('event types', () => {
  it('name one event, a subsystem or all', () => {
    expect(matchesType(['fuel_log.*'], 'fuel_log.fill_up_recorded')).toBe(true);
    expect(matchesType(['fuel_log.*'], 'fuel_logistics.started')).toBe(false);
    expect(matchesType(['*'], 'a.b')).toBe(true);
    expect(matchesType(['a.c', 'a.b'], 'a.b')).toBe(true);
    expect(matchesType([], 'a.b')).toBe(false);
  });

  it('that nobody declared are found', () => {
    expect(unknownTypes(['a.b', 'a.*', '*', 'b.*', 'a.x', 'a.b*', '**', ''], ['a.b'])).toEqual(['b.*', 'a.x', 'a.b*', '**', '']);
  });
});

describe('filters', () => {
  const payload = { kind: 'towing_suspected', place: { lat: 1.5 }, days_left: 3, tags: ['a', 'b'], none: null, yes: true };
  const filter = (field: string, is: Filter['is'], ...values: string[]): Filter => ({ field, is, values });

  it.each<[Filter, boolean]>([
    [filter('kind', 'is', 'overspeed', 'towing_suspected'), true],
    [filter('kind', 'is', 'overspeed'), false],
    [filter('kind', 'is_not', 'overspeed'), true],
    [filter('missing', 'is_not', 'x'), true],
    [filter('missing', 'is', 'undefined'), false],
    [filter('none', 'is', 'null'), false],
    [filter('place.lat', 'over', '1.4'), true],
    [filter('place.lat', 'over', '1.5'), false],
    [filter('days_left', 'under', '4'), true],
    [filter('kind', 'under', '4'), false],
    [filter('tags', 'is', 'b'), true],
    [filter('tags.0', 'present'), false],
    [filter('none', 'present'), false],
    [filter('place', 'present'), true],
    [filter('yes', 'is', 'true'), true],
    [filter('constructor', 'present'), false],
    [filter('__proto__.toString', 'present'), false],
  ])('%j: %s', (one, expected) => {
    expect(passes([one], payload)).toBe(expected);
  });

  it('must all hold', () => {
    expect(passes([], payload)).toBe(true);
    expect(passes([filter('yes', 'present'), filter('kind', 'is', 'x')], payload)).toBe(false);
  });

  it('without usable values are refused', () => {
    const faulty = [filter('a', 'is'), filter('a', 'over', 'x'), filter('a', 'over', '1', '2'), filter('a', 'under', ''), filter('a', 'present', 'x')];
    expect(filterFaults(faulty).map((f) => f.field)).toEqual(faulty.map((_, i) => `filters.${i}.values`));
    expect(filterFaults([filter('a', 'is', ''), filter('a', 'over', '-1.5'), filter('a', 'present')])).toEqual([]);
  });

  it('never throw, whatever the payload', () => {
    fc.assert(fc.property(fc.anything(), fc.string(), (any, field) => typeof passes([filter(field, 'is', 'x')], any) === 'boolean'));
  });
});

describe('quiet hours', () => {
  const night = { from: '22:00', to: '06:00' };
  const until = (at: string, zone: string, quiet = night): string | undefined => quietUntil(new Date(at), quiet, zone)?.toISOString();

  it.each([
    ['before they begin', '2026-01-10T18:59:59Z', 'Africa/Nairobi', undefined],
    ['as they begin', '2026-01-10T19:00:00Z', 'Africa/Nairobi', '2026-01-11T03:00:00.000Z'],
    ['after midnight', '2026-01-10T22:30:00Z', 'Africa/Nairobi', '2026-01-11T03:00:00.000Z'],
    ['as they end', '2026-01-11T03:00:00Z', 'Africa/Nairobi', undefined],
    ['over the end of the year', '2026-12-31T23:00:00Z', 'Europe/Berlin', '2027-01-01T05:00:00.000Z'],
    ['in the night that loses an hour', '2026-03-28T22:00:00Z', 'Europe/Berlin', '2026-03-29T04:00:00.000Z'],
    ['in the night that gains an hour', '2026-10-24T21:00:00Z', 'Europe/Berlin', '2026-10-25T05:00:00.000Z'],
    ['in a zone of half an hour', '2026-05-01T17:00:00Z', 'Asia/Kolkata', '2026-05-02T00:30:00.000Z'],
  ])('%s', (_, at, zone, expected) => {
    expect(until(at, zone)).toBe(expected);
  });

  it('by day hold between two hours of it', () => {
    const siesta = { from: '13:00', to: '15:00' };
    expect(until('2026-07-01T11:30:00Z', 'Europe/Madrid', siesta)).toBe('2026-07-01T13:00:00.000Z');
    expect(until('2026-07-01T13:00:00Z', 'Europe/Madrid', siesta)).toBeUndefined();
    expect(until('2026-07-01T13:00:00Z', 'Europe/Madrid', { from: '08:00', to: '08:00' })).toBeUndefined();
  });

  it('that end in a skipped hour end with the jump, and in a repeated one at its first time', () => {
    const late = { from: '22:00', to: '02:30' };
    expect(until('2026-03-29T00:30:00Z', 'Europe/Berlin', late)).toBe('2026-03-29T01:00:00.000Z');
    expect(until('2026-10-24T23:00:00Z', 'Europe/Berlin', late)).toBe('2026-10-25T00:30:00.000Z');
    // 02:10 for the second time: the end has been, so nobody is held for a day.
    expect(until('2026-10-25T01:10:00Z', 'Europe/Berlin', late)).toBeUndefined();
  });

  it('of several hold until none does, and never for good', () => {
    const over = (at: string, ...all: { from: string; to: string }[]): string => quietOver(new Date(at), all, 'Africa/Nairobi').toISOString();
    const own = { from: '05:00', to: '09:00' };
    expect(over('2026-01-10T19:30:00Z', night, own)).toBe('2026-01-11T06:00:00.000Z');
    expect(over('2026-01-10T19:30:00Z', own, night)).toBe('2026-01-11T06:00:00.000Z');
    expect(over('2026-01-10T12:00:00Z', night, own)).toBe('2026-01-10T12:00:00.000Z');
    expect(over('2026-01-10T19:30:00Z')).toBe('2026-01-10T19:30:00.000Z');
    // Night and day together leave no hour: after two days it comes all the same.
    expect(over('2026-01-10T19:30:00Z', night, { from: '06:00', to: '22:00' })).toBe('2026-01-12T19:00:00.000Z');
  });

  it('end later, within a day and an hour, and are over when they end', () => {
    const time = fc.integer({ min: 0, max: 1439 }).map((m) => `${String(Math.floor(m / 60)).padStart(2, '0')}:${String(m % 60).padStart(2, '0')}`);
    const zone = fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'Pacific/Apia');
    fc.assert(
      fc.property(fc.date({ min: new Date('2020-01-01'), max: new Date('2030-01-01'), noInvalidDate: true }), time, time, zone, (at, from, to, tz) => {
        const end = quietUntil(at, { from, to }, tz);
        if (!end) return true;
        const after = quietUntil(new Date(end.getTime() + 60_000), { from, to }, tz);
        return end > at && end.getTime() - at.getTime() <= 25 * 3_600_000 && (after === undefined || after > end);
      }),
      { numRuns: 2000 },
    );
  });
});
