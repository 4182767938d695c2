import { defineEvent } from '@fleet/platform/outbox';
import { z } from 'zod';

const lockout = { lockout_id: z.uuid(), subject_type: z.enum(['driver', 'vehicle']), subject_id: z.uuid(), reason_code: z.string() };
const command = { command_id: z.uuid(), vehicle_id: z.uuid(), kind: z.enum(['immobilize', 'release']), method: z.string(), origin: z.enum(['person', 'safety']) };

export const LockoutOpened = defineEvent('access_control.lockout_opened', 1, z.object({ ...lockout, until: z.iso.datetime().nullable() }), {
  unheard: 'for driver_module, personnel_tasks and notifications',
});

/** `by_time` when it ran out and nobody lifted it. */
export const LockoutLifted = defineEvent('access_control.lockout_lifted', 1, z.object({ ...lockout, by_time: z.boolean() }), {
  unheard: 'for driver_module, personnel_tasks and notifications',
});

export const ImmobilizingStopped = defineEvent('access_control.immobilizing_stopped', 1, z.object({ by: z.string(), reason: z.string() }), {
  unheard: 'for notifications',
});

export const ImmobilizingResumed = defineEvent('access_control.immobilizing_resumed', 1, z.object({ by: z.string(), reason: z.string() }), {
  unheard: 'for notifications',
});

export const ApprovalAsked = defineEvent('access_control.approval_asked', 1, z.object({ ...command, approver_id: z.uuid().nullable(), until: z.iso.datetime() }), {
  unheard: 'for notifications: somebody waits for a second person',
});

/** The command is through, or as much as is known. `unknown` wants somebody's attention: the vehicle may be stopped. */
export const CommandEnded = defineEvent(
  'access_control.command_ended',
  1,
  z.object({ ...command, state: z.enum(['completed', 'failed', 'expired', 'unknown']), code: z.string().nullable(), evidence: z.string(), at: z.iso.datetime() }),
  { unheard: 'for event_log and notifications' },
);

/** A command that was not known to have worked shows an effect after all. */
export const LateOutcomeSeen = defineEvent('access_control.late_outcome_seen', 1, z.object({ ...command, seen: z.string(), at: z.iso.datetime() }), {
  unheard: 'for notifications: somebody should look at the vehicle',
});
