import type { EntityTarget, ObjectLiteral } from 'typeorm';

/** Every entity class of the running house, collected by the composition root. */
export const ENTITIES = Symbol('ENTITIES');
export type EntityList = EntityTarget<ObjectLiteral>[];
