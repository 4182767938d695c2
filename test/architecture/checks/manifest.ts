import type { Manifest, Unit } from '../house';
import { circles } from './imports';

/** The manifest against itself and against the folders that exist. */
export function manifestFaults(manifest: Manifest, folders: { libs: string[]; apps: string[] }): string[] {
  const { subsystems, foundations, apps } = manifest;
  return [
    ...folderFaults('libs', { ...subsystems, ...foundations }, folders.libs),
    ...folderFaults('apps', apps, folders.apps),
    ...edgeNameFaults(subsystems, Object.keys(subsystems), 'subsystem'),
    ...edgeNameFaults(foundations, Object.keys(foundations), 'foundation, and foundations know no subsystem'),
    ...edgeNameFaults(apps, Object.keys(apps), 'app'),
    ...[subsystems, foundations, apps].flatMap((units) => circles(graphOf(units)).map((circle) => `subsystems.json: ${circle.join(' -> ')} is a circle`)),
    ...Object.entries({ ...subsystems, ...foundations, ...apps }).flatMap(([name, unit]) => (/^[A-Z].{20,160}\.$/.test(unit.does) ? [] : [`subsystems.json: ${name} needs one sentence about what it does`])),
  ];
}

function folderFaults(top: string, units: Record<string, Unit>, folders: string[]): string[] {
  const unknown = folders.filter((folder) => !Object.hasOwn(units, folder)).map((folder) => `${top}/${folder} is not in subsystems.json`);
  const listed = Object.entries(units).flatMap(([name, unit]) => {
    const exists = folders.includes(name);
    if (!exists && !unit.planned) return [`subsystems.json names ${name}, and there is no ${top}/${name}; say "planned": true or remove it`];
    return exists && unit.planned ? [`${top}/${name} exists; remove "planned" in subsystems.json`] : [];
  });
  return [...unknown, ...listed];
}

function edgeNameFaults(units: Record<string, Unit>, names: string[], word: string): string[] {
  return Object.entries(units).flatMap(([name, unit]) => {
    const seen = new Set<string>();
    return unit.imports.flatMap((target) => {
      if (seen.has(target)) return [`subsystems.json: ${name} lists ${target} twice`];
      seen.add(target);
      return target === '*' || names.includes(target) ? [] : [`subsystems.json: ${name} imports ${target}, which is no ${word}`];
    });
  });
}

/** `*` stands for every other unit, so whoever has it may be imported by none. */
function graphOf(units: Record<string, Unit>): Map<string, string[]> {
  const names = Object.keys(units);
  return new Map(Object.entries(units).map(([name, unit]) => [name, unit.imports.flatMap((i) => (i === '*' ? names.filter((n) => n !== name) : [i]))]));
}
