import { createParamDecorator, Param, type ExecutionContext, type PipeTransform } from '@nestjs/common';
import { ApiHeader, ApiParam } from '@nestjs/swagger';
import type { Request } from 'express';
import { invalid, notFound } from './refusal';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** An id that is no uuid names nothing: the same 404 as an unknown one. */
const idPipe: PipeTransform<string, string> = {
  transform(value: string): string {
    if (!uuid.test(value)) throw notFound('resource', value.slice(0, 80));
    return value.toLowerCase();
  },
};

export const Id = (name = 'id'): ParameterDecorator => Param(name, idPipe);

/** The version a caller read, from `If-Match`; undefined when it does not care. */
export const IfMatch = createParamDecorator((_: unknown, context: ExecutionContext): number | undefined => {
  const header = context.switchToHttp().getRequest<Request>().header('if-match');
  if (header === undefined || header === '*') return undefined;
  const version = /^(?:W\/)?"(\d+)"$/.exec(header)?.[1];
  if (!version) throw invalid('BAD_IF_MATCH', 'If-Match must be the ETag you were given, like "3".');
  return Number(version);
});

export const DescribesIfMatch = (): MethodDecorator => ApiHeader({ name: 'If-Match', required: false, description: 'ETag you read; 412 when somebody changed it since.' });
export const DescribesId = (name: string): MethodDecorator => ApiParam({ name, format: 'uuid', type: String });
