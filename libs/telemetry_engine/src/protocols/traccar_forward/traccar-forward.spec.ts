import fc from 'fast-check';
import { readTraccarForward } from './traccar-forward';

const body = {
  position: {
    id: 7, deviceId: 3, protocol: 'gt06', serverTime: '2026-11-21T10:00:05.000+00:00', deviceTime: '2026-11-21T10:00:03.000+00:00', fixTime: '2026-11-21T10:00:02.000+00:00',
    outdated: false, valid: true, latitude: 55.7433, longitude: 37.6613, altitude: 144, speed: 40, course: 360, address: null, accuracy: 0, network: null,
    attributes: {
      ignition: true, motion: true, blocked: false, odometer: 2_656_224, obdOdometer: 152_340_600, hours: 3_600_000, power: 14.2, battery: 3.9, batteryLevel: 88, fuel: 45.8, fuelLevel: 55,
      fuelConsumption: 6.1, rpm: 1840, engineLoad: 42, coolantTemp: 90, dtcs: 'P0326 P1351', driverUniqueId: 'D7', sat: 11, hdop: 0.9, input: 1, output: 2, totalDistance: 99.5, alarm: 'sos', nested: { a: 1 },
    },
  },
  device: { id: 3, uniqueId: '353173060000001', name: 'van' },
};
const changed = (position: object, device: object = {}) => readTraccarForward({ position: { ...body.position, ...position }, device: { ...body.device, ...device } });

it('a forwarded position', () =>
  expect(readTraccarForward(body)).toEqual({
    device_id: '353173060000001',
    sample: {
      at_ms: Date.parse('2026-11-21T10:00:03Z'), lat: 55.7433, lon: 37.6613, altitude_m: 144, speed_kmh: 74.08, heading_deg: 0, valid: true, ignition: true, odometer_km: 152340.6, engine_hours: 1,
      voltage_v: 14.2, fuel_level_l: 45.8, fuel_level_pct: 55, fuel_rate_lph: 6.1, rpm: 1840, engine_load_pct: 42, coolant_c: 90, dtcs: ['P0326', 'P1351'], driver_key: 'D7', satellites: 11, inputs: 1, outputs: 2,
      extras: { odometer: 2_656_224, battery_pct: 88, battery_v: 3.9, motion: true, blocked: false, hdop: 0.9, totalDistance: 99.5, alarm: 'sos' },
    },
  }));
it('the tracker’s odometer when there is no other', () => expect(changed({ attributes: { odometer: 2_656_224 } })).toMatchObject({ sample: { odometer_km: 2656.224 } }));
it('an outdated position is doubtful and has no speed', () => {
  const read = changed({ outdated: true });
  expect(read).toMatchObject({ sample: { valid: false } });
  expect(read).not.toHaveProperty('sample.speed_kmh');
});
it('without a device time the fix time counts', () => expect(changed({ deviceTime: null })).toMatchObject({ sample: { at_ms: Date.parse('2026-11-21T10:00:02Z') } }));
it('values of the wrong kind stay extras', () =>
  expect(changed({ attributes: { rpm: 'high', ignition: 1, dtcs: 'none', coolantTemp: 999 } })).toMatchObject({ sample: { extras: { rpm: 'high', ignition: 1, dtcs: 'none', coolantTemp: 999 } } }));
it.each([
  [readTraccarForward(null), 'structure'],
  [readTraccarForward({ position: {} }), 'structure'],
  [changed({}, { uniqueId: 5 }), 'device'],
  [changed({ deviceTime: 'x', fixTime: null }), 'time'],
  [changed({ latitude: 91 }), 'coordinate'],
  [changed({ longitude: 'x' }), 'coordinate'],
])('%j: %s', (read, fault) => expect(read).toEqual({ fault }));
it('never throws', () => {
  fc.assert(
    fc.property(fc.anything(), fc.object(), (any, attributes) => {
      readTraccarForward(any);
      readTraccarForward({ position: any, device: { uniqueId: 'a' } });
      changed({ attributes });
    }),
    { numRuns: 500 },
  );
});
