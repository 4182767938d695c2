import { defineTask } from '@fleet/platform/jobs';
import { z } from 'zod';
import { FuelImportRunner } from './import.runner';

export const importFillUpsTask = defineTask({
  name: 'fuel_log.import_fill_ups',
  about: 'Imports an uploaded table of fill-ups, chunk by chunk.',
  timeoutMs: 3_600_000,
  retries: 3,
  idempotent: true,
  scope: 'account',
  payload: z.object({ import_id: z.uuid() }),
  run: (ctx) => ctx.get(FuelImportRunner).run(ctx.actor, ctx.payload.import_id, (done, total) => ctx.progress({ done, total })),
});
