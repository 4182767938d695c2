/** Who acts, in which account, and what they may do. Every service call takes one; every connection is bound to its account. */
export interface Actor {
  readonly kind: 'user' | 'client' | 'system';
  /** User id, machine client id, or the name of the task that acts. */
  readonly id: string;
  readonly accountId: string;
  readonly role: string | null;
  readonly permissions: { has(permission: string): boolean };
  /** Parks this actor is limited to; null means every park of the account. */
  readonly parkIds: readonly string[] | null;
  readonly sessionId?: string;
  /** When the person last proved a second factor. */
  readonly steppedUpAt?: Date;
}

/** The house itself acting inside one account: subscribers, tasks, seeds. */
export function systemActor(accountId: string, task: string): Actor {
  return { kind: 'system', id: task, accountId, role: null, permissions: { has: () => true }, parkIds: null };
}
