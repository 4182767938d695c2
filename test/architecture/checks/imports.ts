import { posix } from 'node:path';
import ts from 'typescript';
import type { Manifest } from '../house';
import { at, isSpec, walk, type Source } from '../sources';

interface Import {
  where: string;
  specifier: string;
  /** Erased by the compiler: harmless in a cycle of files, still an edge between subsystems. */
  typeOnly: boolean;
  /** What is taken; undefined when it is everything. */
  names?: string[];
}

const known = new WeakMap<Source, Import[]>();

/** Several checks ask for the imports of the same file: it is walked once. */
export function importsOf(source: Source): Import[] {
  const found = known.get(source) ?? readImports(source);
  known.set(source, found);
  return found;
}

function readImports(source: Source): Import[] {
  const found: Import[] = [];
  const add = (node: ts.Node, literal: ts.Node | undefined, typeOnly: boolean): void => {
    if (literal && ts.isStringLiteralLike(literal)) found.push({ where: at(source, node), specifier: literal.text, typeOnly, names: namesIn(node) });
  };
  walk(source.tree, (node) => {
    if (ts.isImportDeclaration(node)) add(node, node.moduleSpecifier, isTypeOnlyImport(node));
    else if (ts.isExportDeclaration(node)) add(node, node.moduleSpecifier, node.isTypeOnly || allTypes(node.exportClause));
    else if (ts.isImportEqualsDeclaration(node) && ts.isExternalModuleReference(node.moduleReference)) add(node, node.moduleReference.expression, node.isTypeOnly);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node, node.argument.literal, true);
    else if (ts.isCallExpression(node) && isLoad(node.expression)) add(node, node.arguments[0], false);
  });
  return found;
}

function namesIn(node: ts.Node): string[] | undefined {
  const bindings = ts.isImportDeclaration(node) ? node.importClause?.namedBindings : undefined;
  return bindings && ts.isNamedImports(bindings) ? bindings.elements.map((e) => (e.propertyName ?? e.name).text) : undefined;
}

const isLoad = (callee: ts.Expression): boolean =>
  callee.kind === ts.SyntaxKind.ImportKeyword ||
  (ts.isIdentifier(callee) && callee.text === 'require') ||
  /^(require\.resolve|jest\.(mock|requireActual|doMock))$/.test(callee.getText());

function isTypeOnlyImport({ importClause }: ts.ImportDeclaration): boolean {
  if (!importClause) return false;
  return importClause.phaseModifier === ts.SyntaxKind.TypeKeyword || (!importClause.name && allTypes(importClause.namedBindings));
}

const allTypes = (bindings: ts.Node | undefined): boolean =>
  bindings !== undefined && (ts.isNamedImports(bindings) || ts.isNamedExports(bindings)) && bindings.elements.length > 0 && bindings.elements.every((e) => e.isTypeOnly);

/** Path of a file -> the unit it belongs to, like `subsystem fuel_log` or `app server`. */
interface Place {
  kind: 'lib' | 'app' | 'migrations' | 'test';
  name: string;
  folder: string;
}

export function placeOf(path: string): Place | undefined {
  const [top, name = ''] = path.split('/');
  if (top === 'libs') return { kind: 'lib', name, folder: `libs/${name}` };
  if (top === 'apps') return { kind: 'app', name, folder: `apps/${name}` };
  return top === 'migrations' || top === 'test' ? { kind: top, name: top, folder: top } : undefined;
}

/** Where an import leads inside the repository; undefined for packages. */
export function targetOf(from: string, specifier: string): string | undefined {
  const alias = /^@fleet\/(platform\/)?(.+)$/.exec(specifier);
  if (alias?.[1]) return `libs/platform/src/${alias[2]}`;
  if (alias) return `libs/${alias[2]?.replace('/', '/src/')}${alias[2]?.includes('/') ? '' : '/src'}`;
  if (specifier.startsWith('.')) return posix.normalize(posix.join(posix.dirname(from), specifier));
  return undefined;
}

