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

/** Counts wrong guesses across all replicas. Keys are hashed: the table names nobody. */
@Injectable()
export class Throttle {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
  ) {}

  /** Refuses when any of the guesses is paused. */
  async admit(guesses: Guess[]): Promise<void> {
    const now = this.clock.now();
    const paused = await this.db.systemRead('auth.throttle', (tx) =>
      tx.one<{ until: Date | null }>(`select max(blocked_until) as until from auth.throttle where key = any($1) and blocked_until > $2`, [guesses.map((g) => digest(g.key)), now]),
    );
    if (!paused?.until) return;
    const seconds = Math.ceil((paused.until.getTime() - now.getTime()) / 1000);
    throw new Refusal('throttled', 'TOO_MANY_ATTEMPTS', `Too many wrong attempts. Try again in ${Math.ceil(seconds / 60)} min.`, { headers: { 'retry-after': String(seconds) } });
  }

  async failed(guesses: Guess[]): Promise<void> {
    const now = this.clock.now();
    await this.db.system('auth.throttle', async (tx) => {
      for (const guess of guesses) {
        await tx.sql(
          `insert into auth.throttle as t (key, failures, window_started_at) values ($1, 1, $2)
           on conflict (key) do update set
             failures = case when t.window_started_at < $2::timestamptz - make_interval(mins => $4) then 1 else t.failures + 1 end,
             window_started_at = case when t.window_started_at < $2::timestamptz - make_interval(mins => $4) then $2 else t.window_started_at end,
             blocked_until = case when t.window_started_at >= $2::timestamptz - make_interval(mins => $4) and t.failures + 1 >= $3
                                  then $2::timestamptz + make_interval(mins => $4) else t.blocked_until end`,
          [digest(guess.key), now, guess.failuresMax, windowMinutes],
        );
      }
    });
  }

  async succeeded(key: string): Promise<void> {
    await this.db.system('auth.throttle', (tx) => tx.execute(`delete from auth.throttle where key = $1`, [digest(key)]));
  }
}

const digest = (key: string): string => createHash('sha256').update(key).digest('base64url');
