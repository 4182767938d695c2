import { timeOrderedId } from './time-ordered-id';

const at = (ms: number): string => timeOrderedId(new Date(ms));

describe('ids in the order of time', () => {
  it('are uuids of version 7 that begin with their moment', () => {
    const id = at(Date.parse('2026-06-10T12:00:00.123Z'));
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(new Date(parseInt(id.replaceAll('-', '').slice(0, 12), 16)).toISOString()).toBe('2026-06-10T12:00:00.123Z');
  });

  it('sort as they were made, within a millisecond too', () => {
    const made = [...Array.from({ length: 1000 }, () => at(1_800_000_000_000)), at(1_800_000_000_001), at(1_900_000_000_000)];
    expect([...made].sort()).toEqual(made);
  });

  it('are each another one, also when one millisecond has more than it can count', () => {
    expect(new Set(Array.from({ length: 10_000 }, () => at(1_800_000_000_000))).size).toBe(10_000);
  });
});
