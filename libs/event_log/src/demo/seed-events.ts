import type { INestApplicationContext } from '@nestjs/common';
import { Clock } from '@fleet/platform/clock';
import type { Tx } from '@fleet/platform/database';
import type { DemoSeed } from '@fleet/platform/subsystem';
import { FineDesk } from '../fines/fine-desk';
import { lockStandings } from '../intake/event.store';
import { Intake } from '../intake/intake.service';
import { Withdrawals } from '../intake/withdrawals';
import type { FineState } from '../rules/fine-flow';
import { demoEvents, demoFines, type DemoFine, type DemoShiftSpan } from './demo-events';

const dayMs = 86_400_000;
const batch = 500;

const said: Partial<Record<FineState, string>> = {
  contested: 'Demo: I was not there at that time.',
  upheld: 'Demo: the picture shows the vehicle.',
  cancelled: 'Demo: the authority took it back.',
};

/** A month of events on the shifts of the demo fleet, through the same intake as everything else. */
export async function seedEvents({ app, tx, dice }: DemoSeed): Promise<void> {
  const now = app.get(Clock).now();
  const shifts = await tx.sql<DemoShiftSpan>(
    `select s.vehicle_id, v.plate, s.driver_id, lower(s.period) as "from", coalesce(upper(s.period), $1) as "to"
       from driver_module.shift s join transport_registry.vehicle v on v.id = s.vehicle_id
      where s.state in ('open', 'closed') and lower(s.period) < $1::timestamptz - interval '10 minutes' order by lower(s.period), v.plate`,
    [now],
  );
  // Ids are random: the order of rows must come from what does not change, so that the demo is the same everywhere.
  const drafts = demoEvents(dice, shifts.map((shift) => ({ ...shift, to: shift.to > now ? now : shift.to })));
  for (let i = 0; i < drafts.length; i += batch) await app.get(Intake).take(tx, drafts.slice(i, i + batch), { cause: 'demo' });
  for (const fine of demoFines(dice, shifts, now)) await tellFine(app, tx, fine, now);
}

async function tellFine(app: INestApplicationContext, tx: Tx, { draft, receivedDaysLater, steps }: DemoFine, now: Date): Promise<void> {
  const received = new Date(draft.at.getTime() + receivedDaysLater * dayMs);
  const taken = await atTime(app, earlier(received, now), () => app.get(Intake).takeOne(tx, draft, { cause: 'demo' }));
  for (const [i, state] of steps.entries()) {
    const [fine] = await lockStandings(tx, [taken.id]);
    // What is held for review, as that of a vehicle retired since, is left to people.
    if (!fine || fine.driver_id === null) return;
    const when = earlier(new Date(received.getTime() + (i + 1) * dayMs), now);
    await atTime(app, when, async () => {
      if (fine.state === 'review') await app.get(Withdrawals).rule(tx, fine, 'accepted', [], 'settled', 'Demo: looked at.');
      await app.get(FineDesk).step(tx, fine, state, said[state]);
    });
  }
}

const earlier = (a: Date, b: Date): Date => (a < b ? a : b);

/** Lets the seed tell the past: everything written meanwhile happened then. */
async function atTime<T>(app: INestApplicationContext, when: Date, work: () => Promise<T>): Promise<T> {
  const clock = app.get(Clock);
  const now = clock.now.bind(clock);
  clock.now = () => when;
  try {
    return await work();
  } finally {
    clock.now = now;
  }
}
