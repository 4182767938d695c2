import { defineEvent } from '@fleet/platform/outbox';
import { z } from 'zod';

/** `revision` grows with every step of the fine; `at` is when the offence happened. */
const fine = {
  fine_id: z.uuid(),
  revision: z.int(),
  vehicle_id: z.uuid().nullable(),
  amount_minor: z.int(),
  currency: z.string(),
  at: z.iso.datetime(),
};
const nobodyYet = { ...fine, driver_id: z.uuid().nullable() };
const somebody = { ...fine, driver_id: z.uuid() };

/** Told again, with a higher revision, when the amount is put right. */
export const FineReceived = defineEvent('event_log.fine_received', 1, z.object(nobodyYet), { unheard: 'for finance_block, which owes the authority from now on' });

/** Told again when somebody else is found to have driven. */
export const FineAttributed = defineEvent('event_log.fine_attributed', 1, z.object(somebody), { unheard: 'for finance_block and notifications' });

export const FineContested = defineEvent('event_log.fine_contested', 1, z.object(somebody), { unheard: 'for personnel_tasks, where somebody looks at it' });

/** Deducts from the driver. `charge_id` is new with every charge; a reversal names it. */
export const FineCharged = defineEvent('event_log.fine_charged', 1, z.object({ ...somebody, charge_id: z.uuid() }), { unheard: 'for finance_block, which books the deduction' });

/** Takes one charge back whole, because the fine was cancelled or another driver, or nobody, had the vehicle. */
export const FineChargeReversed = defineEvent('event_log.fine_charge_reversed', 1, z.object({ ...somebody, charge_id: z.uuid(), because: z.enum(['moved', 'unattributed', 'cancelled', 'amended']) }), {
  unheard: 'for finance_block, which books the deduction back',
});

export const FineCancelled = defineEvent('event_log.fine_cancelled', 1, z.object(nobodyYet), { unheard: 'for finance_block' });

export const FinePaid = defineEvent('event_log.fine_paid', 1, z.object({ ...somebody, charge_id: z.uuid() }), { unheard: 'for finance_block' });
