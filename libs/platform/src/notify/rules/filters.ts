export const comparisons = ['is', 'is_not', 'over', 'under', 'present'] as const;
export type Comparison = (typeof comparisons)[number];

/** One condition on a field of the payload; `place.lat` reaches inside. */
export interface Filter {
  field: string;
  is: Comparison;
  values: string[];
}

/** What a path leads to; nothing inherited, nothing of lists. */
export function valueAt(payload: unknown, path: string): unknown {
  let value = payload;
  for (const step of path.split('.')) {
    if (value === null || typeof value !== 'object' || Array.isArray(value) || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string, unknown>)[step];
  }
  return value;
}

/** All conditions must hold. A missing field meets only `is_not`. */
export function passes(filters: readonly Filter[], payload: unknown): boolean {
  return filters.every((filter) => holds(filter, valueAt(payload, filter.field)));
}

function holds({ is, values }: Filter, value: unknown): boolean {
  switch (is) {
    case 'present':
      return value !== undefined && value !== null;
    case 'is':
      return textsOf(value).some((text) => values.includes(text));
    case 'is_not':
      return !textsOf(value).some((text) => values.includes(text));
    case 'over':
      return typeof value === 'number' && value > Number(values[0]);
    case 'under':
      return typeof value === 'number' && value < Number(values[0]);
  }
}

/** A list meets a condition when one of its items does. */
function textsOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(textsOf);
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? [String(value)] : [];
}

export interface FilterFault {
  field: string;
  code: string;
  detail: string;
}

export function filterFaults(filters: readonly Filter[]): FilterFault[] {
  return filters.flatMap(({ is, values }, i) => {
    const fault = (detail: string): FilterFault => ({ field: `filters.${i}.values`, code: 'filter', detail });
    if (is === 'present') return values.length > 0 ? [fault('"present" takes no values')] : [];
    if (values.length === 0) return [fault(`"${is}" needs a value`)];
    if (is === 'is' || is === 'is_not') return [];
    return values.length === 1 && values[0] !== '' && Number.isFinite(Number(values[0])) ? [] : [fault(`"${is}" needs one number`)];
  });
}
