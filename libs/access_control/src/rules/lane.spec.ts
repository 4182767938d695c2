import fc from 'fast-check';
import { Times } from '../execute/times';
import { afterAttempt, afterRestart, cutTriesMax, ending, isUncertain, mayBegin, needsSafetyRelease, outcomes, releasePauseMs, sameWay, type Outcome, type Tried, type Way } from './lane';
import { mayGo, isSettled } from './state-machine';
import { states, type CommandKind, type State } from './words';

/** Two devices with a line to the vehicle's relay, or two servers that know it. */
const ways: readonly [Way, Way] = [
  { method: 'ips_text', device_id: 'one', output_no: 1, route: { method: 'ips_text', dialect: 'umka' } },
  { method: 'vialon_relay', device_id: 'one', output_no: 1, route: { method: 'vialon_relay', unit_id: 7 } },
];
type WayNo = 0 | 1;

interface Wish {
  kind: CommandKind;
  way: WayNo;
  intentNo: number;
  state: State;
  tries: Tried[];
  told: State[];
}

/** What is on its way to the device. A stream keeps the order and delivers each once, soon or late, or never after a reset. */
interface Sent {
  wish: Wish;
  attempt: Tried;
  /** A device that connects anew reads nothing more from its old connection. */
  connection: number;
}

type Event =
  | { do: 'ask_cut'; way: WayNo }
  | { do: 'ask_release'; way: WayNo }
  | { do: 'begin' }
  | { do: 'move'; moving: boolean }
  | { do: 'deliver'; way: WayNo; answer: 'says_so' | 'silent' | 'no' | 'keeps' }
  | { do: 'resolve' }
  | { do: 'wake' }
  | { do: 'time_over' }
  | { do: 'restart' };

/** A vehicle, its device and the house, driven by the rules that the product uses and by nothing else. */
class Model {
  readonly wishes: Wish[] = [];
  /** One for each way; what goes down one says nothing of the other. */
  readonly streams: [Sent[], Sent[]] = [[], []];
  moving = false;
  cut = false;
  /** A cut the device keeps until the vehicle is slow. */
  readonly kept: [Wish | undefined, Wish | undefined] = [undefined, undefined];
  timeLeft = true;
  private connection = 1;
  readonly faults: string[] = [];

  get flying(): Wish | undefined {
    return this.wishes.find((w) => ['pending', 'sent', 'acknowledged'].includes(w.state));
  }

  happen(event: Event): void {
    switch (event.do) {
      case 'ask_cut':
        if (!this.flying && !this.moving) this.wish('immobilize', event.way);
        return;
      case 'ask_release':
        return this.askRelease(event.way);
      case 'begin':
        return this.begin();
      case 'move':
        this.moving = event.moving;
        return;
      case 'deliver':
        return this.deliver(event.way, event.answer);
      case 'resolve':
        return this.resolve('no_answer');
      case 'wake':
        for (const kept of this.kept) if (kept && !this.moving) this.executeCut(kept);
        return;
      case 'time_over':
        this.timeLeft = false;
        return;
      case 'restart':
        return this.restart();
    }
  }

  private wish(kind: CommandKind, way: WayNo): Wish {
    const made: Wish = { kind, way, intentNo: this.wishes.length + 1, state: 'pending', tries: [], told: [] };
    this.wishes.push(made);
    this.timeLeft = true;
    return made;
  }

  private go(wish: Wish, to: State): void {
    if (wish.state === to) return;
    if (!mayGo(wish.state, to)) this.faults.push(`${wish.kind} went from ${wish.state} to ${to}`);
    wish.state = to;
    wish.told.push(to);
  }

  private askRelease(way: WayNo): void {
    const { flying } = this;
    if (flying?.kind === 'release' && flying.way === way) return;
    if (flying) this.go(flying, ending(flying.tries, 'OVERTAKEN').state);
    this.wish('release', way);
  }

  private going(wish: Wish) {
    return { ...wish, waiting: false };
  }

  private begin(): void {
    const { flying } = this;
    if (!flying || flying.tries.some((t) => t.outcome === null)) return;
    if (!mayBegin(this.going(flying), this.wishes.length, this.timeLeft)) return;
    if (flying.state === 'pending') this.go(flying, 'sent');
    const attempt: Tried = { outcome: null };
    flying.tries.push(attempt);
    // The last look: the same transaction that would write down a refusal.
    if (flying.kind === 'immobilize' && this.moving) return this.finish(flying, attempt, 'withheld');
    const stream = this.streams[flying.way];
    for (let i = stream.length - 1; i >= 0; i -= 1) if (stream[i]?.connection !== this.connection) stream.splice(i, 1);
    stream.push({ wish: flying, attempt, connection: this.connection });
  }

  private finish(wish: Wish, attempt: Tried, outcome: Outcome): void {
    if (attempt.outcome !== null) return;
    attempt.outcome = outcome;
    if (!['pending', 'sent', 'acknowledged'].includes(wish.state)) {
      if (wish.state === 'unknown' && ending(wish.tries).state === 'failed') this.go(wish, 'failed');
      return;
    }
    const next = afterAttempt(wish, this.timeLeft);
    if (next.do === 'end') this.end(wish, next.state);
  }

