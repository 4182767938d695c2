import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Clock } from '@fleet/platform/clock';
import { CONFIG, type Config } from '@fleet/platform/config';
import type { DemoSeed } from '@fleet/platform/subsystem';
import { VehicleLookup } from '@fleet/transport_registry';
import { FeedImporter } from '../imports/feed-importer';
import { demoFeed } from './demo-feed';

/** The file a chat group of the demo company would have led to, read the way every file is, so that the inbox has work waiting. */
export async function seedFeed({ app, tx, dice }: DemoSeed): Promise<void> {
  const vehicles = await app.get(VehicleLookup).inStatus(tx, 'active');
  const file = join(app.get<Config>(CONFIG).FLEET_DATA_DIR, 'demo-fuel-feed.json');
  writeFileSync(file, JSON.stringify(demoFeed(dice, vehicles, app.get(Clock).now()), null, 1));
  await app.get(FeedImporter).run(tx.actor, { kind: 'file', dryRun: false, path: file });
}
