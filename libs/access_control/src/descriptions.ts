import { ApprovalAsked, CommandEnded, ImmobilizingResumed, ImmobilizingStopped, LateOutcomeSeen, LockoutLifted, LockoutOpened } from '@fleet/contracts';
import { describeEvent } from '@fleet/platform/notify';

const command = { link: '/immobilizations/{command_id}', permission: 'access_control.immobilization.read' };
const lockout = { subject: '{lockout_id}', link: '/lockouts', permission: 'access_control.lockout.read' };

/** Who must act is told by the default rules: from `warning` in the inbox of all who may read it, what is critical to admins by e-mail too. */
export const descriptions = [
  describeEvent(CommandEnded, {
    ...command,
    title: 'Remote command {kind}: {state}',
    text: 'Sent by {method}, asked for by: {origin}. Code: {code}. How sure it is: {evidence}. If the state is unknown, look at the vehicle: it may be stopped.',
    subject: '{command_id}',
    severity: { by: 'state', of: { unknown: 'critical', failed: 'warning', expired: 'warning' }, otherwise: 'info' },
  }),
  describeEvent(LateOutcomeSeen, {
    ...command,
    title: 'A vehicle shows otherwise than was told: {seen}',
    text: 'A command ({kind}, by {method}) ended, and the vehicle showed this at {at}. Look at the vehicle: it may be stopped.',
    subject: '{command_id}',
    severity: 'critical',
  }),
  describeEvent(ApprovalAsked, {
    ...command,
    title: 'Somebody waits for a second person',
    text: 'A vehicle is to be stopped by {method}. Approve or decline before {until}; after that the request expires.',
    subject: '{command_id}',
    severity: 'warning',
    permission: 'access_control.immobilization.approve',
  }),
  describeEvent(ImmobilizingStopped, {
    title: 'The kill switch was pulled',
    text: 'Nobody in the account can stop a vehicle until an admin lets it go on.',
    severity: 'warning',
    link: '/immobilizations',
    permission: 'access_control.setting.read',
  }),
  describeEvent(ImmobilizingResumed, {
    title: 'The kill switch is off',
    text: 'Vehicles can be stopped from afar again.',
    severity: 'warning',
    link: '/immobilizations',
    permission: 'access_control.setting.read',
  }),
  describeEvent(LockoutOpened, {
    ...lockout,
    title: 'A {subject_type} is locked out: {reason_code}',
    text: 'Until: {until}.',
    severity: 'warning',
  }),
  describeEvent(LockoutLifted, {
    ...lockout,
    title: 'A lockout is over: {subject_type}, {reason_code}',
    text: 'Ended because its time ran out: {by_time}.',
    severity: 'info',
  }),
];
