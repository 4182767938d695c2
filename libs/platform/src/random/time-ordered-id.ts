import { randomUUID } from 'node:crypto';

let last = { ms: 0, step: 0 };

/**
 * A uuid of version 7 (RFC 9562). Rows made together lie together in an index: a write touches its newest pages, where a random id
 * touches any page there is, which then is read, and after each checkpoint logged, whole.
 */
export function timeOrderedId(now: Date): string {
  const ms = now.getTime();
  last = { ms, step: ms === last.ms ? (last.step + 1) & 0xfff : 0 };
  const time = ms.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${last.step.toString(16).padStart(3, '0')}-${randomUUID().slice(19)}`;
}
