import type { Grants } from '../auth/roles';

export const auditGrants: Grants = {
  'audit.entry.read': ['admin'],
  'audit.entry.verify': ['admin'],
};
