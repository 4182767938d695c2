import { readItem, ReadError } from './read-samples';

const right = { device_id: '353173060000001', at: '2026-11-21T12:00:00Z', lat: -1.29, lon: 36.82 };

describe('an item of an upload', () => {
  it.each([
    ['2026-11-21T12:00:00Z', Date.UTC(2026, 10, 21, 12)],
    ['2026-11-21T15:00:00.250+03:00', Date.UTC(2026, 10, 21, 12, 0, 0, 250)],
    [1_795_262_400_000, 1_795_262_400_000],
  ])('may say its time as %s', (at, at_ms) => {
    expect(readItem({ ...right, at })).toMatchObject({ device_id: right.device_id, sample: { at_ms, lat: -1.29 } });
  });

  it('may name the vehicle instead of a device, and say null for what it does not know', () => {
    const vehicle_id = '0B0F5F0E-8C1B-4C55-9A53-6C7E3D1B2A10';
    const read = readItem({ vehicle_id, device_id: null, at: right.at, lat: null, ignition: null, rpm: 900 });
    expect(read).toMatchObject({ vehicle_id: vehicle_id.toLowerCase(), sample: { rpm: 900 } });
    expect(read).not.toHaveProperty('sample.lat');
  });

  it.each<[unknown, string, RegExp]>([
    [null, 'not_an_object', /object/],
    [[], 'not_an_object', /object/],
    ['x', 'not_an_object', /object/],
    [{ ...right, at: undefined }, 'at_missing', /Say at/],
    [{ ...right, at: '2026-11-21 12:00' }, 'at_invalid', /ISO 8601/],
    [{ ...right, at: '2026-11-21T12:00:00' }, 'at_invalid', /offset/],
    [{ ...right, at: '2026-13-41T12:00:00Z' }, 'at_invalid', /does not exist/],
    [{ ...right, at: Infinity }, 'at_invalid', /no time/],
    [{ ...right, at: true }, 'at_invalid', /ISO 8601/],
    [{ at: right.at }, 'device_missing', /device_id or vehicle_id/],
    [{ ...right, device_id: 'a b' }, 'device_invalid', /IMEI/],
    [{ ...right, device_id: 353173060000001 }, 'device_invalid', /IMEI/],
    [{ at: right.at, vehicle_id: '7' }, 'device_invalid', /vehicle_id/],
    [{ ...right, lat: '1' }, 'wrong_type', /lat must be a number/],
    [{ ...right, ignition: 1 }, 'wrong_type', /ignition must be true or false/],
    [{ ...right, dtcs: 'P0420' }, 'wrong_type', /dtcs/],
    [{ ...right, dtcs: [7] }, 'wrong_type', /dtcs/],
    [{ ...right, driver_key: 7 }, 'wrong_type', /driver_key/],
    [{ ...right, extras: [] }, 'wrong_type', /extras must be an object/],
    [{ ...right, extras: { a: {} } }, 'wrong_type', /extras.a must be/],
    [{ ...right, extras: Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`k${i}`, i])) }, 'extras_too_large', /64/],
    [{ ...right, extras: { a: 'x'.repeat(257) } }, 'extras_too_large', /256/],
    [{ ...right, speed: 7 }, 'unknown_field', /speed is not a known field/],
    [{ ...right, at_ms: 7 }, 'unknown_field', /at_ms/],
  ])('%j is %s', (item, code, words) => {
    const read = readItem(item);
    expect(read).toBeInstanceOf(ReadError);
    expect(read).toMatchObject({ code, detail: expect.stringMatching(words) });
  });
});
