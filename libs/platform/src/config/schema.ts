import { z } from 'zod';

const flag = z.enum(['0', '1']).transform((v) => v === '1');
const port = z.coerce.number().int().min(0).max(65535);
const count = (min: number, max: number) => z.coerce.number().int().min(min).max(max);

/** One setting: its schema (default included), the group and sentence shown in `.env.example`, and what production demands. */
interface Setting {
  schema: z.ZodType;
  group: 'server' | 'database' | 'secrets' | 'sign-in' | 'files' | 'devices' | 'notify' | 'operation';
  about: string;
  requiredInProduction?: true;
  example?: string;
}

const settings = {
  PORT: { schema: port.default(3000), group: 'server', about: 'Port of the web server.' },
  PUBLIC_URL: {
    schema: z.url().optional(),
    group: 'server',
    about: 'Address people use, without a trailing slash. Tokens name it as their issuer. Default http://localhost:PORT.',
    requiredInProduction: true,
    example: 'https://fleet.example.org',
  },
  FLEET_ROLES: {
    schema: z
      .string()
      .default('api,ingest,worker')
      .transform((v) => v.split(',').map((r) => r.trim()))
      .pipe(z.array(z.enum(['api', 'ingest', 'worker'])).min(1)),
    group: 'server',
    about: 'What this process does: api, ingest, worker, or several of them.',
  },
  FLEET_DATA_DIR: { schema: z.string().default('./data'), group: 'server', about: 'Folder for files, logs and the embedded database.' },
  FLEET_DEMO: { schema: flag.default(false), group: 'server', about: '1 seeds the demo company on an empty database.' },
  FLEET_DEMO_PASSWORD: { schema: z.string().min(8).optional(), group: 'server', about: 'Password of all demo logins. Default: random, one each.' },
  NODE_ENV: { schema: z.enum(['development', 'production', 'test']).default('development'), group: 'server', about: 'production refuses to start on missing or demo secrets.' },
  FLEET_WEB_DIR: { schema: z.string().optional(), group: 'server', about: 'Folder of the built web app. Unset, the one built beside the server; where there is none, only programs are served.' },
  MAP_STYLE_URL: { schema: z.url().optional(), group: 'server', about: 'MapLibre style of the map. Unset, it draws what comes with the app and needs no internet.', example: 'https://tiles.example.org/style.json' },
  TRUST_PROXY_HOPS: { schema: count(0, 10).default(0), group: 'server', about: 'How many reverse proxies stand before the server.' },
  HTTP_BODY_LIMIT_KB: { schema: count(16, 65_536).default(1024), group: 'server', about: 'Largest JSON body of an ordinary request.' },

  DATABASE_URL: {
    schema: z.string().regex(/^postgres(ql)?:\/\//, 'must start with postgres://'),
    group: 'database',
    about: 'Owner connection (PostgreSQL 15 to 18): runs migrations. Unset, `npm start` brings its own PostgreSQL.',
    requiredInProduction: true,
    example: 'postgres://fleet_owner:change-me@db:5432/fleet',
  },
  DATABASE_APP_URL: {
    schema: z.string().regex(/^postgres(ql)?:\/\//, 'must start with postgres://').optional(),
    group: 'database',
    about: 'Connection of the running server as a role that owns nothing. Unset, it logs in by DATABASE_URL and drops to role fleet_app.',
    example: 'postgres://fleet_app:change-me@db:5432/fleet',
  },
  DATABASE_POOL_MAX: { schema: count(2, 500).default(20), group: 'database', about: 'Connections one process may hold.' },
  DATABASE_STATEMENT_TIMEOUT_MS: { schema: count(100, 600_000).default(30_000), group: 'database', about: 'A statement running longer is cancelled.' },

  FLEET_MASTER_KEYS: {
    schema: z
      .string()
      .regex(/^\w+:[A-Za-z0-9+/=_-]{43,44}(,\w+:[A-Za-z0-9+/=_-]{43,44})*$/, 'must be name:base64 of 32 bytes, comma separated, current key first'),
    group: 'secrets',
    about: 'Master keys that wrap every other key: name:base64 of 32 random bytes, current first. Lose them and personal data is unreadable.',
    requiredInProduction: true,
    example: 'k1:REPLACE-WITH-32-RANDOM-BYTES-AS-BASE64------=',
  },
  METRICS_TOKEN: { schema: z.string().min(16).optional(), group: 'secrets', about: 'Bearer token /metrics asks for. Unset, only loopback may read it.' },

  ACCESS_TOKEN_TTL_S: { schema: count(60, 3600).default(600), group: 'sign-in', about: 'Life of an access token.' },
  SESSION_IDLE_TTL_H: { schema: count(1, 8760).default(336), group: 'sign-in', about: 'A session unused this long must sign in again.' },
  SESSION_MAX_TTL_H: { schema: count(1, 8760).default(2160), group: 'sign-in', about: 'A session older than this must sign in again.' },
  STEP_UP_TTL_S: { schema: count(30, 3600).default(300), group: 'sign-in', about: 'How long a fresh TOTP counts as stepped up.' },
  LOGIN_FAILURES_PER_ACCOUNT: { schema: count(1, 1000).default(10), group: 'sign-in', about: 'Wrong passwords for one e-mail before a 15 minute pause.' },
  LOGIN_FAILURES_PER_ADDRESS: { schema: count(1, 100_000).default(100), group: 'sign-in', about: 'Wrong passwords from one address before a 15 minute pause.' },

  S3_ENDPOINT: { schema: z.url().optional(), group: 'files', about: 'S3-compatible store for files. Unset, files live in FLEET_DATA_DIR/files.', example: 'http://store:9000' },
  S3_REGION: { schema: z.string().default('us-east-1'), group: 'files', about: 'Region of the store.' },
  S3_BUCKET: { schema: z.string().default('fleet'), group: 'files', about: 'Bucket of the store.' },
  S3_ACCESS_KEY_ID: { schema: z.string().optional(), group: 'files', about: 'Access key of the store.' },
  S3_SECRET_ACCESS_KEY: { schema: z.string().optional(), group: 'files', about: 'Secret key of the store.' },
  FUEL_FEED_ENDPOINT: { schema: z.url().optional(), group: 'files', about: "S3-compatible store that holds the house's own feed of fuel records. Feeds of other accounts name their own.", example: 'http://store:9000' },
  FUEL_FEED_REGION: { schema: z.string().default('us-east-1'), group: 'files', about: 'Region of the feed.' },
  FUEL_FEED_BUCKET: { schema: z.string().default('fuel'), group: 'files', about: 'Bucket of the feed.' },
  FUEL_FEED_ACCESS_KEY_ID: { schema: z.string().optional(), group: 'files', about: 'Access key of the feed.' },
  FUEL_FEED_SECRET_ACCESS_KEY: { schema: z.string().optional(), group: 'files', about: 'Secret key of the feed.' },
  FUEL_FEED_ACCOUNT: { schema: z.uuid().optional(), group: 'files', about: 'The one account that may read the feed above; unset, none may, and each names a store of its own.' },
  FUEL_FEED_TIMEOUT_MS: { schema: count(500, 600_000).default(30_000), group: 'files', about: 'A feed that sends nothing for this long is asked again.' },
  FUEL_FEED_LIMIT_MB: { schema: count(1, 102_400).default(4096), group: 'files', about: 'Largest file of a feed, unpacked.' },
  FUEL_FEED_REMOVALS_MAX_PCT: { schema: count(0, 100).default(5), group: 'files', about: 'A snapshot that lacks more than this share of the known records removes none until somebody confirms it.' },
  FILE_LIMIT_MB: { schema: count(1, 1024).default(15), group: 'files', about: 'Largest uploaded file.' },

  IPS_PORT: { schema: port.default(20332), group: 'devices', about: 'Wialon IPS devices, TCP and UDP.' },
  RETRANSLATOR_PORT: { schema: port.default(20163), group: 'devices', about: 'Wialon Retranslator.' },
  TELTONIKA_PORT: { schema: port.default(5027), group: 'devices', about: 'Teltonika devices, TCP.' },
  GATEWAY_ALLOW_PRIVATE: { schema: flag.default(false), group: 'devices', about: '1 lets accounts name relay gateways (a Wialon Local) at private and loopback addresses, and by http there.' },

  TELEMETRY_DERIVE_EVERY_MS: { schema: count(0, 600_000).default(10_000), group: 'operation', about: 'How often a worker brings rollups, trips and detections up to date; 0 leaves it to other workers.' },
  SMTP_URL: {
    schema: z.string().regex(/^smtps?:\/\/[^\s]+$/, 'must start with smtp:// or smtps://').optional(),
    group: 'notify',
    about: 'Mail server, with login if it wants one. Unset, no e-mail is sent and rules say so.',
    example: 'smtp://user:change-me@mail:587',
  },
  MAIL_FROM: { schema: z.string().regex(/^[^\r\n]*@[^\r\n]*$/, 'must hold an address').default('Fleet ERP <no-reply@localhost>'), group: 'notify', about: 'Sender of e-mails.', example: 'Fleet ERP <fleet@example.org>' },
  WEBHOOK_ALLOW_PRIVATE: { schema: flag.default(false), group: 'notify', about: '1 lets webhooks go to private and loopback addresses, and by http there.' },
  WEBHOOK_TIMEOUT_MS: { schema: count(100, 30_000).default(10_000), group: 'notify', about: 'How long a receiver may take to answer a webhook.' },
  WEBHOOK_DISABLE_AFTER_H: { schema: count(1, 720).default(72), group: 'notify', about: 'An endpoint that has failed this long without one success is disabled.' },
  WEBHOOK_KEPT_DAYS: { schema: count(1, 365).default(30), group: 'notify', about: 'How long the log of webhook deliveries is kept.' },

  LOG_LEVEL: { schema: z.enum(['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace']).default('info'), group: 'operation', about: 'Least severe log line written.' },
  OTEL_EXPORTER_OTLP_ENDPOINT: { schema: z.url().optional(), group: 'operation', about: 'OTLP/HTTP collector. Unset, no traces are made.', example: 'http://collector:4318' },
  OTEL_SERVICE_NAME: { schema: z.string().default('fleet-erp'), group: 'operation', about: 'Service name on traces.' },
  SHUTDOWN_DRAIN_MS: { schema: count(0, 60_000).default(4000), group: 'operation', about: 'How long a stopping server lets running requests finish.' },
} satisfies Record<string, Setting>;

type Settings = typeof settings;
export type Config = Readonly<{ [K in keyof Settings]: z.infer<Settings[K]['schema']> }>;
export const settingTable: Record<string, Setting> = settings;
