import type { z } from 'zod';

/** The contract of one kind of news. Payloads are JSON: schemas check them and do not transform. */
export interface EventDefinition<S extends z.ZodType = z.ZodType> {
  readonly name: string;
  readonly version: number;
  readonly schema: S;
  /** Why nobody hears it yet; an event without subscribers and without a reason is a mistake. */
  readonly unheard?: string;
}

/** An event as a subscriber receives it. */
export interface Heard<P> {
  readonly id: string;
  readonly seq: number;
  readonly accountId: string;
  readonly name: string;
  readonly version: number;
  readonly occurredAt: Date;
  readonly requestId: string | null;
  readonly payload: P;
}

export type PayloadOf<E> = E extends EventDefinition<infer S> ? z.output<S> : never;

const shape = /^[a-z0-9_]+\.[a-z0-9_]+$/;

/** `subsystem.noun_verb` in the past tense. A changed meaning is a new version, defined beside the old until nobody emits that. */
export function defineEvent<S extends z.ZodType>(name: string, version: number, schema: S, options: { unheard?: string } = {}): EventDefinition<S> {
  if (!shape.test(name)) throw new Error(`"${name}" is no event name; write subsystem.noun_verb.`);
  declared.add(name);
  return Object.freeze({ name, version, schema, ...options });
}

const declared = new Set<string>();

/** Names of all events this version of the house can tell, for those who choose among them. */
export const declaredEvents = (): string[] => [...declared].sort();

export const keyOf = (event: { name: string; version: number }): string => `${event.name}@${event.version}`;
