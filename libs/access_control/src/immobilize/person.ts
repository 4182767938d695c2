import type { Actor } from '@fleet/platform/database';
import { forbidden } from '@fleet/platform/http';

/**
 * A person at a screen, as opposed to a program, a task or the house itself. Stopping a vehicle takes one, and only a signed-in
 * session makes one: no schedule, rule, import or machine client can.
 */
export class Person {
  private constructor(readonly actor: Actor & { sessionId: string }) {}

  static of(actor: Actor): Person {
    if (actor.kind !== 'user' || actor.sessionId === undefined) throw forbidden('PEOPLE_ONLY', 'Vehicles are stopped and released by people, never by programs.');
    return new Person({ ...actor, sessionId: actor.sessionId });
  }

  get id(): string {
    return this.actor.id;
  }

  get steppedUpAt(): Date | undefined {
    return this.actor.steppedUpAt;
  }
}
