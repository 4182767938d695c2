import 'reflect-metadata';
import type { z } from 'zod';
import type { Tx } from '../database';
import type { EventDefinition, Heard } from './event';

export const HEARS = 'fleet:hears';

export interface Hearing {
  event: EventDefinition;
  subscriber: string;
}

type Handler<S extends z.ZodType> = (event: Heard<z.output<S>>, tx: Tx) => Promise<void>;

/**
 * Subscribes a method to an event. The name (`finance_block.book_fuel`) is what deliveries are addressed to: it outlives
 * renamed methods. The handler's writes and the mark that it was delivered commit together.
 */
export function Hears<S extends z.ZodType>(event: EventDefinition<S>, subscriber: string) {
  return <H extends Handler<S>>(_prototype: object, _name: string | symbol, descriptor: TypedPropertyDescriptor<H>): void => {
    const method = descriptor.value as H;
    const known = (Reflect.getMetadata(HEARS, method) as Hearing[] | undefined) ?? [];
    Reflect.defineMetadata(HEARS, [...known, { event, subscriber }], method);
  };
}
