import { defineTask } from '@fleet/platform/jobs';
import { z } from 'zod';
import { FineImportRunner } from './import.runner';

/** Works through one uploaded table of fines. */
export const importFinesTask = defineTask({
  name: 'event_log.import_fines',
  about: 'Imports an uploaded table of fines, chunk by chunk.',
  timeoutMs: 1_800_000,
  retries: 3,
  idempotent: true,
  scope: 'account',
  payload: z.object({ import_id: z.uuid() }),
  run: (ctx) => ctx.get(FineImportRunner).run(ctx.actor, ctx.payload.import_id, (done, total) => ctx.progress({ done, total })),
});