  private end(wish: Wish, state: State): void {
    this.go(wish, state);
    if (wish.kind === 'release' && state === 'completed') {
      for (const cut of this.wishes.filter((w) => w.kind === 'immobilize' && w.state === 'unknown' && w.intentNo < wish.intentNo)) {
        if (sameWay(ways[wish.way], ways[cut.way])) this.go(cut, 'failed');
      }
    }
    if (!needsSafetyRelease(wish.kind, state)) return;
    // The connection is reset: what the device has not received, it never will.
    for (const { wish: lost, attempt } of this.streams[wish.way].splice(0)) this.finish(lost, attempt, 'link_lost');
    if (wish.intentNo === this.wishes.length) this.wish('release', wish.way);
  }

  /** The next bytes reach the device, which may answer or keep them. */
  private deliver(way: WayNo, answer: 'says_so' | 'silent' | 'no' | 'keeps'): void {
    const sent = this.streams[way].shift();
    if (!sent) return;
    const { wish, attempt } = sent;
    if (wish.kind === 'release') {
      if (answer === 'no') return this.finish(wish, attempt, 'refused');
      this.cut = false;
      this.kept[way] = undefined;
      if (answer !== 'silent') this.finish(wish, attempt, 'executed');
      return;
    }
    if (answer === 'no') return this.finish(wish, attempt, 'refused');
    if (answer === 'keeps' && this.moving) {
      this.kept[way] = wish;
      return this.finish(wish, attempt, 'queued');
    }
    this.executeCut(wish);
    if (answer === 'says_so') this.finish(wish, attempt, 'executed');
  }

  private executeCut(wish: Wish): void {
    this.kept[wish.way] = undefined;
    this.cut = true;
    if (wish.state === 'failed' || wish.state === 'expired') this.faults.push(`a cut took effect after it was told ${wish.state}`);
  }

  private resolve(outcome: Outcome): void {
    const { flying } = this;
    const open = flying?.tries.find((t) => t.outcome === null);
    if (flying && open) this.finish(flying, open, outcome);
  }

  /** The process is gone and another takes up. What the kernel still holds may arrive until the device connects again. */
  private restart(): void {
    const { flying } = this;
    this.connection += 1;
    for (const wish of this.wishes) for (const t of wish.tries) t.outcome ??= 'interrupted';
    if (!flying) return;
    const before = flying.tries.length;
    const next = afterRestart(flying, this.timeLeft);
    if (next.do === 'end') this.end(flying, next.state);
    else if (flying.kind === 'immobilize' && before > 0) this.faults.push('a cut was repeated after a restart');
  }
}

const way = fc.constantFrom<WayNo>(0, 0, 1);
const event: fc.Arbitrary<Event> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ do: fc.constant('ask_cut' as const), way }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('ask_release' as const), way }) },
  { weight: 5, arbitrary: fc.constant({ do: 'begin' } as const) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('move' as const), moving: fc.boolean() }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('deliver' as const), way, answer: fc.constantFrom('says_so' as const, 'silent' as const, 'no' as const, 'keeps' as const, 'keeps' as const) }) },
  { weight: 3, arbitrary: fc.constant({ do: 'resolve' } as const) },
  { weight: 3, arbitrary: fc.constant({ do: 'wake' } as const) },
  { weight: 1, arbitrary: fc.constant({ do: 'time_over' } as const) },
  { weight: 1, arbitrary: fc.constant({ do: 'restart' } as const) },
);

describe('over any order of events', () => {
  it('no cut takes effect after it was told failed or expired, none is repeated after a restart, and no step is impossible', () => {
    fc.assert(
      fc.property(fc.array(event, { minLength: 5, maxLength: 60 }), (events) => {
        const model = new Model();
        for (const one of events) model.happen(one);
        expect(model.faults).toEqual([]);
      }),
      { numRuns: 5_000 },
    );
  });

  it('no attempt of a cut begins while the vehicle moves, or after a newer wish', () => {
    fc.assert(
      fc.property(fc.array(event, { minLength: 5, maxLength: 60 }), (events) => {
        const model = new Model();
        for (const one of events) {
          const before = model.streams.map((stream) => stream.at(-1));
          model.happen(one);
          const left = model.streams.map((stream) => stream.at(-1)).find((sent, i) => sent !== before[i]);
          if (left?.wish.kind !== 'immobilize') continue;
          expect(model.moving).toBe(false);
          expect(left.wish.intentNo).toBe(model.wishes.length);
        }
      }),
      { numRuns: 3_000 },
    );
  });

  it('would be noticed: a house that called silence a failure is caught', () => {
    const model = new Model();
    for (const one of [{ do: 'ask_cut', way: 0 }, { do: 'begin' }] as Event[]) model.happen(one);
    const [wish] = model.wishes as [Wish];
    wish.state = 'failed';
    model.happen({ do: 'deliver', way: 0, answer: 'silent' });
    expect(model.faults).toEqual(['a cut took effect after it was told failed']);
  });
});

