import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { publicUrl, type Config } from '@fleet/platform/config';

/** The API's description, from the same declarations that validate and answer. */
export function openApiDocument(app: INestApplication, config: Config): OpenAPIObject {
  const base = publicUrl(config);
  const builder = new DocumentBuilder()
    .setTitle('Fleet ERP')
    .setVersion('1.0')
    .setDescription('Errors are application/problem+json with a stable `code`. Lists answer `{items, next_cursor}`. POST takes an `Idempotency-Key`.')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' })
    .addOAuth2({
      type: 'oauth2',
      flows: {
        authorizationCode: { authorizationUrl: `${base}/oauth/authorize`, tokenUrl: `${base}/oauth/token`, refreshUrl: `${base}/oauth/token`, scopes: {} },
        clientCredentials: { tokenUrl: `${base}/oauth/token`, scopes: {} },
      },
    })
    .build();
  const document = SwaggerModule.createDocument(app, builder, { operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}_${method}` });
  // Two subsystems may both have a controller called Trip; their tags tell them apart.
  for (const path of Object.values(document.paths)) {
    for (const operation of Object.values(path) as { operationId?: string; tags?: string[] }[]) {
      if (operation.operationId && operation.tags?.[0]) operation.operationId = `${operation.tags[0]}_${operation.operationId}`;
    }
  }
  return document;
}

/** Built when somebody first asks: a server that nobody reads the documentation of starts faster and smaller. */
export function describeApi(app: INestApplication, config: Config): void {
  SwaggerModule.setup('api/docs', app, () => openApiDocument(app, config), {
    jsonDocumentUrl: 'api/openapi.json',
    customSiteTitle: 'Fleet ERP API',
    swaggerOptions: { oauth2RedirectUrl: `${publicUrl(config)}/api/docs/oauth2-redirect.html`, initOAuth: { clientId: 'fleet-docs', usePkceWithAuthorizationCodeGrant: true }, persistAuthorization: false, displayRequestDuration: true },
  });
}
