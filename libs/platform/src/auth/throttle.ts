import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { Clock } from '../clock';
import { Db } from '../database';
import { Refusal } from '../http/refusal';

const windowMinutes = 15;

export interface Guess {
  /** What is being guessed at, e.g. `login:someone@example.org` or `address:10.0.0.1`. */
  key: string;
  failuresMax: number;
}

const count = `
  insert into auth.throttle as t (key, failures, window_started_at, blocked_until)
  values ($1, 1, $2, case when $3 <= 1 then $2::timestamptz + make_interval(mins => $4) end)
  on conflict (key) do update set
    failures = case when t.window_started_at < $2::timestamptz - make_interval(mins => $4) then 1 else t.failures + 1 end,
    window_started_at = case when t.window_started_at < $2::timestamptz - make_interval(mins => $4) then $2 else t.window_started_at end,
    blocked_until = case when t.window_started_at >= $2::timestamptz - make_interval(mins => $4) and t.failures + 1 >= $3
                         then $2::timestamptz + make_interval(mins => $4) end
  where t.blocked_until is null or t.blocked_until <= $2
  returning 1 as one`;

const uncount = `
  update auth.throttle set failures = greatest(failures - 1, 0), blocked_until = case when failures - 1 < $2 then null else blocked_until end where key = $1`;

/**
 * Counts guesses across all replicas. Each counts as wrong before it is looked at, so that a thousand sent together are
 * no more than a thousand in turn; a right one is taken back. Keys are hashed: the table names nobody.
 */
@Injectable()
export class Throttle {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
  ) {}

  /** Counts the guesses, or refuses when one of them is paused. */
  async admit(guesses: Guess[]): Promise<void> {
    const now = this.clock.now();
    await this.db.system('auth.throttle', async (tx) => {
      for (const guess of guesses) {
        if (await tx.one(count, [digest(guess.key), now, guess.failuresMax, windowMinutes])) continue;
        // Throwing takes back what was counted for the others.
        const paused = await tx.one<{ until: Date | null }>(`select blocked_until as until from auth.throttle where key = $1`, [digest(guess.key)]);
        throw tooMany(Math.ceil(((paused?.until ?? now).getTime() - now.getTime()) / 1000));
      }
    });
  }

  /** It was no wrong guess: neither for nor against whoever made it. */
  async takeBack(guesses: Guess[]): Promise<void> {
    await this.db.system('auth.throttle', async (tx) => {
      for (const guess of guesses) await tx.execute(uncount, [digest(guess.key), guess.failuresMax]);
    });
  }

  /** Somebody proved who they are: earlier failures at the first guess are forgiven, the others only not counted. */
  async succeeded([proven, ...others]: Guess[]): Promise<void> {
    await this.db.system('auth.throttle', async (tx) => {
      if (proven) await tx.execute(`delete from auth.throttle where key = $1`, [digest(proven.key)]);
      for (const guess of others) await tx.execute(uncount, [digest(guess.key), guess.failuresMax]);
    });
  }
}

function tooMany(seconds: number): Refusal {
  const wait = Math.max(1, seconds);
  return new Refusal('throttled', 'TOO_MANY_ATTEMPTS', `Too many wrong attempts. Try again in ${Math.ceil(wait / 60)} min.`, { headers: { 'retry-after': String(wait) } });
}

const digest = (key: string): string => createHash('sha256').update(key).digest('base64url');
