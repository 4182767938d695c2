import { staff, type Grants } from '../auth/roles';

export const jobsGrants: Grants = {
  'jobs.task.read': staff,
  'jobs.task.run': ['admin'],
  'jobs.dead_letter.replay': ['admin'],
};
