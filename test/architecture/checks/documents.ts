/** What every subsystem's README tells, so that a reader finds the same page everywhere. */
export const subsystemParts = ['What is not CRUD about it', 'Noun', 'Invariants', 'Events', 'Tables'];

/** A part may be a heading, a bold lead or the head of a table. A unit that only collects has nothing but its purpose to tell. */
export function readmeFaults(name: string, text: string | undefined, collects = false): string[] {
  if (text === undefined) return [`libs/${name}/README.md is missing`];
  const wanted = collects ? subsystemParts.slice(0, 1) : subsystemParts;
  return wanted.filter((part) => !new RegExp(`^(#+ +|\\*\\*|\\| *)${part}`, 'm').test(text)).map((part) => `libs/${name}/README.md does not tell its "${part}" (heading, bold lead or table head)`);
}

export interface Repository {
  scripts: string[];
  exists: (path: string) => boolean;
  /** Path templates of the API, like /api/v1/auth/parks/{id}, with their methods. */
  api: Record<string, string[]>;
}

const npmWords = new Set(['ci', 'install', 'run', 'start', 'test']);
const tops = /^(apps|libs|docs|ops|test|tools|migrations|\.ci|\.github)\/[\w./-]*$/;

/** What a document promises: npm scripts, linked and named files, and addresses it calls by curl. */
export function promiseFaults(path: string, text: string, repository: Repository): string[] {
  const folder = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '.';
  const code = [...text.matchAll(/```[a-z]*\n([\s\S]*?)```/g)].map((m) => m[1] ?? '');
  const spans = [...text.replace(/```[\s\S]*?```/g, '').matchAll(/`([^`\n]+)`/g)].map((m) => m[1] ?? '');
  return [
    ...[...code, ...spans].flatMap((piece) => scriptFaults(piece, repository)),
    ...spans.filter((span) => tops.test(span) && !repository.exists(span)).map((span) => `names ${span}, which does not exist`),
    ...links(text).filter((link) => !repository.exists(join(folder, link))).map((link) => `links to ${link}, which does not exist`),
    ...code.flatMap((piece) => curlFaults(piece, repository.api)),
  ].map((fault) => `${path} ${fault}`);
}

const join = (folder: string, link: string): string => new URL(link, `file:///${folder}/`).pathname.slice(1);

function links(text: string): string[] {
  const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map((m) => (m[1] ?? '').replace(/#.*$/, ''));
  return targets.filter((target) => target !== '' && !/^[a-z]+:/.test(target));
}

function scriptFaults(piece: string, { scripts }: Repository): string[] {
  return [...piece.matchAll(/\bnpm (?:run )?(?:-\S+ )*([a-z][\w:-]*)/g)].flatMap((match) => {
    const script = match[1] ?? '';
    const known = match[0].startsWith('npm run') ? scripts.includes(script) : npmWords.has(script);
    return known ? [] : [`promises "${match[0]}", which is no script`];
  });
}

function curlFaults(piece: string, api: Record<string, string[]>): string[] {
  const commands = piece.replace(/\\\n/g, ' ').split('\n').filter((line) => /\bcurl\b/.test(line));
  return commands.flatMap((line) => {
    const address = /(?:localhost:3000|\$FLEET|\$\{FLEET\})(\/[^\s'"?]*)/.exec(line)?.[1];
    if (address === undefined) return [];
    const method = /-X\s+([A-Z]+)/.exec(line)?.[1] ?? (/\s(-d|--data|--json|-F)\b/.test(line) ? 'POST' : 'GET');
    const fits = (template: string): boolean => new RegExp(`^${template.replace(/\{\w+\}|:\w+/g, '[^/]+')}$`).test(address);
    return Object.entries(api).some(([template, methods]) => fits(template) && methods.includes(method)) ? [] : [`calls ${method} ${address}, which is no route`];
  });
}

/** Decision records: numbered without gaps, each with its three parts. */
export function recordFaults(records: Record<string, string>): string[] {
  return Object.entries(records).sort().flatMap(([file, text], index) => {
    const number = String(index + 1).padStart(4, '0');
    return [
      ...(file.startsWith(`${number}-`) ? [] : [`docs/adr/${file} should have number ${number}`]),
      ...(text.startsWith(`# ${Number(file.slice(0, 4))}. `) ? [] : [`docs/adr/${file} must begin with "# ${Number(file.slice(0, 4))}. <title>"`]),
      ...['Context', 'Decision', 'Consequences'].filter((h) => !text.includes(`\n## ${h}\n`)).map((h) => `docs/adr/${file} needs the heading "## ${h}"`),
      ...(text.split('\n').length <= 45 ? [] : [`docs/adr/${file} is longer than a page`]),
    ];
  });
}
