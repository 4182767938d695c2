import { Counts } from './counts';
import { readOrder } from './commands';
import { readFaults } from './faults';

describe('orders', () => {
  it.each([
    ['#setout1=1#', [{ bit: 0, on: true }]],
    ['#setout2=0#', [{ bit: 1, on: false }]],
    ['OUTPUT0=1', [{ bit: 0, on: true }]],
    ['L1=0', [{ bit: 0, on: false }]],
    ['#can_stopengine#', [{ bit: 0, on: true }]],
    ['#can_startengine#', [{ bit: 0, on: false }]],
    ['setdigout 1', [{ bit: 0, on: true }]],
    ['setdigout ?0', [{ bit: 1, on: false }]],
    ['setdigout 1 0 5', [{ bit: 0, on: true, belowKmh: 5 }]],
    ['setdigout 1 ? 5', [{ bit: 0, on: true, belowKmh: 5 }]],
  ])('%s', (text, all) => expect(readOrder(text)).toEqual({ kind: 'switch', all }));

  it.each([['getinfo', 'status'], ['VER?', 'version'], ['setdigout', 'unknown'], ['setdigout 5', 'unknown'], ['rm -rf', 'unknown'], ['', 'unknown']])('%j is %s', (text, kind) => expect(readOrder(text).kind).toBe(kind));
});

describe('faults', () => {
  it('are named with their chance', () => {
    expect(readFaults('duplicate=0.5,offline=0.01')).toEqual({ duplicate: 0.5, offline: 0.01 });
    expect(Object.values(readFaults('all=0.1')).every((chance) => chance === 0.1)).toBe(true);
    expect(readFaults('')).toEqual({});
  });

  it.each(['duplicates=1', 'offline', 'offline=', 'offline=2', 'offline=-1', 'offline=x', 'toString=1'])('%s is none', (text) => expect(() => readFaults(text)).toThrow(RangeError));
});

describe('counts', () => {
  it('of workers add up, latencies too', () => {
    const [a, b] = [new Counts(), new Counts()];
    a.acknowledged = 3;
    a.took(10, 90);
    b.acknowledged = 4;
    b.took(200, 10);
    a.add(JSON.parse(JSON.stringify(b)) as Counts);
    expect(a.acknowledged).toBe(7);
    expect(a.percentile(0.5)).toBeGreaterThanOrEqual(10);
    expect(a.percentile(0.5)).toBeLessThan(13);
    expect(a.percentile(0.99)).toBeGreaterThanOrEqual(200);
    expect(a.percentile(0.99)).toBeLessThan(240);
  });
});
