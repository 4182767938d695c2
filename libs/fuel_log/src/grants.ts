import type { Grants } from '@fleet/platform/auth';

export const grants: Grants = {};
