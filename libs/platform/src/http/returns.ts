import { applyDecorators, HttpCode, Injectable, SetMetadata, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ApiExtraModels, ApiOkResponse, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { from, lastValueFrom, map, type Observable } from 'rxjs';
import { fieldsOf, type Constructor, type Field } from './fields';
import type { Actor } from '../database';
import { Idempotency } from './idempotency';
import { invalid } from './refusal';

/** What a route declares it answers. A route without one fails the architecture tests. */
export interface ReturnShape {
  view?: Constructor;
  list?: boolean;
  raw?: string;
}

export const RETURNS = 'fleet:returns';

interface ReturnOptions {
  status?: number;
  about?: string;
}

export function Returns(view: Constructor, options: ReturnOptions = {}): MethodDecorator {
  const { status = 200, about = '' } = options;
  return applyDecorators(SetMetadata(RETURNS, { view } satisfies ReturnShape), HttpCode(status), ApiResponse({ status, type: view, description: about }));
}

export function ReturnsList(view: Constructor, options: ReturnOptions = {}): MethodDecorator {
  const schema = {
    type: 'object',
    required: ['items', 'next_cursor'],
    properties: { items: { type: 'array', items: { $ref: getSchemaPath(view) } }, next_cursor: { type: 'string', nullable: true } },
  };
  return applyDecorators(
    SetMetadata(RETURNS, { view, list: true } satisfies ReturnShape),
    HttpCode(200),
    ApiExtraModels(view),
    ApiOkResponse({ schema: schema as never, description: options.about ?? '' }),
  );
}

export function ReturnsNothing(): MethodDecorator {
  return applyDecorators(SetMetadata(RETURNS, { raw: 'nothing' } satisfies ReturnShape), HttpCode(204), ApiResponse({ status: 204, description: '' }));
}

/** A file, a page or a stream: the handler writes it itself. */
export function ReturnsRaw(contentType: string, options: ReturnOptions = {}): MethodDecorator {
  const { status = 200, about = '' } = options;
  return applyDecorators(SetMetadata(RETURNS, { raw: contentType } satisfies ReturnShape), HttpCode(status), ApiResponse({ status, description: about, content: { [contentType]: { schema: rawSchema(contentType) } } }));
}

const rawSchema = (contentType: string): { type: 'string'; format?: string } => (/^text\/|json|xml/.test(contentType) ? { type: 'string' } : { type: 'string', format: 'binary' });

type Loose = Record<string, unknown>;

/** Copies exactly the declared fields. Numbers that PostgreSQL hands over as text become numbers here. */
export function project(fields: Field[], value: object): Loose {
  const source = value as Loose;
  const out: Loose = {};
  for (const field of fields) {
    const raw = source[field.name];
    if (raw === undefined) continue;
    out[field.name] = raw === null ? null : field.list ? (raw as unknown[]).map((item) => shape(field, item)) : shape(field, raw);
  }
  return out;
}

function shape(field: Field, value: unknown): unknown {
  if (field.kind === 'number') return typeof value === 'string' ? Number(value) : value;
  if (field.kind === 'nested' && field.of && value !== null) return project(declaredFields(field.of()), value as object);
  return value;
}

const cachedFields = new Map<Constructor, Field[]>();

function declaredFields(view: Constructor): Field[] {
  let fields = cachedFields.get(view);
  if (!fields) cachedFields.set(view, (fields = fieldsOf(view)));
  return fields;
}

function viewFields(view: Constructor, wanted: unknown): Field[] {
  const fields = declaredFields(view);
  if (typeof wanted !== 'string' || wanted === '') return fields;
  const names = wanted.split(',').map((n) => n.trim());
  const unknown = names.filter((n) => !fields.some((f) => f.name === n));
  if (unknown.length > 0) throw invalid('UNKNOWN_FIELDS', `There is no field ${unknown.join(', ')} here.`, { facts: { known: fields.map((f) => f.name) } });
  return fields.filter((f) => f.name === 'id' || names.includes(f.name));
}

/**
 * The one interceptor around every route: repeated requests, output whitelist, sparse fields (`?fields=`), and ETag from
 * a `version` field. One, because each interceptor costs every request its share of RxJS.
 */
@Injectable()
export class AnswerInterceptor implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    private readonly idempotency: Idempotency,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const declared = this.reflector.get<ReturnShape | undefined>(RETURNS, context.getHandler());
    const req = context.switchToHttp().getRequest<Request & { user?: Actor }>();
    const res = context.switchToHttp().getResponse<Response>();
    const fields = declared?.view ? viewFields(declared.view, req.query.fields) : undefined;
    // Nest binds the handler to where handle() is called: inside the unit of work, or it would open one of its own.
    const answer = (): Observable<unknown> => next.handle().pipe(map((value: unknown) => (declared && fields ? shown(declared, fields, value, req, res) : value)));
    const key = this.idempotency.keyOf(req);
    return key === undefined ? answer() : from(this.idempotency.run(key, req, res, () => lastValueFrom(answer(), { defaultValue: undefined })));
  }
}

function shown(declared: ReturnShape, fields: Field[], value: unknown, req: Request, res: Response): unknown {
  if (declared.list) {
    const page = value as { items: object[]; next_cursor: string | null };
    return { items: page.items.map((item) => project(fields, item)), next_cursor: page.next_cursor };
  }
  const version = (value as { version?: unknown }).version;
  if (typeof version === 'number') {
    const etag = `"${version}"`;
    res.setHeader('etag', etag);
    // A version says nothing of who asked: nobody is shown what a browser kept of somebody else.
    res.setHeader('cache-control', 'private, no-cache');
    res.vary('Authorization');
    if (req.method === 'GET' && req.headers['if-none-match'] === etag) {
      res.status(304);
      return undefined;
    }
  }
  return project(fields, value as object);
}
