import { z } from 'zod';
import type { EventDefinition } from '../outbox/event';
import { valueAt } from './rules/filters';

export const severities = ['info', 'warning', 'critical'] as const;
export type Severity = (typeof severities)[number];

/** Depends on a field of the payload: `{ by: 'kind', of: { towing_suspected: 'critical' }, otherwise: 'info' }`. */
interface SeverityBy {
  by: string;
  of: Readonly<Record<string, Severity>>;
  otherwise: Severity;
}

interface Reading {
  /** Texts with `{field}` in them; `{place.lat}` reaches inside. */
  title: string;
  text: string;
  /** What it is about; repeats about the same subject are put together. Default: the event's kind alone. */
  subject?: string;
  /** Where to look, as a path of the portal. */
  link?: string;
  severity: Severity | SeverityBy;
  /** Whoever lacks it is never told. */
  permission: string;
}

export interface EventDescription extends Reading {
  readonly name: string;
}

const placeholder = /\{([a-z0-9_.]+)\}/g;

/** How an event reads to a person. A placeholder the payload does not have is found when the program starts. */
export function describeEvent(event: EventDefinition, reading: Reading): EventDescription {
  const texts = [reading.title, reading.text, reading.subject ?? '', reading.link ?? '', typeof reading.severity === 'object' ? `{${reading.severity.by}}` : ''];
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

  /** Events that can be at least this grave. */
  atLeast(severity: Severity): string[] {
    return [...this.byName.values()].filter((d) => gravest(d) >= severities.indexOf(severity)).map((d) => d.name);
  }

  tell(name: string, payload: unknown): Told {
    const known = this.byName.get(name);
    if (!known) return { title: name, text: 'Something happened that has no description yet.', subject: '', link: null, severity: 'info', permission: null };
    return {
      title: filled(known.title, payload).slice(0, 200),
      text: filled(known.text, payload).slice(0, 2000),
      subject: filled(known.subject ?? '', payload).slice(0, 200),
      link: known.link ? filled(known.link, payload, encodeURIComponent).slice(0, 500) : null,
      severity: severityOf(known, payload),
      permission: known.permission,
    };
  }
}

function severityOf({ severity }: EventDescription, payload: unknown): Severity {
  if (typeof severity === 'string') return severity;
  const key = shown(valueAt(payload, severity.by));
  return Object.hasOwn(severity.of, key) ? (severity.of[key] ?? severity.otherwise) : severity.otherwise;
}

const gravest = ({ severity }: EventDescription): number =>
  Math.max(...(typeof severity === 'string' ? [severity] : [severity.otherwise, ...Object.values(severity.of)]).map((s) => severities.indexOf(s)));

/** Control characters of a value end neither a line nor a header. */
const filled = (template: string, payload: unknown, encode = (text: string): string => text): string =>
  template.replace(placeholder, (_, path: string) => encode(shown(valueAt(payload, path)).replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')));

function shown(value: unknown): string {
  if (value === undefined || value === null || value === '') return '–';
  if (typeof value === 'number') return String(Math.round(value * 100) / 100);
  if (typeof value === 'object') return JSON.stringify(value);
  return String(value as string | boolean);
}
