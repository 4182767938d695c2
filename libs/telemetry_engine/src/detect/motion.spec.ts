import fc from 'fast-check';
import { Drive } from '../../../../test/support/drives';
import { MotionMemory, worldWith } from '../../../../test/support/motion-memory';
import type { Fence } from '../geofences/shape';
import type { Sample } from '../sample';
import type { Kept } from './reconcile';
import type { MotionRules } from './rules';

const start = Date.UTC(2026, 10, 20, 6, 0, 0);
const begin = (everyS = 10): Drive => new Drive(start, -1.29, 36.8, everyS);

function read(drive: Drive, rules: Partial<MotionRules> = {}, fences: Fence[] = []): MotionMemory {
  const memory = new MotionMemory(worldWith(rules, fences));
  memory.upload(drive.samples);
  memory.settle(drive.now);
  return memory;
}
const minutesOf = ({ from_ms, to_ms }: Kept): [number, number | undefined] => [(from_ms - start) / 60_000, to_ms === undefined ? undefined : (to_ms - start) / 60_000];

describe('trips and stops', () => {
  it('begin where it began to move and end where it came to stand', () => {
    const found = read(begin().park(300).drive(600, 60).park(600));
    expect(found.of('trip').map(minutesOf)).toEqual([[5, 15 + 1 / 6]]);
    expect(found.of('trip')[0]?.body).toMatchObject({ moving_s: 610, idle_s: 0, no_data_s: 0, ended_by: 'stop', max_speed_kmh: 60 });
    expect(found.of('stop').map((s) => s.to_ms)).toEqual([undefined]);
  });

  it('are not ended by a traffic light', () => {
    const found = read(begin().park(60).drive(300, 50).idle(150).drive(300, 50).park(400));
    expect(found.of('trip')).toHaveLength(1);
    expect(found.of('trip')[0]?.body).toMatchObject({ idle_s: 140, stopped_s: 0 });
  });

  it('are two when it stood in between for longer than a stop', () => {
    const found = read(begin().park(60).drive(300, 50).park(400).drive(300, 50).park(400));
    expect(found.of('trip')).toHaveLength(2);
    const [first, second] = found.of('trip');
    expect(minutesOf(found.of('stop')[0] as Kept)).toEqual([((first?.to_ms ?? 0) - start) / 60_000, ((second?.from_ms ?? 0) - start) / 60_000]);
    expect(found.of('stop')[0]?.body).toMatchObject({ stopped_s: 390, idle_s: 0, no_data_s: 0 });
  });

  it('are not made of somebody moving the car in the yard', () => {
    const found = read(begin().park(60).drive(20, 8).park(400));
    expect(found.of('trip')).toEqual([]);
    expect(found.of('stop')).toHaveLength(1);
  });

  it('end where it was heard last, and the silence is neither driving nor standing', () => {
    const found = read(begin().park(60).drive(600, 60).silence(1800).drive(600, 60).park(400));
    const [first, second] = found.of('trip');
    expect(first?.body).toMatchObject({ ended_by: 'gap', moving_s: 600, idle_s: 0, stopped_s: 0, no_data_s: 0 });
    expect((second?.from_ms ?? 0) - (first?.to_ms ?? 0)).toBe(1_810_000);
    expect(found.of('stop')[0]?.body).toMatchObject({ no_data_s: 1810, idle_s: 0, stopped_s: 0 });
    expect(found.of('idling')).toEqual([]);
  });

  it('go on through a silence shorter than the account allows, which counts as no data', () => {
    const found = read(begin().park(60).drive(600, 60).silence(900).drive(600, 60).park(400), { trip_gap_s: 1200 });
    expect(found.of('trip')).toHaveLength(1);
    expect(found.of('trip')[0]?.body).toMatchObject({ no_data_s: 910, idle_s: 0 });
  });

  it('go on while it drives and have no figures yet', () => {
    const found = read(begin().park(60).drive(600, 60));
    expect(found.of('trip')).toMatchObject([{ to_ms: undefined, decided_ms: Infinity, revision: 1 }]);
  });

  it('end by silence without another sample, and take the same id on when the buffer comes', () => {
    const drive = begin().park(60).drive(600, 60);
    const memory = read(drive);
    const [{ id } = { id: '' }] = memory.of('trip');
    memory.settle(drive.now + 400_000);
    expect(memory.of('trip')).toMatchObject([{ id, revision: 2, body: { ended_by: 'gap' } }]);
    memory.upload(drive.drive(300, 60).samples);
    memory.settle(drive.now + 400_000 - 100_000);
    memory.upload(drive.park(400).samples);
    memory.settle(drive.now);
    expect(memory.of('trip')).toMatchObject([{ id, body: { ended_by: 'stop', moving_s: 910 } }]);
    expect(memory.content).toEqual(read(drive).content);
  });

  it('become one with its old id when the silence between two is filled', () => {
    const whole = begin().park(60).drive(600, 60).drive(900, 60).drive(600, 60).park(600);
    const [from, to] = [start + 660_000, start + 1_560_000];
    const memory = new MotionMemory(worldWith());
    memory.upload(whole.samples.filter((s) => s.at_ms <= from || s.at_ms > to));
    memory.settle(whole.now);
    const before = memory.of('trip').map((t) => t.id);
    expect(before).toHaveLength(2);
    memory.upload(whole.samples);
    memory.settle(whole.now);
    expect(memory.of('trip')).toHaveLength(1);
    expect(before).toContain(memory.of('trip')[0]?.id);
    expect(memory.of('trip')[0]?.revision).toBe(2);
  });

  it('add up fuel from its rate, and say nothing of fuel without one', () => {
    expect(read(begin().burning(12).park(60).drive(600, 60).park(400)).of('trip')[0]?.body.fuel_l).toBeCloseTo(12 / 6, 1);
    expect(read(begin().park(60).drive(600, 60).park(400)).of('trip')[0]?.body.fuel_l).toBeNull();
  });

  it('are not lengthened by a fix in another town', () => {
    const drive = begin().park(60).drive(600, 60);
    const { lat, lon } = drive.place;
    drive.silence(10).say({ lat: lat + 1, lon, speed_kmh: 60, ignition: true }).drive(600, 60).park(400);
    const [trip] = read(drive).of('trip');
    expect(trip?.body.distance_km).toBeGreaterThan(19.5);
    expect(trip?.body.distance_km).toBeLessThan(21);
  });
});

