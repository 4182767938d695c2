import { applyDecorators } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsISO8601,
  IsNumber,
  IsObject,
  IsString,
  IsUUID,
  Length,
  Matches,
  Max,
  Min,
  ValidateBy,
  ValidateIf,
  ValidateNested,
} from 'class-validator';

/**
 * One decorator a field: it validates input, describes OpenAPI and lists what an answer may contain.
 * Nothing leaves or enters the API that no class declares.
 */
export interface FieldOptions {
  optional?: true;
  nullable?: true;
  about?: string;
  example?: unknown;
  /** For query parameters, which arrive as text. Bodies are never coerced. */
  fromText?: true;
  /** A list of such values, at most this many. */
  listMax?: number;
}

export type Constructor = new (...args: never[]) => object;

export interface Field {
  name: string;
  kind: 'plain' | 'number' | 'nested';
  list: boolean;
  of?: () => Constructor;
}

const fieldsByClass = new Map<unknown, Field[]>();

/** The declared fields of a class, inherited ones first. */
export function fieldsOf(target: Constructor): Field[] {
  const parent = Object.getPrototypeOf(target.prototype)?.constructor as Constructor | undefined;
  const inherited = parent && (parent as unknown) !== Object ? fieldsOf(parent) : [];
  const own = fieldsByClass.get(target) ?? [];
  return [...inherited.filter((f) => !own.some((o) => o.name === f.name)), ...own];
}

function field(options: FieldOptions, kind: Field['kind'], api: ApiPropertyOptions, checks: PropertyDecorator[], of?: () => Constructor): PropertyDecorator {
  const list = options.listMax !== undefined;
  const presence = ValidateIf((_, value) => !(options.optional && value === undefined) && !(options.nullable && value === null));
  const listChecks = list ? [IsArray(), ArrayMaxSize(options.listMax ?? 0)] : [];
  const described = {
    required: !options.optional,
    ...(options.nullable ? { nullable: true } : {}),
    ...(options.about ? { description: options.about } : {}),
    ...(options.example !== undefined ? { example: options.example } : {}),
    ...(list ? { isArray: true, maxItems: options.listMax } : {}),
    ...api,
  } as ApiPropertyOptions;
  const remember: PropertyDecorator = (prototype, name) => {
    const known = fieldsByClass.get(prototype.constructor) ?? [];
    known.push({ name: String(name), kind, list, ...(of ? { of } : {}) });
    fieldsByClass.set(prototype.constructor, known);
  };
  return applyDecorators(ApiProperty(described), presence, ...listChecks, ...checks, remember);
}

const fromText = (options: FieldOptions, convert: (text: string) => unknown): PropertyDecorator[] =>
  options.fromText ? [Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? convert(value) : value))] : [];
const each = (options: FieldOptions): { each: boolean } => ({ each: options.listMax !== undefined });

export function Text(options: FieldOptions & { min?: number; max?: number; pattern?: RegExp; says?: string } = {}): PropertyDecorator {
  const { min = 1, max = 200, pattern, says } = options;
  // The database keeps no NUL and no half of a character pair; in a text neither is ever meant.
  const checks = [IsString(each(options)), Length(min, max, each(options)), Matches(/^[^\0\p{Surrogate}]*$/u, { ...each(options), message: '$property holds a character that cannot be kept' })];
  if (pattern) checks.push(Matches(pattern, { ...each(options), ...(says ? { message: says } : {}) }));
  const trim = Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value));
  return field(options, 'plain', { type: String, minLength: min, maxLength: max, ...(pattern ? { pattern: pattern.source } : {}) }, [trim, ...checks]);
}

export function Int(options: FieldOptions & { min?: number; max?: number } = {}): PropertyDecorator {
  const { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER } = options;
  const checks = [IsInt(each(options)), Min(min, each(options)), Max(max, each(options)), ...fromText(options, Number)];
  return field(options, 'number', { type: 'integer', minimum: min, maximum: max }, checks);
}

/** A decimal number; `places` bounds its precision so that nothing is silently rounded by the database. */
export function Decimal(options: FieldOptions & { min?: number; max?: number; places?: number } = {}): PropertyDecorator {
  const { min = -1e12, max = 1e12, places = 6 } = options;
  const number = IsNumber({ maxDecimalPlaces: places, allowInfinity: false, allowNaN: false }, each(options));
  return field(options, 'number', { type: Number, minimum: min, maximum: max }, [number, Min(min, each(options)), Max(max, each(options)), ...fromText(options, Number)]);
}

export function Flag(options: FieldOptions = {}): PropertyDecorator {
  const words: Record<string, boolean> = { true: true, '1': true, false: false, '0': false };
  return field(options, 'plain', { type: Boolean }, [IsBoolean(each(options)), ...fromText(options, (text) => words[text] ?? text)]);
}

export function OneOf(values: readonly string[], options: FieldOptions & { name?: string } = {}): PropertyDecorator {
  const api = { enum: [...values], ...(options.name ? { enumName: options.name } : {}) } as ApiPropertyOptions;
  return field(options, 'plain', api, [IsIn([...values], { ...each(options), message: `$property must be one of ${values.join(', ')}` })]);
}

export function Uuid(options: FieldOptions = {}): PropertyDecorator {
  return field(options, 'plain', { type: String, format: 'uuid' }, [IsUUID('all', each(options))]);
}

/** A moment, ISO 8601 with its offset. */
export function Instant(options: FieldOptions = {}): PropertyDecorator {
  const withOffset = Matches(/(Z|[+-]\d\d:?\d\d)$/, { ...each(options), message: '$property must say its offset, like 2026-01-31T08:00:00Z' });
  return field(options, 'plain', { type: String, format: 'date-time' }, [IsISO8601({ strict: true }, each(options)), withOffset]);
}

/** A calendar day, without a time zone. */
export function Day(options: FieldOptions = {}): PropertyDecorator {
  const shape = Matches(/^\d{4}-\d\d-\d\d$/, { ...each(options), message: '$property must be a day like 2026-01-31' });
  return field(options, 'plain', { type: String, format: 'date' }, [IsISO8601({ strict: true }, each(options)), shape]);
}

export function Nested(of: () => Constructor, options: FieldOptions & { listMin?: number } = {}): PropertyDecorator {
  const checks = [ValidateNested(each(options)), Type(of)];
  if (options.listMin) checks.push(ArrayMinSize(options.listMin));
  // Without it a list inside the list counts as nothing to validate.
  checks.push(IsObject(each(options)));
  // Swagger takes a function for a lazy type only when it is called `type`.
  return field(options, 'nested', { type: () => of() as never }, checks, of);
}

/** Free-form JSON, for facts and attributes whose shape the sender owns. */
export function Json(options: FieldOptions = {}): PropertyDecorator {
  const storable = { name: 'storable', validator: { validate: isStorable, defaultMessage: () => '$property holds a character that cannot be kept' } };
  const checks = [options.listMax === undefined ? IsObject() : IsObject({ each: true }), ValidateBy(storable, each(options))];
  return field(options, 'plain', { type: 'object', additionalProperties: true }, checks);
}

/** JSON.stringify writes a NUL and half of a character pair as an escape; PostgreSQL refuses both. */
const isStorable = (value: unknown): boolean => !/(?:^|[^\\])(?:\\\\)*\\u(?:0000|d[89a-f])/i.test(JSON.stringify(value) ?? '');
