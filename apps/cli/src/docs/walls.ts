interface Unit {
  imports: string[];
  side_doors?: string[];
}

interface Manifest {
  subsystems: Record<string, Unit>;
  foundations: Record<string, Unit>;
  apps: Record<string, Unit>;
}

/** The lint's half of the walls: which door may be named in the files of which unit. What paths lead to, test/architecture follows. */
export function walls({ subsystems, foundations, apps }: Manifest): string {
  const everybody = [...Object.keys(foundations), ...Object.keys(subsystems)];
  const closed = (files: string, open: string[], opensSideDoors: boolean): object => {
    const group = everybody.flatMap((name) => {
      if (!open.includes(name)) return [`@fleet/${name}`, `@fleet/${name}/**`];
      if (name === 'platform') return ['@fleet/platform', '@fleet/platform/*/**'];
      const ajar = opensSideDoors ? (subsystems[name]?.side_doors ?? []) : [];
      return [`@fleet/${name}/**`, ...ajar.map((room) => `!@fleet/${name}/${room}`)];
    });
    return { files: [files], rules: { 'no-restricted-imports': ['error', { patterns: [{ group, message: 'subsystems.json has no such edge, or this is past the door.' }] }] } };
  };
  const reach = (units: Record<string, Unit>, name: string): string[] => (units[name]?.imports ?? []).flatMap((i) => (i === '*' ? Object.keys(units).filter((other) => other !== name) : [i]));
  const overrides = [
    ...Object.keys(foundations).map((name) => closed(`libs/${name}/**`, reach(foundations, name), false)),
    ...Object.keys(subsystems).map((name) => closed(`libs/${name}/**`, [...Object.keys(foundations), ...reach(subsystems, name)], false)),
    ...Object.keys(apps).map((name) => closed(`apps/${name}/**`, everybody, true)),
  ];
  return `{ "overrides": [\n${overrides.map((o) => `  ${JSON.stringify(o)}`).join(',\n')}\n] }\n`;
}
