import { setImmediate } from 'node:timers/promises';
import { workOff } from './work-off';

describe('work that is worked off', () => {
  it('is done once each, so many at once and no more', async () => {
    const done: number[] = [];
    let now = 0;
    let most = 0;
    await workOff([1, 2, 3, 4, 5, 6, 7], 3, async (n) => {
      most = Math.max(most, (now += 1));
      await setImmediate();
      now -= 1;
      done.push(n);
    });
    expect(done.sort()).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(most).toBe(3);
  });

  it('fails with what failed, after the others have ended', async () => {
    const ended: number[] = [];
    const work = workOff([1, 2, 3, 4], 2, async (n) => {
      if (n === 1) throw new Error('the first');
      await setImmediate();
      ended.push(n);
    });
    await expect(work).rejects.toThrow('the first');
    expect(ended).toEqual([2, 3, 4]);
  });

  it('does nothing where there is nothing', async () => {
    await workOff([], 2, () => Promise.reject(new Error('never')));
  });
});
