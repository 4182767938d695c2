import { randomUUID } from 'node:crypto';

/** As much of OpenAPI as sample bodies are made from. */
export interface Schema {
  $ref?: string;
  type?: string;
  format?: string;
  enum?: unknown[];
  example?: unknown;
  default?: unknown;
  pattern?: string;
  minimum?: number;
  minLength?: number;
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  allOf?: Schema[];
}

interface Operation {
  parameters?: { in: string; name: string; required?: boolean; schema?: Schema }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses?: Record<string, { content?: Record<string, unknown> }>;
}

export interface Described {
  paths: Record<string, Record<string, Operation>>;
  components?: { schemas?: Record<string, Schema> };
}

/** What the API says about one route: its query, and the shape and type of its body. */
export interface Description {
  query: { name: string; required: boolean; schema: Schema }[];
  contentType?: string;
  body?: Schema;
  /** The answer goes on until somebody hangs up. */
  streams: boolean;
}

export function describe_(api: Described, method: string, path: string): Description {
  const operation = api.paths[path.replaceAll(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()];
  const [contentType, content] = Object.entries(operation?.requestBody?.content ?? {})[0] ?? [];
  return {
    streams: Object.values(operation?.responses ?? {}).some((answer) => answer.content?.['text/event-stream'] !== undefined),
    query: (operation?.parameters ?? []).filter((p) => p.in === 'query').map((p) => ({ name: p.name, required: p.required === true, schema: p.schema ?? {} })),
    ...(contentType && content ? { contentType, body: resolved(api, content.schema) } : {}),
  };
}

export function resolved(api: Described, schema: Schema): Schema {
  const found = schema.$ref ? (api.components?.schemas?.[schema.$ref.split('/').at(-1) ?? ''] ?? {}) : schema;
  if (!found.allOf) return found;
  return Object.assign({}, ...found.allOf.map((part) => resolved(api, part)), { ...found, allOf: undefined }) as Schema;
}

const byName: Record<string, unknown> = { email: () => `probe.${randomUUID().slice(0, 8)}@south.example`, password: 'a new long sentence', new_password: 'a new long sentence', time_zone: 'UTC', scopes: ['auth.park.read'] };

/** A value the description promises to be acceptable. `ids` knows examples for properties that point at something. */
export async function sample(api: Described, raw: Schema, name: string, ids: (property: string) => Promise<string | undefined>): Promise<unknown> {
  const schema = resolved(api, raw);
  const named = byName[name];
  if (named !== undefined) return typeof named === 'function' ? (named as () => unknown)() : named;
  if (schema.type === 'array') return [await sample(api, schema.items ?? {}, name.replace(/s$/, ''), ids)];
  if (schema.properties) {
    const entries = Object.entries(schema.properties).filter(([key, value]) => schema.required?.includes(key) || resolved(api, value).format === 'uuid' || resolved(api, resolved(api, value).items ?? {}).format === 'uuid');
    return Object.fromEntries(await Promise.all(entries.map(async ([key, value]) => [key, await sample(api, value, key, ids)] as const)));
  }
  return primitive(schema, name, ids);
}

async function primitive(schema: Schema, name: string, ids: (property: string) => Promise<string | undefined>): Promise<unknown> {
  if (schema.format === 'uuid') return (await ids(name)) ?? randomUUID();
  if (schema.enum) return schema.enum[0];
  if (schema.example !== undefined) return schema.example;
  if (schema.format === 'date-time') return new Date(Date.now() - 60_000).toISOString();
  if (schema.format === 'date') return new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
  if (schema.type === 'integer' || schema.type === 'number') return Math.max(schema.minimum ?? 1, 1);
  if (schema.type === 'boolean') return true;
  if (schema.type === 'object') return {};
  return `probe_${randomUUID().slice(0, 8)}`.padEnd(schema.minLength ?? 0, 'x');
}

/** Values that fit no field, or every field badly. Each field gets a third of them, in turn, so that many fields meet all. */
export const nuisancesFor = (turn: number): unknown[] => nuisances.filter((_, i) => (i + turn) % 3 === 0);

const nuisances: unknown[] = [null, [], {}, [[]], [{}], -1, 1e308, 1.5, '', 'x'.repeat(5000), 'a\u0000b', '\ud800', "' or 1=1; --", '../../etc/passwd', '9999-12-31T23:59:59Z', true, '00000000-0000-0000-0000-000000000000'];
