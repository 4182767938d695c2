import { staff, type Grants, type Role } from '@fleet/platform/auth';

/** Admin and specialized operator. */
const immobilizers: readonly Role[] = ['admin', 'immobilizing_operator'];

export const grants: Grants = {
  'access_control.access.read': staff,
  'access_control.self.use': ['driver'],
  'access_control.lockout.read': staff,
  'access_control.lockout.write': staff,
  'access_control.immobilization.read': staff,
  'access_control.immobilization.command': immobilizers,
  'access_control.immobilization.approve': immobilizers,
  'access_control.immobilization.release': immobilizers,
  'access_control.immobilization.cancel': immobilizers,
  // Anybody of the staff may stop it for all; only an admin lets it go on.
  'access_control.immobilization.stop': staff,
  'access_control.setting.read': staff,
  'access_control.setting.write': ['admin'],
  'access_control.circuit.read': staff,
  'access_control.circuit.write': ['admin'],
  'access_control.gateway.read': ['admin'],
  'access_control.gateway.write': ['admin'],
};