/** A door: `@fleet/<subsystem>`, `@fleet/contracts` or `@fleet/platform/<room>`. */
const isDoor = (specifier: string): boolean => /^@fleet\/(platform\/[a-z_]+|(?!platform$)[a-z_]+)$/.test(specifier);

export function edgeFaults(sources: Source[], manifest: Manifest): string[] {
  return sources.flatMap((source) => {
    const from = placeOf(source.path);
    if (!from || from.kind === 'test') return [];
    return importsOf(source).flatMap(({ where, specifier, names }) => {
      const target = targetOf(source.path, specifier);
      const to = target === undefined ? undefined : placeOf(target);
      // A spec beside its code may use what tests share.
      const fault = to && !(to.kind === 'test' && isSpec(source.path)) && edgeFault(from, to, specifier, manifest, names);
      return fault ? [`${where} ${fault}`] : [];
    });
  });
}

function edgeFault(from: Place, to: Place, specifier: string, manifest: Manifest, names?: string[]): string | undefined {
  if (from.folder === to.folder) return specifier.startsWith('@fleet/') ? `imports its own house by "${specifier}"; inside, import by relative path` : undefined;
  if (to.kind === 'test' || to.kind === 'migrations') return `imports "${specifier}": nothing outside tests imports ${to.name}/`;
  if (from.kind === 'migrations') return `imports "${specifier}": a migration must not change when the code does`;
  if (!mayImport(from, to, manifest)) return `imports "${specifier}", and subsystems.json has no edge from ${from.name} to ${to.name}`;
  const collects = manifest.subsystems[from.name]?.imports.includes('*') && to.name in manifest.subsystems;
  if (collects && !names?.every((name) => name.endsWith('Tasks'))) return `takes more than a task list from ${to.name}`;
  // Apps have no door: what the manifest lets one take from another, it takes by path.
  if (to.kind === 'app' || isDoor(specifier)) return undefined;
  if (from.kind === 'app' && manifest.subsystems[to.name]?.side_doors?.some((room) => specifier === `@fleet/${to.name}/${room}`)) return undefined;
  return `imports "${specifier}" past the door; use @fleet/${to.name}${to.name === 'platform' ? '/<room>' : ''}`;
}

function mayImport(from: Place, to: Place, manifest: Manifest): boolean {
  if (from.kind === 'app') return to.kind === 'lib' || (manifest.apps[from.name]?.imports ?? []).includes(to.name);
  if (to.kind === 'app') return false;
  const foundation = manifest.foundations[from.name];
  if (foundation) return foundation.imports.includes(to.name);
  const allowed = manifest.subsystems[from.name]?.imports ?? [];
  return to.name in manifest.foundations || allowed.includes(to.name) || (allowed.includes('*') && to.name in manifest.subsystems);
}

/** Files that import each other in a circle, whatever they belong to. */
export function cycleFaults(sources: Source[]): string[] {
  const known = new Set(sources.map((s) => s.path));
  const file = (path: string): string | undefined =>
    [path, `${path}.ts`, `${path}.tsx`, `${path}/index.ts`, path.replace(/\.js$/, '.ts')].find((candidate) => known.has(candidate));
  const graph = new Map(
    sources.map((source) => {
      const targets = importsOf(source).flatMap(({ specifier, typeOnly }) => (typeOnly ? [] : (targetOf(source.path, specifier) ?? [])));
      return [source.path, targets.flatMap((target) => file(target) ?? [])];
    }),
  );
  return circles(graph).map((circle) => `import each other in a circle: ${circle.join(' -> ')}`);
}

/** One circle for each strongly connected part of a graph. */
export function circles(graph: Map<string, string[]>): string[][] {
  const state = new Map<string, 'open' | 'done'>();
  const found: string[][] = [];
  const visit = (node: string, trail: string[]): void => {
    if (state.get(node) === 'done') return;
    if (state.get(node) === 'open') {
      found.push([...trail.slice(trail.indexOf(node)), node]);
      return;
    }
    state.set(node, 'open');
    for (const next of graph.get(node) ?? []) visit(next, [...trail, node]);
    state.set(node, 'done');
  };
  for (const node of graph.keys()) visit(node, []);
  return found;
}
