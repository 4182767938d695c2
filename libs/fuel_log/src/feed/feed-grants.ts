import { staff, type Grants } from '@fleet/platform/auth';

export const feedGrants: Grants = {
  'fuel_log.feed.read': ['admin'],
  'fuel_log.feed.write': ['admin'],
  'fuel_log.feed.import': ['admin'],
  'fuel_log.inbox.read': staff,
  'fuel_log.inbox.decide': staff,
  'fuel_log.alias.read': staff,
  'fuel_log.alias.write': ['admin'],
  'fuel_log.fill.read': staff,
  'fuel_log.fill.export': staff,
};
