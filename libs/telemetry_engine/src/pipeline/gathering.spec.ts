import { Gathering } from './gathering';

describe('look-ups that are gathered', () => {
  const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

  it('are one for all that ask at once, and one more for those that come meanwhile', async () => {
    const loads: string[][] = [];
    const ends: (() => void)[] = [];
    const gathering = new Gathering<string>((keys) => new Promise((resolve) => (loads.push(keys), ends.push(resolve))));
    const first = [gathering.want(['a']), gathering.want(['b', 'a'])];
    await turn();
    // Not the look-up under way: what has changed since it began would be missed.
    const later = [gathering.want(['a']), gathering.want(['c'])];
    await turn();
    expect(loads).toEqual([['a', 'b']]);
    ends[0]?.();
    await Promise.all(first);
    await turn();
    ends[1]?.();
    await Promise.all(later);
    expect(loads).toEqual([['a', 'b'], ['a', 'c']]);
  });

  it('fail for those that asked, and for nobody after them', async () => {
    let failing = true;
    const gathering = new Gathering<string>(() => (failing ? Promise.reject(new Error('away')) : Promise.resolve()));
    const both = [gathering.want(['a']), gathering.want(['b'])];
    expect((await Promise.allSettled(both)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    failing = false;
    await gathering.want(['a']);
  });
});
