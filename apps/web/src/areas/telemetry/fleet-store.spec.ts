import { countByState, FleetStore, matching } from './fleet-store';
import type { Position } from './words';

const position = (vehicle_id: string, at: string, state: Position['state'] = 'moving'): Position => ({
  vehicle_id, at, state, received_at: at, position_at: at, lat: -1.28, lon: 36.82, heading_deg: 90, speed_kmh: 40, ignition: true, odometer_km: 1, fuel_level_l: null, fuel_level_pct: null, voltage_v: null,
});

describe('the fleet on the map', () => {
  const store = new FleetStore();
  store.take([position('a', '2026-11-21T08:00:00Z'), position('b', '2026-11-21T08:00:00Z', 'no_data')]);
  store.name([{ id: 'a', plate: 'KBB 200A', name: 'Blue', park_id: 'west' }, { id: 'b', plate: 'KAA 100B', name: null, park_id: null }]);

  it('stands by plate, and a later word never gives way to an earlier one', () => {
    store.take([position('a', '2026-11-21T08:01:00Z', 'idle')]);
    store.take([position('a', '2026-11-21T08:00:30Z', 'moving')]);
    expect(store.all().map((v) => [v.plate, v.state])).toEqual([['KAA 100B', 'no_data'], ['KBB 200A', 'idle']]);
  });

  it('changes its state without a new sample: silence is news', () => {
    store.take([position('a', '2026-11-21T08:01:00Z', 'no_data')]);
    expect(countByState(store.all())).toEqual({ moving: 0, idle: 0, stopped: 0, no_data: 2 });
  });

  it('is found by plate however it is typed, by name, by park and by state', () => {
    expect(matching(store.all(), { text: '', state: undefined, park: 'west' }).map((v) => v.vehicle_id)).toEqual(['a']);
    expect(matching(store.all(), { text: 'kbb-200', state: undefined }).map((v) => v.vehicle_id)).toEqual(['a']);
    expect(matching(store.all(), { text: 'blue', state: undefined })).toHaveLength(1);
    expect(matching(store.all(), { text: '', state: 'moving' })).toEqual([]);
    expect(matching(store.all(), { text: '', state: 'no_data' })).toHaveLength(2);
  });

  it('tells who listens once for many pieces, and what they read stays the same in between', () => {
    jest.useFakeTimers();
    const store = new FleetStore();
    let told = 0;
    store.subscribe(() => (told += 1));
    for (let second = 2; second < 12; second += 1) store.take([position('a', `2026-11-21T08:${10 + second}:00Z`)]);
    expect(store.all()).toBe(store.all());
    jest.runAllTimers();
    expect(told).toBe(1);
    jest.useRealTimers();
  });

  it('keeps a vehicle whose name is not known yet', () => {
    store.take([position('c', '2026-11-21T08:00:00Z')]);
    expect(store.all().find((v) => v.vehicle_id === 'c')?.plate).toBe('…');
  });
});
