import { setTimeout as sleep } from 'node:timers/promises';
import { untilAborted } from './attempt';
import { defineTask, laneOf, TaskList, type Task } from './define-task';

const task = (changes: Partial<Task> = {}): Task => defineTask({ name: 'room.tidy', about: 'Tidies.', timeoutMs: 60_000, retries: 3, idempotent: true, scope: 'house', run: async () => undefined, ...changes });

describe('task declarations', () => {
  it('refuse names without a room, schedules for one account and unreasonable limits', () => {
    expect(() => task({ name: 'Tidy' })).toThrow('no task name');
    expect(() => task({ scope: 'account', cron: '* * * * *' })).toThrow('on demand');
    expect(() => task({ timeoutMs: 10 })).toThrow('timeoutMs');
  });

  it('give long runs a lane of their own', () => {
    expect(laneOf(task())).toBe('short');
    expect(laneOf(task({ timeoutMs: 3_600_000 }))).toBe('long');
  });

  it('refuse two tasks of one name', () => {
    expect(() => new TaskList([task(), task()])).toThrow('Two tasks');
  });
});

describe('untilAborted', () => {
  it('settles with the work, or with the reason of the abort', async () => {
    const stop = new AbortController();
    expect(await untilAborted(stop.signal, Promise.resolve(7))).toBe(7);
    const waiting = untilAborted(stop.signal, sleep(10_000, undefined, { signal: stop.signal }));
    stop.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    await expect(untilAborted(stop.signal, Promise.resolve(7))).rejects.toThrow('enough');
  });
});
