const shape = /^(\*|[a-z0-9_]+\.(\*|[a-z0-9_]+))$/;

/** `*`, `fuel_log.*` or one event's name. */
export function matchesType(wanted: readonly string[], name: string): boolean {
  return wanted.some((type) => type === '*' || type === name || (type.endsWith('.*') && name.startsWith(type.slice(0, -1))));
}

/** Types that no declared event has. */
export function unknownTypes(wanted: readonly string[], declared: readonly string[]): string[] {
  return wanted.filter((type) => !shape.test(type) || !declared.some((name) => matchesType([type], name)));
}

/** The same in SQL: true when `column` wants the event of that name, a parameter or a column. */
export const wantsSql = (column: string, name = '$2'): string => `${column} && array[${name}, split_part(${name}, '.', 1) || '.*', '*']`;
