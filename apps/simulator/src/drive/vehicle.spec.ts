import { layStreets, nairobi, streetsGeoJson, type Sample } from '@fleet/telemetry_engine/play';
import { Router } from './router';
import { Vehicle, type VehicleTraits } from './vehicle';

const map = layStreets(nairobi);
const router = new Router(map);
const start = Date.UTC(2026, 10, 21, 6);
const traits: VehicleTraits = { seed: 11, part: 'works', body: 'car', tank_l: 45, odometer_km: 80_000, yard: map.yards[0] as number, interval_s: 5, steady: true };
const vehicle = (more: Partial<VehicleTraits> = {}): Vehicle => new Vehicle(router, { ...traits, ...more }, start);
const hours = (n: number): number => start + n * 3_600_000;

describe('streets', () => {
  it('are the same for the same seed, inside the city, and all of them can be reached', () => {
    expect(layStreets(nairobi)).toEqual(map);
    expect(layStreets(nairobi, 8).nodes).not.toEqual(map.nodes);
    for (const { lat, lon } of map.nodes) {
      expect(Math.abs(lat - nairobi.lat)).toBeLessThan(0.07);
      expect(Math.abs(lon - nairobi.lon)).toBeLessThan(0.09);
    }
    for (let to = 1; to < map.nodes.length; to += 97) expect(router.route(0, to).at(-1)?.to).toBe(to);
    expect(map.fuel.length).toBeGreaterThan(8);
    expect(new Set(map.streets.map((s) => s.class)).size).toBe(4);
  });

  it('come out as GeoJSON', () => {
    const { features } = streetsGeoJson(map);
    expect(features).toHaveLength(map.streets.length + map.fuel.length + map.yards.length);
    expect(features[0]).toMatchObject({ type: 'Feature', geometry: { type: 'LineString' }, properties: { kind: 'street' } });
  });

  it('routes join end to end and prefer broad streets', () => {
    const legs = router.route(map.yards[0] as number, map.yards[1] as number);
    legs.slice(1).forEach((leg, i) => expect(leg.from).toBe(legs[i]?.to));
    expect(router.route(5, 5)).toEqual([]);
  });
});

describe('a vehicle', () => {
  it('lives the same life for the same seed, however often it is asked', () => {
    const [a, b] = [vehicle(), vehicle()];
    const once = a.advance(hours(2));
    const often: Sample[] = [];
    for (let at = start; at < hours(2); at += 1_700) often.push(...b.advance(at));
    often.push(...b.advance(hours(2)));
    expect(often).toEqual(once);
    expect(vehicle({ seed: 12 }).advance(hours(2))).not.toEqual(once);
  });

  it('drives, stands, burns fuel, fills up and counts on', () => {
    const driven = vehicle({ odometer_km: 10 });
    const samples = Array.from({ length: 10 }, (_, i) => driven.advance(hours(3 * (i + 1)))).flat();
    const speeds = samples.map((s) => s.speed_kmh as number);
    expect(Math.max(...speeds)).toBeGreaterThan(55);
    expect(Math.max(...speeds)).toBeLessThan(125);
    expect(speeds.filter((kmh) => kmh === 0).length).toBeGreaterThan(500);
    const backwards = samples.slice(1).filter((s, i) => {
      const before = samples[i] as Sample;
      return s.at_ms <= before.at_ms || (s.odometer_km as number) < (before.odometer_km as number) || (s.engine_hours as number) < (before.engine_hours as number);
    });
    expect(backwards).toEqual([]);
    const fills = samples.slice(60).filter((s, i) => (s.fuel_level_l as number) > (samples[i] as Sample).fuel_level_l! + 20);
    expect(fills.length).toBeGreaterThan(0);
    expect(samples.some((s) => s.extras?.harsh === 'harsh_braking')).toBe(true);
    expect(samples.filter((s) => !s.ignition).every((s) => s.rpm === 0 && s.fuel_rate_lph === 0)).toBe(true);
    expect((driven.engine.odometer_km - 10) / 30).toBeGreaterThan(8);
  });

  it('reports at its interval, and as a tracker does at once when something happens', () => {
    const steady = vehicle().advance(hours(1));
    expect(steady.length).toBeGreaterThanOrEqual(719);
    const parked = vehicle({ part: 'parked', steady: false }).advance(hours(3));
    expect(parked.length).toBeLessThan(40);
    expect(parked.every((s) => s.speed_kmh === 0 && s.ignition === false)).toBe(true);
  });

  it('a bad receiver says so in part and lies in part', () => {
    const samples = vehicle({ part: 'bad_gps' }).advance(hours(2));
    expect(samples.filter((s) => s.lat === 0 && s.valid === false).length).toBeGreaterThan(30);
    expect(samples.filter((s) => s.lat !== 0 && Math.abs((s.lat as number) - nairobi.lat) > 0.1).length).toBeGreaterThan(5);
  });

  it('goes on where it was after a restart', () => {
    const before = vehicle();
    before.advance(hours(1));
    const after = new Vehicle(router, traits, hours(1.1), before.memory);
    expect(after.memory).toEqual(before.memory);
    expect(after.motion.place).toMatchObject({ lat: map.nodes[before.memory.node]?.lat });
  });
});

describe('its relay', () => {
  const until = (v: Vehicle, from: number, wanted: (v: Vehicle) => boolean): number => {
    let at = from;
    while (!wanted(v) && at < from + 7_200_000) v.advance((at += 1_000));
    expect(wanted(v)).toBe(true);
    return at;
  };

  it('keeps an engine off that is off, and shows in the very next second', () => {
    const v = vehicle();
    const at = until(v, start, (x) => !x.engine.on && x.speedKmh === 0);
    v.setOutput(0, true);
    const [said] = v.advance(at + 1_000);
    expect(said).toMatchObject({ outputs: 1, ignition: false });
    expect(v.advance(at + 3_600_000).every((s) => !s.ignition && s.speed_kmh === 0 && s.outputs === 1)).toBe(true);
    expect(v.hazards).toBe(0);
    v.setOutput(0, false);
    expect(v.advance(at + 7_200_000).some((s) => (s.speed_kmh as number) > 20)).toBe(true);
  });

  it('cut in motion is counted as the hazard it is: the vehicle rolls out and stands', () => {
    const v = vehicle();
    const at = until(v, start, (x) => x.speedKmh > 40);
    v.setOutput(0, true);
    expect(v.hazards).toBe(1);
    const odometer = v.engine.odometer_km;
    const rolled = v.advance(at + 60_000);
    expect(rolled.at(-1)).toMatchObject({ speed_kmh: 0, ignition: false });
    expect(v.engine.odometer_km - odometer).toBeGreaterThan(0.02);
    v.setOutput(0, false);
    until(v, at + 60_000, (x) => x.speedKmh > 20);
  });
});
