interface Unit {
  does: string;
  imports: string[];
  planned?: true;
}

const begin = '<!-- begin: printed from subsystems.json by npm run docs -->';
const end = '<!-- end -->';

/** The subsystems in layers: each stands above all it may import. */
export function layersOf(units: Record<string, Unit>): string[][] {
  const names = Object.keys(units);
  const level = (name: string): number => {
    const below = (units[name]?.imports ?? []).flatMap((i) => (i === '*' ? names.filter((n) => n !== name) : [i]));
    return below.length === 0 ? 0 : 1 + Math.max(...below.map(level));
  };
  const layers: string[][] = [];
  for (const name of names) (layers[level(name)] ??= []).push(name);
  return layers;
}

/** One line a subsystem, the topmost layer first, then what each does. */
export function drawing(manifest: { subsystems: Record<string, Unit>; foundations: Record<string, Unit> }): string {
  const { subsystems, foundations } = manifest;
  const width = Math.max(...Object.keys(subsystems).map((name) => name.length));
  const arrow = (name: string): string => {
    const imports = subsystems[name]?.imports ?? [];
    return imports.length === 0 ? name : `${name.padEnd(width)} -> ${imports.includes('*') ? 'the tasks of all' : imports.join(', ')}`;
  };
  const layers = layersOf(subsystems).map((names, level) => [`layer ${level}`, ...names.map((name) => `  ${arrow(name)}`)].join('\n'));
  const below = `below    ${Object.entries(foundations).map(([name, unit]) => (unit.imports.length ? `${name} -> ${unit.imports.join(', ')}` : name)).join(', ')}`;
  const rows = Object.entries({ ...subsystems, ...foundations }).map(([name, unit]) => `| \`${name}\`${unit.planned ? ' (planned)' : ''} | ${unit.does} |`);
  return ['```', ...layers.reverse(), below, '```', '', '| Unit | What it does |', '|---|---|', ...rows].join('\n');
}

/** The document with its drawing replaced; what stands around the markers is written by hand. */
export function withDrawing(document: string, text: string): string {
  const from = document.indexOf(begin);
  const to = document.indexOf(end, from);
  if (from < 0 || to < 0) throw new Error(`The document needs the lines "${begin}" and "${end}".`);
  return `${document.slice(0, from + begin.length)}\n${text}\n${document.slice(to)}`;
}
