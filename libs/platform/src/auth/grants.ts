import { everyone, staff, type Grants } from './roles';

export const authGrants: Grants = {
  'auth.self.use': everyone,
  'auth.account.read': everyone,
  'auth.account.write': ['admin'],
  'auth.park.read': staff,
  'auth.park.write': ['admin'],
  'auth.colleague.read': staff,
  'auth.user.read': ['admin'],
  'auth.user.write': ['admin'],
  'auth.session.read': ['admin'],
  'auth.session.end': ['admin'],
  'auth.client.read': ['admin'],
  'auth.client.write': ['admin'],
};
