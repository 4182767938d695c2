import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { FeedImporter } from '@fleet/fuel_log';
import { useConfig, type Config } from '@fleet/platform/config';
import { systemActor } from '@fleet/platform/database';
import { AppModule } from '../../apps/server/src/app.module';

/** An import in a process of its own, for tests that kill it. */
async function main(): Promise<void> {
  useConfig(JSON.parse(process.env.FEED_CONFIG ?? '{}') as Config);
  const app = await NestFactory.createApplicationContext(AppModule.forRoot(), { logger: false });
  await app.get(FeedImporter).run(systemActor(process.argv[2] ?? '', 'test.killed'), { kind: 'snapshot', dryRun: false });
  await app.close();
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
