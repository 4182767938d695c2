import ts from 'typescript';
import { at, isSpec, walk, type Source } from '../sources';

/** The places that may look at the environment. Tests arrange their own. */
const environmentPlaces = /^(libs\/platform\/src\/config\/|apps\/cli\/src\/up\/settings\.ts$|test\/)/;

export function environmentFaults(sources: Source[]): string[] {
  return sources
    .filter((source) => !environmentPlaces.test(source.path) && !isSpec(source.path) && /process/.test(source.text))
    .flatMap((source) => {
      const found: string[] = [];
      walk(source.tree, (node) => {
        if (readsEnvironment(node)) found.push(`${at(source, node)} reads process.env; settings come from libs/platform/src/config`);
      });
      return found;
    });
}

function readsEnvironment(node: ts.Node): boolean {
  const isProcess = (e: ts.Node | undefined): boolean => e !== undefined && /^(globalThis\.)?process$/.test(e.getText());
  if (ts.isPropertyAccessExpression(node)) return node.name.text === 'env' && isProcess(node.expression);
  if (ts.isElementAccessExpression(node)) return /^['"`]env['"`]$/.test(node.argumentExpression.getText()) && isProcess(node.expression);
  if (ts.isVariableDeclaration(node) && ts.isObjectBindingPattern(node.name)) return isProcess(node.initializer) && names(node.name.elements).includes('env');
  if (ts.isImportDeclaration(node) && /^['"](node:)?process['"]$/.test(node.moduleSpecifier.getText())) {
    const bindings = node.importClause?.namedBindings;
    return bindings !== undefined && ts.isNamedImports(bindings) && names(bindings.elements).includes('env');
  }
  return false;
}

/** These measure the machine's own time, or are read before there is a clock. */
const clockPlaces = /^libs\/platform\/src\/(clock|observability|config)\//;

/** Libraries ask the injected Clock, so that a test can say what time it is. */
export function clockFaults(sources: Source[]): string[] {
  return sources
    .filter((source) => source.path.startsWith('libs/') && !clockPlaces.test(source.path) && !isSpec(source.path) && /\bDate\b/.test(source.text))
    .flatMap((source) => {
      const found: string[] = [];
      walk(source.tree, (node) => {
        if (looksAtTheClock(node)) found.push(`${at(source, node)} ${node.getText()}: ask the injected Clock`);
      });
      return found;
    });
}

function looksAtTheClock(node: ts.Node): boolean {
  const isDate = (e: ts.Node): boolean => ts.isIdentifier(e) && e.text === 'Date';
  if (ts.isNewExpression(node)) return isDate(node.expression) && !node.arguments?.length;
  return ts.isPropertyAccessExpression(node) && node.name.text === 'now' && isDate(node.expression);
}

const names = (elements: readonly (ts.BindingElement | ts.ImportSpecifier)[]): string[] => elements.map((e) => (e.propertyName ?? e.name).getText());

const testWords = /^(it|test|describe)(\.(concurrent|each|failing))*\.(only|skip|todo)\b/;
const shortWords = /^(fit|xit|xtest|fdescribe|xdescribe)$/;

/** Tests of the machine around the product (a browser, root) may be skipped where it is missing, by a condition. */
const conditionalPlaces = /^test\/(browser|start)\//;

/** A test that is switched off tells nobody. */
export function switchedOffFaults(sources: Source[]): string[] {
  return sources
    .filter((source) => (isSpec(source.path) || source.path.startsWith('test/')) && /\b(only|skip|todo|fit|xit|xtest|fdescribe|xdescribe)\b/.test(source.text))
    .flatMap((source) => {
      const found: string[] = [];
      walk(source.tree, (node) => {
        const word = ts.isPropertyAccessExpression(node) ? testWords.exec(node.getText())?.[0] : ts.isCallExpression(node) && shortWords.test(node.expression.getText()) ? node.expression.getText() : undefined;
        if (word === undefined || ts.isPropertyAccessExpression(node.parent)) return;
        const conditional = conditionalPlaces.test(source.path) && word.endsWith('.skip') && ts.isConditionalExpression(node.parent);
        if (!conditional) found.push(`${at(source, node)} ${word}: run the test or remove it`);
      });
      return found;
    });
}

export const fileLimit = 300;
export const functionLimit = 70;
const generated = /(^|\/)generated\/|\.generated\.tsx?$/;

/** Lines that hold code: neither empty nor comment alone. */
const codeLines = (text: string): number => text.split('\n').filter((line) => !/^\s*($|\/\/|\/?\*)/.test(line)).length;

export function limitFaults(sources: Source[]): string[] {
  return sources
    .filter((source) => !isSpec(source.path) && !generated.test(source.path))
    .flatMap((source) => {
      const lines = codeLines(source.text);
      const found = lines > fileLimit ? [`${source.path} has ${lines} lines of code, ${fileLimit} are allowed`] : [];
      walk(source.tree, (node) => {
        if (!ts.isFunctionLike(node) || !('body' in node) || !node.body) return;
        const length = codeLines(node.getText(source.tree));
        if (length > functionLimit) found.push(`${at(source, node)} is a function of ${length} lines, ${functionLimit} are allowed`);
      });
      return found;
    });
}
