import ts from 'typescript';
import { walk, type Source } from '../sources';

const shape = /^migrations\/(\d{12})_([a-z0-9_]+)\.ts$/;

/** `<yyyymmddhhmm>_<owner>_<verb_noun>.ts`, one class in each, whose name sorts as its file does. */
export function migrationFaults(sources: Source[], owners: string[]): string[] {
  const stamps = new Map<string, string>();
  return sources
    .filter((source) => source.path.startsWith('migrations/'))
    .flatMap((source) => {
      const [, stamp = '', rest = ''] = shape.exec(source.path) ?? [];
      if (!stamp) return [`${source.path} must be named <yyyymmddhhmm>_<owner>_<verb_noun>.ts`];
      const earlier = stamps.get(stamp);
      stamps.set(stamp, source.path);
      return [
        ...(earlier ? [`${source.path} has the time of ${earlier}`] : []),
        ...(isMoment(stamp) ? [] : [`${source.path}: ${stamp} is no moment`]),
        ...ownerFaults(source.path, rest, owners),
        ...classFaults(source, stamp, rest),
      ];
    });
}

function isMoment(stamp: string): boolean {
  const [, year, month, day, hour, minute] = (/^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(stamp) ?? []).map(Number) as number[];
  const date = new Date(Date.UTC(year ?? 0, (month ?? 0) - 1, day, hour, minute));
  return date.toISOString().replace(/\D/g, '').startsWith(stamp);
}

function ownerFaults(path: string, rest: string, owners: string[]): string[] {
  const owner = owners.find((name) => rest.startsWith(`${name}_`));
  if (!owner) return [`${path}: "${rest}" begins with no subsystem and no room of platform`];
  return /^[a-z]+(_[a-z0-9]+)+$/.test(rest.slice(owner.length + 1)) ? [] : [`${path}: after ${owner} a verb and a noun are wanted`];
}

function classFaults(source: Source, stamp: string, rest: string): string[] {
  const wantedClass = rest.replace(/(^|_)([a-z0-9])/g, (_, __, letter: string) => letter.toUpperCase());
  const wantedName = `${rest}_0${stamp}`;
  const classes: { name: string; label?: string }[] = [];
  walk(source.tree, (node) => {
    if (!ts.isClassDeclaration(node)) return;
    const property = node.members.find((m) => ts.isPropertyDeclaration(m) && m.name.getText() === 'name') as ts.PropertyDeclaration | undefined;
    classes.push({ name: node.name?.text ?? '', label: property?.initializer && ts.isStringLiteralLike(property.initializer) ? property.initializer.text : undefined });
  });
  const [only] = classes;
  if (classes.length !== 1 || !only) return [`${source.path} must hold exactly one class`];
  return [
    ...(only.name === wantedClass ? [] : [`${source.path}: the class must be called ${wantedClass}`]),
    ...(only.label === wantedName ? [] : [`${source.path}: name must be '${wantedName}'`]),
  ];
}
