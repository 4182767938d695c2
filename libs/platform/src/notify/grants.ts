import { everyone, type Grants } from '../auth/roles';

export const notifyGrants: Grants = {
  'notify.webhook.read': ['admin'],
  'notify.webhook.write': ['admin'],
  'notify.webhook.replay': ['admin'],
  'notify.rule.read': ['admin'],
  'notify.rule.write': ['admin'],
  'notify.inbox.use': everyone,
};
