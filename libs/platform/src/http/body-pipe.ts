import { ValidationPipe } from '@nestjs/common';
import type { ValidationError } from 'class-validator';
import { invalid, type FieldError } from './refusal';

/** Validates every body and query against its class: unknown keys are refused, each fault names its field. */
export const bodyPipe = new ValidationPipe({
  transform: true,
  whitelist: true,
  forbidNonWhitelisted: true,
  forbidUnknownValues: true,
  stopAtFirstError: true,
  exceptionFactory: (errors) => {
    const found = errors.flatMap((e) => flatten(e, ''));
    return invalid('INVALID_INPUT', found.length === 1 ? (found[0]?.detail ?? '') : `${found.length} fields are not usable.`, { errors: found });
  },
});

function flatten(error: ValidationError, path: string): FieldError[] {
  const field = path ? `${path}.${error.property}` : error.property;
  const own = Object.entries(error.constraints ?? {}).map(([rule, message]) =>
    rule === 'whitelistValidation' ? { field, code: 'unknown', detail: `${field} is not a known field` } : { field, code: codeOf(rule), detail: sentence(message, error.property, field) },
  );
  return [...own, ...(error.children ?? []).flatMap((child) => flatten(child, field))];
}

const codes: Record<string, string> = { isLength: 'length', min: 'too_small', max: 'too_large', isIn: 'not_in_list', matches: 'format', arrayMaxSize: 'too_many', arrayMinSize: 'too_few' };
const codeOf = (rule: string): string => codes[rule] ?? 'type';
const sentence = (message: string, property: string, field: string): string => message.replace(property, field);
