import { boxOf, metresBetween, moved, ringOf } from './ground';

const centre = { lat: -1.29, lon: 36.82 };

describe('the ground below a map', () => {
  it('has a circle whose every corner is as far as its radius', () => {
    const ring = ringOf(centre, 500);
    expect(ring).toHaveLength(64);
    for (const corner of ring) expect(metresBetween(centre, corner)).toBeCloseTo(500, 0);
  });

  it('is measured in metres far from the equator too', () => {
    const north = { lat: 60, lon: 10 };
    expect(metresBetween(north, moved(north, 1000, 0))).toBeCloseTo(1000, 0);
    expect(metresBetween(north, moved(north, 0, -300))).toBeCloseTo(300, 0);
  });

  it('has a box around places, and none around nothing', () => {
    expect(boxOf([])).toBeUndefined();
    expect(boxOf([centre, { lat: 2, lon: 30 }])).toEqual([30, -1.29, 36.82, 2]);
  });
});
