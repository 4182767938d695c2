import type { INestApplicationContext, Type } from '@nestjs/common';
import type { Grants } from '../auth/roles';
import type { ParkQueries } from '../notify/alerts/parks';
import type { EventDescription } from '../notify/catalogue';
import type { Dice } from '../random';
import type { EntityList, Tx } from '../database';

/** What seeds of the demo company work with. One transaction for all of them. */
export interface DemoSeed {
  app: INestApplicationContext;
  tx: Tx;
  dice: Dice;
  parkIds: string[];
  /** Ids of the demo people by e-mail. */
  userIds: Map<string, string>;
}

/** What a subsystem hands to the composition root through its door. */
export interface Subsystem {
  module: Type;
  entities: EntityList;
  grants: Grants;
  /** How its events read to a person who is notified of them. */
  describes?: readonly EventDescription[];
  /** In which park its things are, so that news about them stays inside it. */
  parks?: ParkQueries;
  /** Addresses whose routes read the body themselves, because it is large, compressed or signed byte by byte. */
  ownBodies?: readonly string[];
  /** Adds this subsystem's part to the demo company. */
  seedDemo?: (seed: DemoSeed) => Promise<void>;
}
