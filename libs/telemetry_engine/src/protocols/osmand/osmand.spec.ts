import fc from 'fast-check';
import { readOsmandJson, readOsmandQuery } from './osmand';

const receivedAtMs = 1_800_000_000_000;
const query = (text: string) => readOsmandQuery(Object.fromEntries(new URLSearchParams(text)), receivedAtMs);

describe('the query form', () => {
  it('knots become km/h, known keys become fields', () =>
    expect(query('id=123456789012345&timestamp=1504763810&lat=40.7232948571&lon=-74.0061408571&bearing=7.19889788244&speed=40&ignition=true&rpm=933&fuel=24')).toEqual({
      device_id: '123456789012345',
      sample: { at_ms: 1504763810000, lat: 40.7232948571, lon: -74.0061408571, heading_deg: 7.19889788244, speed_kmh: 74.08, ignition: true, rpm: 933, fuel_level_l: 24 },
    }));
  it.each([
    ['1504763810', 1504763810000],
    ['1504763810123', 1504763810123],
    ['1504763810.5', 1504763810500],
    ['2017-09-07T05:56:50Z', 1504763810000],
    ['2017-09-07T08:56:50+03:00', 1504763810000],
    ['2017-09-07 05:56:50', 1504763810000],
    ['', receivedAtMs],
  ])('timestamp %s', (timestamp, at_ms) => expect(readOsmandQuery({ id: 'a', timestamp }, receivedAtMs)).toMatchObject({ sample: { at_ms } }));
  it('the other spellings', () =>
    expect(query('deviceid=a&location=1.5,-2.5&heading=360&altitude=-3&batt=88&hdop=0.9&odometer=152340600&hours=3600000&driverUniqueId=D7&valid=false&cell=250,1,2,3&wifi=aa:bb,-60&charge=true')).toEqual({
      device_id: 'a',
      sample: {
        at_ms: receivedAtMs, lat: 1.5, lon: -2.5, heading_deg: 0, altitude_m: -3, odometer_km: 152340.6, engine_hours: 1, driver_key: 'D7', valid: false,
        extras: { battery_pct: 88, hdop: 0.9, cell: '250,1,2,3', wifi: 'aa:bb,-60', charge: true },
      },
    }));
  it.each([
    ['lat=1&lon=2', 'device'],
    ['id=a&timestamp=yesterday', 'time'],
    ['id=a&timestamp=-5', 'time'],
    ['id=a&lat=91&lon=2', 'coordinate'],
    ['id=a&lat=1', 'coordinate'],
    ['id=a&location=here', 'coordinate'],
    ['id=a&speed=fast', 'motion'],
  ])('%s: %s', (text, fault) => expect(query(text)).toEqual({ fault }));
});

describe('the JSON form', () => {
  const body = {
    location: {
      timestamp: '2025-06-15T13:45:12.862Z', coords: { latitude: 37.42, longitude: -122.08, accuracy: 5, speed: 0, heading: -1, altitude: 5 }, is_moving: false, odometer: 0, event: 'motionchange',
      battery: { level: 1, is_charging: false }, activity: { type: 'still' }, extras: {},
    },
    device_id: '48241179',
  };
  it('as the Traccar client sends it', () =>
    expect(readOsmandJson(body, receivedAtMs)).toEqual({
      device_id: '48241179',
      sample: {
        at_ms: Date.parse('2025-06-15T13:45:12.862Z'), lat: 37.42, lon: -122.08, speed_kmh: 0, altitude_m: 5,
        extras: { accuracy: 5, motion: false, phone_odometer_m: 0, event: 'motionchange', battery_pct: 100, charge: false, activity: 'still' },
      },
    }));
  const changed = (location: object) => readOsmandJson({ ...body, location: { ...body.location, ...location } }, receivedAtMs);
  it('m/s become km/h', () => expect(changed({ coords: { latitude: 1, longitude: 2, speed: 10 } })).toMatchObject({ sample: { speed_kmh: 36 } }));
  it('unknown speed stays unknown', () => expect(changed({ coords: { latitude: 1, longitude: 2, speed: -1 } })).not.toHaveProperty('sample.speed_kmh'));
  it('without a time it is now', () => expect(changed({ timestamp: undefined })).toMatchObject({ sample: { at_ms: receivedAtMs } }));
  it.each([
    [null, 'structure'],
    [{ location: {} }, 'structure'],
    [{ ...body, device_id: {} }, 'device'],
    [{ ...body, location: { coords: { latitude: 'x', longitude: 1 } } }, 'coordinate'],
    [{ ...body, location: { ...body.location, timestamp: 'soon' } }, 'time'],
  ])('%j: %s', (given, fault) => expect(readOsmandJson(given, receivedAtMs)).toEqual({ fault }));
});

it('neither form ever throws', () => {
  fc.assert(
    fc.property(fc.anything(), fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('id', 'lat', 'lon', 'timestamp', 'location', 'speed')), fc.oneof(fc.string(), fc.array(fc.string()))), (body, given) => {
      readOsmandJson(body, receivedAtMs);
      readOsmandJson({ location: body, device_id: 'a' }, receivedAtMs);
      readOsmandQuery({ id: 'a', ...given }, receivedAtMs);
    }),
    { numRuns: 500 },
  );
});
