import type { AccessRule } from './facts';

/** Here, active, and not on the blacklist. */
export const standing: AccessRule = {
  name: 'standing',
  judge: ({ status, blacklisted, erased }) => [
    ...(status === 'active' && !erased ? [] : [{ code: 'DRIVER_NOT_ACTIVE', detail: `The driver is ${erased ? 'erased' : status}.`, facts: { status } }]),
    ...(blacklisted ? [{ code: 'DRIVER_BLACKLISTED', detail: 'The driver is on the blacklist.' }] : []),
  ],
};
