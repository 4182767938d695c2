import 'reflect-metadata';
import { ConfigFault, publicUrl, readConfig } from '@fleet/platform/config';
import { Readiness, startTracing } from '@fleet/platform/observability';
import { Accounts } from '@fleet/platform/auth';
import { Logger } from '@nestjs/common';
import { createApp } from './create-app';

async function main(): Promise<void> {
  const config = readConfig();
  const flushTraces = startTracing(config.OTEL_EXPORTER_OTLP_ENDPOINT, config.OTEL_SERVICE_NAME);
  const app = await createApp(config);
  const log = new Logger('server');
  const server = await app.listen(config.PORT);
  server.keepAliveTimeout = 65_000;
  log.log(`ready at ${publicUrl(config)} as ${config.FLEET_ROLES.join(', ')}`);
  const accounts = app.get(Accounts);
  if (await accounts.needsSetup()) log.warn(`no users yet: open ${publicUrl(config)}/setup and enter the set-up token ${await accounts.setupToken()}`);

  let stopping = false;
  const stop = async (why: string): Promise<void> => {
    if (stopping) return;
    stopping = true;
    log.log(`stopping (${why})`);
    app.get(Readiness).drain();
    // Idle keep-alive connections end now, busy ones after their answer; what hangs is cut after the drain time.
    server.closeIdleConnections();
    const cut = setTimeout(() => server.closeAllConnections(), config.SHUTDOWN_DRAIN_MS);
    await app.close();
    clearTimeout(cut);
    await flushTraces?.();
    process.exit(0);
  };
  process.on('SIGTERM', () => void stop('SIGTERM'));
  process.on('SIGINT', () => void stop('SIGINT'));
  process.on('disconnect', () => void stop('its supervisor ended'));
}

main().catch((error: unknown) => {
  // A pino line, so that whoever reads the log file finds the reason where all else stands.
  const message = error instanceof Error ? error.message : String(error);
  const stack = error instanceof ConfigFault ? undefined : (error as Error).stack;
  process.stdout.write(`${JSON.stringify({ level: 'fatal', time: new Date().toISOString(), msg: message, ...(stack ? { err: { message, stack } } : {}) })}\n`);
  // 78 (EX_CONFIG) tells a supervisor that starting again will not help.
  process.exit(error instanceof ConfigFault ? 78 : 1);
});
