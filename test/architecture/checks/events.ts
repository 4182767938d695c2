import ts from 'typescript';
import { at, walk, type Source } from '../sources';

interface Defined {
  constant: string;
  where: string;
  name: string;
  version: string;
  file: string;
  unheard: boolean;
}

/** The specs name the events of a fill-up by the short word; every other name begins as its file does. */
const shortPrefixes: Record<string, string> = { fuel_log: 'fuel' };

/** Every event is heard or says why not, belongs to the subsystem whose file defines it, and exists once. */
export function eventFaults(sources: Source[]): string[] {
  const libs = sources.filter((source) => source.path.startsWith('libs/') && !/\.spec\.ts$/.test(source.path));
  const defined = libs.filter((source) => source.path.startsWith('libs/contracts/')).flatMap(definitionsIn);
  const hearings = libs.flatMap(hearingsIn);
  const heard = new Set(hearings.map((h) => h.constant));
  const keys = new Set<string>();
  return [
    ...defined.flatMap((event) => {
      const key = `${event.name}@${event.version}`;
      const twice = keys.has(key);
      keys.add(key);
      const owner = /([a-z_]+)\.events\.ts$/.exec(event.file)?.[1];
      return [
        ...(twice ? [`${event.where} ${key} is defined twice`] : []),
        ...(owner && [owner, shortPrefixes[owner] ?? owner].includes(event.name.split('.')[0] ?? '') ? [] : [`${event.where} ${event.name} belongs into ${event.name.split('.')[0]}.events.ts`]),
        ...(heard.has(event.constant) || event.unheard ? [] : [`${event.where} nobody hears ${event.constant}; add @Hears or say { unheard: 'why' }`]),
        ...(heard.has(event.constant) && event.unheard ? [`${event.where} ${event.constant} is heard; remove its "unheard"`] : []),
      ];
    }),
    ...hearings.filter((h) => !h.subscriber.startsWith(`${h.lib}.`)).map((h) => `${h.where} subscriber "${h.subscriber}" must be named ${h.lib}.<verb_noun>`),
  ];
}

function definitionsIn(source: Source): Defined[] {
  const found: Defined[] = [];
  if (!source.text.includes('defineEvent')) return found;
  walk(source.tree, (node) => {
    if (!ts.isVariableDeclaration(node) || !node.initializer || !ts.isCallExpression(node.initializer)) return;
    const { expression, arguments: args } = node.initializer;
    if (expression.getText() !== 'defineEvent') return;
    const [name, version, , options] = args;
    found.push({
      constant: node.name.getText(),
      where: at(source, node),
      name: name && ts.isStringLiteralLike(name) ? name.text : '?',
      version: version?.getText() ?? '?',
      file: source.path,
      unheard: options !== undefined && ts.isObjectLiteralExpression(options) && options.properties.some((p) => p.name?.getText() === 'unheard' && !/:\s*(''|""|``)\s*$/.test(p.getText())),
    });
  });
  return found;
}

function hearingsIn(source: Source): { constant: string; subscriber: string; lib: string; where: string }[] {
  const lib = source.path.split('/')[1] ?? '';
  const found: { constant: string; subscriber: string; lib: string; where: string }[] = [];
  if (!source.text.includes('@Hears')) return found;
  walk(source.tree, (node) => {
    if (!ts.isDecorator(node) || !ts.isCallExpression(node.expression) || node.expression.expression.getText() !== 'Hears') return;
    const [event, subscriber] = node.expression.arguments;
    found.push({ constant: event?.getText() ?? '?', subscriber: subscriber && ts.isStringLiteralLike(subscriber) ? subscriber.text : '?', lib, where: at(source, node) });
  });
  return found;
}
