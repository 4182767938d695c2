import * as fc from 'fast-check';
import { calibrated, changesOf, compareRise, metresBetween, smoothed, type Level } from './tank';

const t0 = Date.UTC(2026, 5, 1, 6);
const at = (minute: number): Date => new Date(t0 + minute * 60_000);
const level = (minute: number, litres: number, speed_kmh: number | null = 0): Level => ({ at: at(minute), litres, speed_kmh });
/** A sample a minute. */
const series = (litres: readonly number[], speed: number | null = 0, from = 0): Level[] => litres.map((l, i) => level(from + i, l, speed));
const flat = (litres: number, minutes: number): number[] => Array.from({ length: minutes }, () => litres);
const ramp = (from: number, to: number, minutes: number): number[] => Array.from({ length: minutes }, (_, i) => from + ((to - from) * (i + 1)) / minutes);
const kinds = (levels: Level[]): [string, number][] => changesOf(levels, 5).map((c) => [c.kind, Math.round(c.litres)]);

describe('a calibration', () => {
  const points = [{ value: 100, litres: 0 }, { value: 4000, litres: 60 }, { value: 2000, litres: 40 }];
  it.each([[2000, 40], [1050, 20], [3000, 50], [50, 0], [9999, 60]])('%s is %s l', (value, litres) => expect(calibrated(value, points)).toBeCloseTo(litres, 9));
  it('without points says nothing', () => expect(calibrated(5, [])).toBeUndefined());
  it('never leaves the tank, and never falls where the table does not', () => {
    fc.assert(fc.property(fc.double({ min: -1e4, max: 1e4, noNaN: true }), fc.double({ min: 0, max: 1e4, noNaN: true }), (value, more) => {
      const [a, b] = [calibrated(value, points) ?? -1, calibrated(value + more, points) ?? -1];
      expect(a).toBeGreaterThanOrEqual(0);
      expect(b).toBeLessThanOrEqual(60);
      expect(b).toBeGreaterThanOrEqual(a);
    }));
  });
});

describe('slosh', () => {
  it('of single samples is not seen', () => expect(smoothed(series([40, 40, 55, 40, 40, 25, 40, 40])).map((l) => l.litres)).toEqual(flat(40, 8)));
  it('while driving is no drain and no refuel', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 30, maxLength: 90 }), (noise) => {
      const driven = noise.map((n, i) => level(i, 50 - i * 0.08 + n * 0.8, 60));
      expect(changesOf(driven, 5)).toEqual([]);
    }));
  });
});

describe('changes of a tank', () => {
  it.each<[string, Level[], [string, number][]]>([
    ['a refuel at the pump', series([...flat(20, 10), ...ramp(20, 60, 4), ...flat(60, 10)]), [['rise', 40]]],
    ['a drain while it stands', series([...flat(60, 10), ...ramp(60, 40, 8), ...flat(40, 10)]), [['drain', 20]]],
    ['a drain after hours of standing', series([...flat(60, 480), ...ramp(60, 45, 6), ...flat(45, 20)]), [['drain', 15]]],
    ['a refuel and a drain at one stop', series([...flat(20, 10), ...ramp(20, 60, 4), ...flat(60, 10), ...ramp(60, 45, 5), ...flat(45, 10)]), [['rise', 40], ['drain', 15]]],
    ['what driving uses', series(ramp(60, 20, 240), 80), []],
    ['what idling uses', series(ramp(60, 52, 240)), []],
    ['less than is worth asking', series([...flat(60, 10), ...ramp(60, 56.5, 3), ...flat(56.5, 10)]), []],
    ['a fall while the speed is unknown', series([...flat(60, 10), ...ramp(60, 40, 8), ...flat(40, 10)], null), []],
  ])('%s', (_, levels, wanted) => expect(kinds(levels)).toEqual(wanted));

  it('a gap in the data is never a drain', () => {
    expect(kinds([...series(flat(60, 20)), ...series(flat(30, 20), 0, 90)])).toEqual([]);
  });
  it('a rise over a gap is a rise, and says so', () => {
    expect(changesOf([...series(flat(20, 20)), ...series(flat(60, 20), 0, 90)], 5)).toMatchObject([{ kind: 'rise', litres: 40, over_gap: true }]);
  });
  it('tells when it happened', () => {
    const [drain] = changesOf(series([...flat(60, 100), ...ramp(60, 40, 10), ...flat(40, 30)]), 5);
    expect(drain?.from_at.getTime()).toBeGreaterThanOrEqual(at(97).getTime());
    expect(drain?.to_at.getTime()).toBeLessThanOrEqual(at(112).getTime());
  });
  it('nothing, one sample and a flat line are nothing', () => expect([changesOf([], 5), changesOf([level(0, 5)], 5), changesOf(series(flat(5, 50)), 5)]).toEqual([[], [], []]));
});

describe('litres claimed against the rise of the tank', () => {
  const refuel = series([...flat(20, 30), ...ramp(20, 60, 4), ...flat(60, 30)]);
  it.each([[40, 'fits'], [44, 'fits'], [55, 'differs'], [20, 'differs']])('%s l claimed, 40 l risen: %s', (claimed, verdict) => expect(compareRise(claimed, at(31), refuel, 5)).toEqual({ verdict, rise_l: 40 }));
  it('no rise at all differs', () => expect(compareRise(40, at(31), series(flat(20, 60)), 5)).toEqual({ verdict: 'differs', rise_l: 0 }));
  it('where nobody heard of the tank before or after, nothing is said', () => {
    expect(compareRise(40, at(31), [], 5)).toEqual({ verdict: 'no_data' });
    expect(compareRise(40, at(31), series(flat(20, 31)), 5)).toEqual({ verdict: 'no_data' });
    expect(compareRise(40, at(-1), refuel, 5)).toEqual({ verdict: 'no_data' });
  });
});

it('places are apart by what a map says', () => {
  expect(metresBetween({ lat: -1.2921, lon: 36.8219 }, { lat: -1.2921, lon: 36.8219 })).toBe(0);
  expect(metresBetween({ lat: 0, lon: 0 }, { lat: 0, lon: 1 }) / 1000).toBeCloseTo(111.2, 0);
});
