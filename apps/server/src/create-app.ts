import { join } from 'node:path';
import type { Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { json, urlencoded } from 'express';
import { publicUrl, useConfig, type Config } from '@fleet/platform/config';
import { exceptAt, onlyKnownBodies, requestContext, securityHeaders } from '@fleet/platform/http';
import { createLogger, createRequestLogger, Metrics, NestLogger, requestLog, requestSpan } from '@fleet/platform/observability';
import { readWebFiles, webApp } from '@fleet/platform/web';
import { layStreets, nairobi, streetsGeoJson } from '@fleet/telemetry_engine/play';
import { AppModule } from './app.module';
import { describeApi } from './openapi';
import { subsystems } from './subsystems';

/** Builds the whole server without listening; tests and the real process start from here. */
export async function createApp(config: Config, more: Type[] = []): Promise<NestExpressApplication> {
  useConfig(config);
  const logger = createLogger(config.LOG_LEVEL);
  const app = await NestFactory.create<NestExpressApplication>(AppModule.forRoot(more), { bodyParser: false, logger: new NestLogger(logger), abortOnError: false });
  app.set('trust proxy', config.TRUST_PROXY_HOPS);
  app.set('etag', false);
  app.disable('x-powered-by');
  app.use(requestContext);
  if (config.OTEL_EXPORTER_OTLP_ENDPOINT) app.use(requestSpan);
  app.use(requestLog(app.get(Metrics), createRequestLogger(config.LOG_LEVEL)));
  app.use(securityHeaders(publicUrl(config).startsWith('https:')));
  serveWeb(app, config);
  const ownBodies = subsystems.flatMap((s) => s.ownBodies ?? []);
  app.use(exceptAt(ownBodies, json({ limit: config.HTTP_BODY_LIMIT_KB * 1024 })));
  app.use(['/oauth', '/setup'], urlencoded({ extended: false, limit: '32kb' }));
  app.use(exceptAt(ownBodies, onlyKnownBodies));
  describeApi(app, config);
  return app;
}

/** Beside the compiled server lies the built web app; without it this is a server for programs. */
function serveWeb(app: NestExpressApplication, config: Config): void {
  const files = config.FLEET_ROLES.includes('api') ? readWebFiles(config.FLEET_WEB_DIR ?? join(__dirname, '../../../web')) : undefined;
  if (files) app.use(webApp(files, { mapStyleUrl: config.MAP_STYLE_URL, streets: config.FLEET_DEMO ? () => streetsGeoJson(layStreets(nairobi)) : undefined }));
}
