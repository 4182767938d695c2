import { defineTask } from '@fleet/platform/jobs';
import { z } from 'zod';
import { ImportRunner } from './import.runner';

/** Works through one uploaded table of vehicles. */
export const importVehiclesTask = defineTask({
  name: 'transport_registry.import_vehicles',
  about: 'Imports an uploaded table of vehicles, chunk by chunk.',
  timeoutMs: 1_800_000,
  retries: 3,
  idempotent: true,
  scope: 'account',
  payload: z.object({ import_id: z.uuid() }),
  run: (ctx) => ctx.get(ImportRunner).run(ctx.actor, ctx.payload.import_id, (done, total) => ctx.progress({ done, total })),
});