describe('episodes', () => {
  it('tell idling once it is long enough, and how long it was when it is over', () => {
    const drive = begin().park(60).drive(300, 50).idle(360);
    const memory = read(drive);
    const [{ id, body } = { id: '', body: {} }] = memory.of('idling');
    expect(body).toMatchObject({ value: null, limit: 5, unit: 'min' });
    memory.upload(drive.idle(240).drive(60, 30).samples);
    memory.settle(drive.now);
    expect(memory.of('idling')).toMatchObject([{ id, revision: 2, body: { value: 9.83 } }]);
  });

  it('never tell idling of a silence or of standing with the engine off', () => {
    expect(read(begin().drive(300, 50).idle(120).silence(1200).idle(120).drive(60, 20)).of('idling')).toEqual([]);
    expect(read(begin().drive(300, 50).park(1200)).of('idling')).toEqual([]);
  });

  it('tell overspeed that lasts, with its peak and its samples', () => {
    const [found] = read(begin().drive(60, 90).drive(60, 130).drive(10, 141).drive(60, 90)).of('overspeed');
    expect(found?.body).toMatchObject({ value: 141, limit: 110, unit: 'km/h', details: { duration_s: 60 } });
    expect(found?.body.evidence).toHaveLength(7);
  });

  it('do not tell overspeed of a moment or of a receiver’s spike', () => {
    expect(read(begin().drive(60, 90).drive(10, 125).drive(60, 90)).of('overspeed')).toEqual([]);
    expect(read(begin(5).drive(60, 20).drive(5, 290).drive(60, 20)).of('overspeed')).toEqual([]);
  });

  it('suspect towing when it moves away with the ignition off', () => {
    const found = read(begin().drive(120, 40).park(600).drive(300, 30, { ignition: false }).park(400));
    expect(found.of('towing_suspected')).toHaveLength(1);
    expect(found.of('towing_suspected')[0]?.body).toMatchObject({ limit: 300, unit: 'm' });
    expect(read(begin().park(600).drive(30, 12, { ignition: false }).park(400)).of('towing_suspected')).toEqual([]);
    expect(read(begin().park(600).drive(300, 30).park(400)).of('towing_suspected')).toEqual([]);
  });

  it('suspect jamming when a good fix is lost at speed and the device goes on talking', () => {
    const blind = { satellites: 0, valid: false, speed_kmh: 0 };
    const found = read(begin().drive(300, 70).stand(240, { ...blind, ignition: true }).drive(60, 70));
    expect(found.of('jamming_suspected')).toMatchObject([{ body: { unit: 's', value: 230 } }]);
    expect(read(begin().drive(300, 70).stand(40, blind).drive(60, 70)).of('jamming_suspected')).toEqual([]);
    expect(read(begin().drive(300, 70).park(300).stand(600, blind).park(60)).of('jamming_suspected')).toEqual([]);
  });

  it('tell a trouble code when it comes up and not while it stays', () => {
    const found = read(begin().drive(60, 50).drive(120, 50, { dtcs: ['P0420'] }).drive(60, 50, { dtcs: ['P0420', 'P0171'] }));
    expect(found.of('new_dtc').map((d) => d.subject)).toEqual(['P0420', 'P0171']);
  });
});

