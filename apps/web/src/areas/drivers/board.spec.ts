import { barsOf, longestGap, placeOf, spanOf } from './board';
import type { Shift } from './words';

const hour = (n: number): string => new Date(Date.UTC(2026, 4, 4, n)).toISOString();
const at = (n: number): number => Date.parse(hour(n));
const shift = (state: Shift['state'], driver_id: string, from: number | null, to: number | null, planned: [number, number] | null = null): Shift =>
  ({ state, driver_id, from: from === null ? null : hour(from), to: to === null ? null : hour(to), planned_from: planned && hour(planned[0]), planned_to: planned && hour(planned[1]) }) as Shift;
const byDriver = (s: Shift): string => s.driver_id;

describe('the board of shifts', () => {
  it('draws what happened rather than what was planned, and an open shift until now or its planned end', () => {
    expect(spanOf(shift('closed', 'a', 7, 15, [8, 16]), at(20))).toEqual({ from: at(7), to: at(15) });
    expect(spanOf(shift('planned', 'a', null, null, [8, 16]), at(20))).toEqual({ from: at(8), to: at(16) });
    expect(spanOf(shift('open', 'a', 7, null), at(12))).toEqual({ from: at(7), to: at(12) });
    expect(spanOf(shift('open', 'a', 7, null, [7, 15]), at(12)).to).toBe(at(15));
  });

  it('puts what overlaps into lanes and marks it when two different ones claim the row', () => {
    const bars = barsOf([shift('open', 'a', 6, null, [6, 10]), shift('planned', 'b', null, null, [9, 14]), shift('planned', 'a', null, null, [14, 18]), shift('cancelled', 'c', null, null, [6, 18])], byDriver, at(8));
    expect(bars.map(({ lane, conflict }) => [lane, conflict])).toEqual([
      [0, true],
      [1, true],
      [0, false],
    ]);
    expect(barsOf([shift('open', 'a', 6, null, [6, 10]), shift('planned', 'a', null, null, [9, 14])], byDriver, at(8)).some((bar) => bar.conflict)).toBe(false);
  });

  it('knows who should have come or gone by now', () => {
    const late = (s: Shift): boolean | undefined => barsOf([s], byDriver, at(12))[0]?.late;
    expect([late(shift('planned', 'a', null, null, [11, 15])), late(shift('planned', 'a', null, null, [13, 15])), late(shift('open', 'a', 6, null, [6, 11])), late(shift('open', 'a', 6, null)), late(shift('closed', 'a', 6, 9, [6, 8]))]).toEqual([true, false, true, false, false]);
  });

  it('cuts bars at the edges and leaves out what lies outside', () => {
    const shown = { from: at(0), to: at(10) };
    expect(placeOf({ from: at(-2), to: at(5) }, shown)).toEqual({ left: 0, width: 50 });
    expect(placeOf({ from: at(8), to: at(12) }, shown)).toEqual({ left: 80, width: 20 });
    expect(placeOf({ from: at(10), to: at(12) }, shown)).toBeUndefined();
  });

  it('finds the longest gap', () => {
    const shown = { from: at(0), to: at(24) };
    expect(longestGap([], shown)).toEqual(shown);
    expect(longestGap([{ from: at(6), to: at(14) }, { from: at(12), to: at(20) }], shown)).toEqual({ from: at(0), to: at(6) });
    expect(longestGap([{ from: at(-3), to: at(30) }], shown)).toBeUndefined();
  });
});