describe('the end of attempts', () => {
  const tried = (...all: Outcome[]): Tried[] => all.map((outcome) => ({ outcome, code: outcome.toUpperCase() }));
  const cut = (...all: Outcome[]) => ({ kind: 'immobilize' as const, state: 'sent' as const, tries: tried(...all) });

  it.each<[Outcome[], boolean, string]>([
    [['executed'], true, 'completed'],
    [['no_answer'], true, 'retry'],
    [['not_sent'], true, 'retry'],
    [['refused', 'refused', 'refused', 'refused'], true, 'failed'],
    [['not_sent', 'not_sent', 'not_sent', 'not_sent'], true, 'failed'],
    [['not_sent', 'no_answer', 'not_sent', 'refused'], true, 'unknown'],
    [['queued'], true, 'unknown'],
    [['withheld'], true, 'failed'],
    [['no_answer', 'withheld'], true, 'unknown'],
    [['accepted'], false, 'unknown'],
    [['not_sent'], false, 'failed'],
  ])('%j with time left %s is %s', (all, timeLeft, expected) => {
    const next = afterAttempt(cut(...all), timeLeft);
    expect(next.do === 'retry' ? 'retry' : next.state).toBe(expected);
  });

  it('a cut has four attempts, a release as many as there is time for', () => {
    expect(cutTriesMax).toBe(4);
    expect(afterAttempt({ kind: 'release', state: 'sent', tries: tried(...Array<Outcome>(20).fill('no_answer')) }, true)).toEqual({ do: 'retry' });
    expect(afterAttempt({ kind: 'release', state: 'sent', tries: tried('queued') }, true)).toEqual({ do: 'retry' });
  });

  it('after a restart a cut that may have left is unknown, and one that never left may go', () => {
    expect(afterRestart(cut('interrupted'), true)).toMatchObject({ do: 'end', state: 'unknown' });
    expect(afterRestart(cut(), true)).toEqual({ do: 'retry' });
    expect(afterRestart(cut(), false)).toMatchObject({ state: 'expired' });
    expect(afterRestart(cut('not_sent'), true)).toMatchObject({ state: 'failed' });
    expect(afterRestart({ ...cut('interrupted'), kind: 'release' }, true)).toEqual({ do: 'retry' });
  });

  it('an attempt begins only for the newest wish, in flight, approved, in time, with nothing open or done and tries left', () => {
    const ready = { ...cut('not_sent'), intentNo: 4, waiting: false };
    expect(mayBegin(ready, 4, true)).toBe(true);
    expect(mayBegin(ready, 5, true)).toBe(false);
    expect(mayBegin({ ...ready, kind: 'release' }, 5, true)).toBe(false);
    expect(mayBegin({ ...ready, waiting: true }, 4, true)).toBe(false);
    expect(mayBegin(ready, 4, false)).toBe(false);
    expect(mayBegin({ ...ready, state: 'unknown' }, 4, true)).toBe(false);
    expect(mayBegin({ ...ready, tries: [{ outcome: null }] }, 4, true)).toBe(false);
    expect(mayBegin({ ...ready, tries: tried('executed') }, 4, true)).toBe(false);
    expect(mayBegin({ ...ready, tries: tried('not_sent', 'not_sent', 'not_sent', 'not_sent') }, 4, true)).toBe(false);
    expect(mayBegin({ ...ready, kind: 'release', tries: tried('not_sent', 'not_sent', 'not_sent', 'not_sent') }, 4, true)).toBe(true);
  });

  it('a release is tried soon at first and fewer than sixty times in ten minutes', () => {
    const { pauseMs, releaseMs, releasePauseMaxMs } = new Times();
    let [tries, atMs] = [1, 0];
    for (; atMs < releaseMs; tries += 1) atMs += releasePauseMs(tries, pauseMs, releasePauseMaxMs);
    expect(tries).toBeLessThan(60);
    expect(releasePauseMs(1, pauseMs, releasePauseMaxMs) + releasePauseMs(2, pauseMs, releasePauseMaxMs)).toBeLessThanOrEqual(2_000);
  });

  it('a release speaks for cuts of its own way only', () => {
    const [one, other] = ways;
    expect(sameWay(one, { ...one, route: { ...one.route } })).toBe(true);
    expect(sameWay(one, other)).toBe(false);
    expect(sameWay(one, { ...one, device_id: 'two' })).toBe(false);
    expect(sameWay(one, { ...one, output_no: 2 })).toBe(false);
    expect(sameWay(other, { ...other, route: { method: 'vialon_relay', unit_id: 8 } })).toBe(false);
  });

  it('every outcome is certain or not', () => {
    expect(outcomes.filter(isUncertain)).toEqual(['accepted', 'queued', 'no_answer', 'link_lost', 'interrupted']);
    expect(isUncertain(null)).toBe(true);
    expect(states.filter(isSettled)).toEqual(['completed', 'failed', 'expired']);
  });
});
