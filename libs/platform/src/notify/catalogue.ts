import { z } from 'zod';
import type { EventDefinition } from '../outbox/event';
import { valueAt } from './rules/filters';

export const severities = ['info', 'warning', 'critical'] as const;
export type Severity = (typeof severities)[number];

/** Depends on a field of the payload: `{ by: 'kind', of: { towing_suspected: 'critical' }, otherwise: 'info' }`. */
interface By<T> {
  by: string;
  of: Readonly<Record<string, T>>;
  otherwise: T;
}

interface Reading {
  /** Texts with `{field}` in them; `{place.lat}` reaches inside. */
  title: string | By<string>;
  text: string | By<string>;
  /** What it is about; repeats about the same subject are put together. Default: the event's kind alone. */
  subject?: string;
  /** Where to look, as a path of the portal. */
  link?: string;
  severity: Severity | By<Severity>;
  /** Whoever lacks it is never told. */
  permission: string;
}

export interface EventDescription extends Reading {
  readonly name: string;
}

const placeholder = /\{([a-z0-9_.]+)\}/g;

/** How an event reads to a person. A placeholder the payload does not have is found when the program starts. */
export function describeEvent(event: EventDefinition, reading: Reading): EventDescription {
  const choices = [reading.title, reading.text, reading.severity].flatMap((one) => (typeof one === 'object' ? `{${one.by}}` : []));
  const texts = [...every(reading.title), ...every(reading.text), reading.subject ?? '', reading.link ?? '', ...choices];
  const fields = texts.flatMap((text) => [...text.matchAll(placeholder)].map(([, path = '']) => path.split('.')[0] ?? ''));
  const { schema } = event;
  const unknown = schema instanceof z.ZodObject ? fields.filter((field) => !Object.hasOwn(schema.shape as object, field)) : [];
  if (unknown.length > 0) throw new Error(`The description of ${event.name} speaks of ${unknown.join(', ')}, which its payload does not have.`);
  return Object.freeze({ name: event.name, ...reading });
}

export interface Told {
  title: string;
  text: string;
  subject: string;
  link: string | null;
  severity: Severity;
  /** Null: nobody described the event, so only admins may be told. */
  permission: string | null;
}

/** Every description of the house, by event. */
export class Catalogue {
  private readonly byName = new Map<string, EventDescription>();

  constructor(descriptions: readonly EventDescription[]) {
    for (const description of descriptions) {
      if (this.byName.has(description.name)) throw new Error(`${description.name} is described twice.`);
      this.byName.set(description.name, description);
    }
  }

  find(name: string): EventDescription | undefined {
    return this.byName.get(name);
  }

  /** How the event is called where there is no payload to fill in. */
  titleOf(name: string): string | null {
    const known = this.byName.get(name);
    return known ? (every(known.title)[0] ?? null) : null;
  }

  /** Events that can be at least this grave. */
  atLeast(severity: Severity): string[] {
    return [...this.byName.values()].filter((d) => gravest(d) >= severities.indexOf(severity)).map((d) => d.name);
  }

  tell(name: string, payload: unknown): Told {
    const known = this.byName.get(name);
    if (!known) return { title: name, text: 'Something happened that has no description yet.', subject: '', link: null, severity: 'info', permission: null };
    return {
      title: filled(chosen(known.title, payload), payload).slice(0, 200),
      text: filled(chosen(known.text, payload), payload).slice(0, 2000),
      subject: filled(known.subject ?? '', payload).slice(0, 200),
      link: known.link ? filled(known.link, payload, encodeURIComponent).slice(0, 500) : null,
      severity: chosen(known.severity, payload),
      permission: known.permission,
    };
  }
}

function chosen<T extends string>(one: T | By<T>, payload: unknown): T {
  if (typeof one === 'string') return one;
  const key = shown(valueAt(payload, one.by));
  return Object.hasOwn(one.of, key) ? (one.of[key] ?? one.otherwise) : one.otherwise;
}

/** The texts or degrees it can come to; the usual one first. */
const every = <T extends string>(one: T | By<T>): T[] => (typeof one === 'string' ? [one] : [one.otherwise, ...Object.values(one.of)]);

const gravest = ({ severity }: EventDescription): number => Math.max(...every(severity).map((s) => severities.indexOf(s)));

/** Control characters of a value end neither a line nor a header. */
const filled = (template: string, payload: unknown, encode = (text: string): string => text): string =>
  template.replace(placeholder, (_, path: string) => encode(shown(valueAt(payload, path)).replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')));

function shown(value: unknown): string {
  if (value === undefined || value === null || value === '') return '–';
  if (typeof value === 'number') return String(Math.round(value * 100) / 100);
  if (typeof value === 'object') return JSON.stringify(value);
  return String(value as string | boolean);
}
