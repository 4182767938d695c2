import type { Sample } from '../sample';
import { gpsRolloverMs } from './limits';
import { marks, namesOfMarks } from './reasons';
import { judge } from './steps';
import { Trail } from './trail';

const now_ms = Date.UTC(2026, 10, 21, 12);
const minute = 60_000;
const verdict = (sample: Partial<Sample>, trail = new Trail()) => judge({ at_ms: now_ms - minute, lat: -1.29, lon: 36.82, ...sample }, { now_ms, trail });

describe('the way of a sample', () => {
  it.each<[string, Partial<Sample>, string]>([
    ['a time that is none', { at_ms: NaN }, 'bad_time'],
    ['a time more than ten minutes ahead', { at_ms: now_ms + 11 * minute }, 'future'],
    ['a time exactly 1024 weeks back', { at_ms: now_ms - gpsRolloverMs - minute }, 'gps_week_rollover'],
    ['a time eight days back', { at_ms: now_ms - 8 * 1440 * minute }, 'too_old'],
    ['1980', { at_ms: Date.UTC(1980, 0, 6) }, 'too_old'],
    ['latitude 91', { lat: 91 }, 'out_of_range'],
    ['longitude -181', { lon: -181 }, 'out_of_range'],
    ['latitude NaN', { lat: NaN }, 'out_of_range'],
    ['a latitude alone', { lon: undefined }, 'out_of_range'],
  ])('sets %s aside', (_, sample, reason) => {
    expect(verdict(sample)).toEqual({ quarantine: reason });
  });

  it.each<[string, Partial<Sample>]>([
    ['nine minutes ahead', { at_ms: now_ms + 9 * minute }],
    ['almost seven days back', { at_ms: now_ms - 7 * 1440 * minute + minute }],
    ['without a position', { lat: undefined, lon: undefined, rpm: 900 }],
    ['on the equator', { lat: 0, lon: 32.5 }],
  ])('accepts one %s', (_, sample) => {
    expect(verdict(sample)).toMatchObject({ marks: 0 });
  });

  it('takes the place of 0/0 away and keeps the rest', () => {
    const found = verdict({ lat: 0, lon: 0, ignition: true });
    expect(found).toEqual({ marks: marks.zero_position, sample: { at_ms: now_ms - minute, ignition: true } });
  });

  it('drops values that cannot be, and says so', () => {
    const found = verdict({ speed_kmh: 999, coolant_c: 32_767, rpm: 900, heading_deg: -1, dtcs: ['P0420', 'x'.repeat(99)], extras: { ok: 1, bad: '\0', half: '\ud800' } });
    expect(found).toEqual({ marks: marks.value_dropped, sample: { at_ms: now_ms - minute, lat: -1.29, lon: 36.82, rpm: 900, dtcs: ['P0420'], extras: { ok: 1 } } });
  });

  const along = (samples: Partial<Sample>[]): string[][] => {
    const trail = new Trail();
    return samples.map((sample) => {
      const found = verdict(sample, trail);
      return 'marks' in found ? namesOfMarks(found.marks) : [found.quarantine];
    });
  };
  const at = (seconds: number): number => now_ms - 30 * minute + seconds * 1000;

  it('marks a jump and trusts the next place near the old one', () => {
    expect(along([{ at_ms: at(0) }, { at_ms: at(10), lat: -1.5 }, { at_ms: at(20), lat: -1.2901 }])).toEqual([[], ['jump'], []]);
  });

  it('believes a new place that three in a row agree on', () => {
    const there = { lat: 52.5, lon: 13.4 };
    expect(along([{ at_ms: at(0) }, { at_ms: at(10), ...there }, { at_ms: at(20), ...there }, { at_ms: at(30), ...there }, { at_ms: at(40), ...there }])).toEqual([[], ['jump'], ['jump'], [], []]);
  });

  it('judges a late sample by the same speed', () => {
    expect(along([{ at_ms: at(100) }, { at_ms: at(90), lat: -1.5 }, { at_ms: at(95), lat: -1.2905 }])).toEqual([[], ['jump'], []]);
  });

  it('does not judge by a fix the device doubts', () => {
    expect(along([{ at_ms: at(0) }, { at_ms: at(10), lat: 10, valid: false }, { at_ms: at(20) }])).toEqual([[], [], []]);
  });

  it('marks the first odometer after a fall, in time and late', () => {
    expect(along([{ at_ms: at(0), odometer_km: 1000 }, { at_ms: at(10), odometer_km: 12 }, { at_ms: at(20), odometer_km: 13 }, { at_ms: at(15), odometer_km: 12.5 }, { at_ms: at(16), odometer_km: 40 }])).toEqual([[], ['odometer_fell'], [], [], ['odometer_fell']]);
  });

  it('marks a speed that no engine reaches in that time', () => {
    expect(along([{ at_ms: at(0), speed_kmh: 40 }, { at_ms: at(1), speed_kmh: 180 }, { at_ms: at(60), speed_kmh: 100 }])).toEqual([[], ['speed_spike'], []]);
  });
});
