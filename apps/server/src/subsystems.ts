import type { EntityList } from '@fleet/platform/database';
import type { Grants } from '@fleet/platform/auth';
import { transport_registry } from '@fleet/transport_registry';

/** What a subsystem hands to the composition root through its door. */
export interface Subsystem {
  module: new () => object;
  entities: EntityList;
  grants: Grants;
}

/** Every subsystem of the house. A new one is one line here and one entry in subsystems.json. */
export const subsystems: Subsystem[] = [transport_registry];