describe('harsh driving', () => {
  const brake = (everyS: number): Drive => begin(everyS).drive(60, 90).drive(everyS, 90 - 45).drive(60, 45);

  it('is told from speeds a second or two apart', () => {
    const [found] = read(brake(2)).of('harsh_braking');
    expect(found?.body).toMatchObject({ value: 6.25, limit: 3.2, unit: 'm/s2', details: { precision: 'measured', sample_s: 2, from_kmh: 90, to_kmh: 45 } });
  });

  it('is told as a mean up to what the account allows, and not judged beyond', () => {
    expect(read(begin(5).drive(60, 100).drive(5, 30).drive(60, 30)).of('harsh_braking')).toMatchObject([{ body: { details: { precision: 'averaged' } } }]);
    const coarse = read(begin(30).drive(300, 100).drive(30, 0).park(600));
    expect(coarse.of('harsh_braking')).toEqual([]);
    expect(coarse.of('trip')[0]?.body.harsh_judged_share).toBe(0);
    expect(read(brake(2).park(600)).of('trip')[0]?.body.harsh_judged_share).toBe(1);
  });

  it('is one act when it goes on over several samples', () => {
    const drive = begin(1).drive(30, 100);
    for (let kmh = 100; kmh > 20; kmh -= 16) drive.drive(1, kmh);
    expect(read(drive.drive(60, 20)).of('harsh_braking')).toHaveLength(1);
  });

  it('is told of bends taken fast', () => {
    const drive = begin(2).drive(30, 60).turn(40).drive(2, 60).drive(30, 60);
    expect(read(drive).of('harsh_cornering')).toHaveLength(1);
    expect(read(begin(2).drive(30, 10).turn(90).drive(30, 10)).of('harsh_cornering')).toEqual([]);
  });
});

describe('geofences', () => {
  const depot: Fence = { id: 'f1', name: 'Depot', park_id: null, shape: { type: 'circle', centre: { lat: -1.29, lon: 36.83 }, radius_m: 300 }, dwell_ms: 600_000 };
  const way = (): Drive => begin().drive(200, 60).drive(10, 10).park(900).drive(200, 60);

  it('are entered, dwelt in and left', () => {
    const found = read(way(), {}, [depot]);
    expect(found.of('geofence_enter')).toHaveLength(1);
    expect(found.of('geofence_dwell')).toMatchObject([{ body: { value: 10, details: { name: 'Depot' } } }]);
    expect(found.of('geofence_exit')).toHaveLength(1);
  });

  it('are quiet about a receiver that wanders at the edge', () => {
    const edge = 36.83 + 300 / (111_195.08 * Math.cos((-1.29 * Math.PI) / 180));
    const drive = begin();
    for (let i = 0; i < 200; i += 1) drive.silence(10).say({ lat: -1.29, lon: edge + (i % 2 ? 1e-4 : -1e-4), speed_kmh: 0, ignition: false });
    const found = read(drive, {}, [depot]);
    expect([...found.of('geofence_enter'), ...found.of('geofence_exit')]).toEqual([]);
  });

  it('are not entered by a vehicle that was always there, nor by one of another park', () => {
    expect(read(new Drive(start, -1.29, 36.83).park(1800), {}, [depot]).of('geofence_enter')).toEqual([]);
    expect(read(way(), {}, [{ ...depot, park_id: 'west' }]).of('geofence_enter')).toEqual([]);
  });

  it('forget what was erased', () => {
    const drive = begin().drive(200, 60).park(60);
    const memory = read(drive, {}, [depot]);
    Object.assign(memory.world.fences, worldWith().fences);
    memory.upload(drive.drive(300, 60).samples);
    memory.settle(drive.now);
    expect(memory.of('geofence_exit')).toEqual([]);
  });
});

