import type { AccessRule } from './facts';

/** Nobody has locked the driver out, nor the vehicle the driver has. */
export const lockouts: AccessRule = {
  name: 'lockouts',
  judge: ({ lockouts: open }) =>
    open.map(({ id, reason_code, until, of }) => ({
      code: of === 'driver' ? 'LOCKED_OUT' : 'VEHICLE_LOCKED_OUT',
      detail: `The ${of} is locked out (${reason_code})${until ? ` until ${until.toISOString()}` : ''}.`,
      facts: { lockout_id: id, reason_code, until },
    })),
};