describe('whatever order the uploads come in', () => {
  const square: Fence = { id: 'f2', name: 'Square', park_id: null, shape: { type: 'polygon', vertices: [{ lat: -1.3, lon: 36.85 }, { lat: -1.28, lon: 36.85 }, { lat: -1.28, lon: 36.9 }, { lat: -1.3, lon: 36.9 }] }, dwell_ms: 300_000 };
  const part = fc.oneof(
    fc.record({ what: fc.constant('drive' as const), s: fc.integer({ min: 20, max: 3000 }), kmh: fc.integer({ min: 5, max: 140 }) }),
    fc.record({ what: fc.constantFrom('idle' as const, 'park' as const, 'silence' as const), s: fc.integer({ min: 20, max: 6000 }), kmh: fc.constant(0) }),
    fc.record({ what: fc.constant('blind' as const), s: fc.integer({ min: 20, max: 400 }), kmh: fc.constant(0) }),
    fc.record({ what: fc.constant('towed' as const), s: fc.integer({ min: 60, max: 900 }), kmh: fc.integer({ min: 10, max: 40 }) }),
  );
  const told = (parts: { what: string; s: number; kmh: number }[], everyS: number): Drive => {
    const drive = begin(everyS).burning(7);
    for (const { what, s, kmh } of parts) {
      if (what === 'drive') drive.turn(35).drive(s, kmh, s % 3 === 0 ? { dtcs: ['P0300'] } : {});
      else if (what === 'idle') drive.idle(s);
      else if (what === 'park') drive.park(s);
      else if (what === 'blind') drive.stand(s, { ignition: true, satellites: 0, valid: false });
      else if (what === 'towed') drive.drive(s, kmh, { ignition: false });
      else drive.silence(s);
    }
    return drive;
  };

  it('the same is found, and ids are kept', () => {
    fc.assert(
      fc.property(
        fc.array(part, { minLength: 2, maxLength: 14 }),
        fc.constantFrom(5, 10, 30),
        fc.array(fc.integer({ min: 15, max: 400 }), { minLength: 1, maxLength: 12 }),
        fc.infiniteStream(fc.nat()),
        (parts, everyS, sizes, dice) => {
          const { samples, now } = told(parts, everyS);
          if (samples.length === 0) return;
          const chunks: Sample[][] = [];
          for (let at = 0, i = 0; at < samples.length; i += 1) {
            const size = sizes[i % sizes.length] as number;
            chunks.push(samples.slice(at, at + size));
            at += size;
          }
          const shuffled = chunks.map((chunk) => ({ chunk, order: dice.next().value })).sort((a, b) => a.order - b.order);
          const inOrder = new MotionMemory(worldWith({}, [square]));
          inOrder.upload(samples);
          inOrder.settle(now);
          const anyhow = new MotionMemory(worldWith({}, [square]));
          for (const { chunk, order } of shuffled) {
            anyhow.upload(order % 3 === 0 ? [...chunk].reverse() : chunk);
            if (order % 4 !== 0) anyhow.settle(order % 5 === 0 ? now : now - 3_600_000);
            if (order % 7 === 0) anyhow.upload(chunk);
          }
          anyhow.settle(now);
          expect(anyhow.content).toEqual(inOrder.content);
        },
      ),
      { numRuns: 80 },
    );
  });

  it('reading on costs the new samples only, and a late one some hours', () => {
    const drive = begin(30);
    const memory = new MotionMemory(worldWith());
    for (let hour = 0; hour < 96; hour += 1) {
      drive.drive(1800, 50).park(1800);
      memory.upload(drive.samples.slice(-120));
      memory.settle(drive.now);
    }
    expect(memory.read).toBe(96 * 120);
    memory.read = 0;
    memory.upload([{ at_ms: start + 30 * 3_600_000 + 7000, lat: drive.place.lat, lon: drive.place.lon }]);
    memory.settle(drive.now);
    expect(memory.read).toBeLessThan(14 * 120);
  });
});
