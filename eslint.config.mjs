// The walls are generated from subsystems.json; test/architecture holds the rules that no linter knows.
import boundaries from 'eslint-plugin-boundaries';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import tseslint from 'typescript-eslint';

const { subsystems, foundations, apps } = JSON.parse(readFileSync(new URL('./subsystems.json', import.meta.url), 'utf8'));
const resolver = fileURLToPath(new URL('./tools/lint-resolver.cjs', import.meta.url));

const others = (names, name) => names.filter((other) => other !== name);
const expand = (units, name) => units[name].imports.flatMap((target) => (target === '*' ? others(Object.keys(units), name) : [target]));

/** The door of each unit, as a selector: one index file, and for platform one a room. */
const door = (name) => ({ to: { element: { type: name, fileInternalPath: name === 'platform' ? 'src/*/index.ts' : 'src/index.ts' } } });
const sideDoor = (name, room) => ({ to: { element: { type: name, fileInternalPath: `src/${room}/index.ts` } } });
const policy = (name, targets) => ({ from: { element: { type: name } }, allow: targets.map(door) });

const policies = [
  { allow: { to: { module: { origin: ['external', 'core'] } } } },
  ...Object.keys(foundations).map((name) => policy(name, expand(foundations, name))),
  ...Object.keys(subsystems).map((name) => policy(name, [...Object.keys(foundations), ...expand(subsystems, name)])),
  ...Object.keys(apps).map((name) => policy(`app-${name}`, [...Object.keys(foundations), ...Object.keys(subsystems)])),
  // A side door is for apps alone: a part of a subsystem that loads without the rest of it.
  ...Object.keys(apps).map((name) => ({ from: { element: { type: `app-${name}` } }, allow: Object.keys(subsystems).flatMap((unit) => (subsystems[unit].side_doors ?? []).map((room) => sideDoor(unit, room))) })),
  // What one app takes from another, it takes by path: apps have no door.
  ...Object.keys(apps).flatMap((name) => apps[name].imports.map((target) => ({ from: { element: { type: `app-${name}` } }, allow: { to: { element: { type: `app-${target}` } } } }))),
].filter((entry) => !Array.isArray(entry.allow) || entry.allow.length > 0);

const elements = [
  ...[...Object.keys(foundations), ...Object.keys(subsystems)].map((name) => ({ type: name, pattern: `libs/${name}`, partialMatch: false })),
  ...Object.keys(apps).map((name) => ({ type: `app-${name}`, pattern: `apps/${name}`, partialMatch: false })),
];

const walls = {
  files: ['libs/**/*.ts', 'apps/**/*.{ts,tsx}'],
  plugins: { boundaries },
  settings: { 'import/resolver': { [resolver]: {} }, 'boundaries/elements': elements, 'boundaries/legacy-templates': false },
  rules: { 'boundaries/dependencies': ['error', { default: 'disallow', policies, message: 'subsystems.json does not let {{from.element.type}} import this from {{to.element.type}}; take what its door offers.' }] },
};

const environment = { selector: "MemberExpression[object.name='process'][property.name='env']", message: 'Settings come from libs/platform/src/config.' };
const clock = [
  { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'Ask the injected Clock.' },
  { selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']", message: 'Ask the injected Clock.' },
];
const focus = {
  selector: "MemberExpression[object.name=/^(it|test|describe)$/][property.name='only']",
  message: 'Run all tests.',
};

const size = (lines) => ({ max: lines, skipBlankLines: true, skipComments: true });

export default tseslint.config(
  { ignores: ['**/node_modules/', 'dist/', 'data/', 'bench-results/', 'coverage/', '**/generated/', 'test/**/fixtures/'] },
  {
    files: ['**/*.{ts,tsx}'],
    languageOptions: { parser: tseslint.parser, parserOptions: { project: ['./tsconfig.json', './apps/web/tsconfig.json'], tsconfigRootDir: import.meta.dirname } },
    plugins: { '@typescript-eslint': tseslint.plugin },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrorsIgnorePattern: '^_', destructuredArrayIgnorePattern: '^_', ignoreRestSiblings: true }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-require-imports': 'error',
      'no-restricted-syntax': ['error', environment, focus],
      'max-lines': ['error', size(300)],
      'max-lines-per-function': ['error', size(70)],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-var': 'error',
      'prefer-const': 'error',
      'no-fallthrough': 'error',
    },
  },
  walls,
  { files: ['libs/**/*.ts'], rules: { 'no-console': 'error', 'no-restricted-syntax': ['error', environment, focus, ...clock] } },
  // These measure the machine's own time.
  { files: ['libs/platform/src/{clock,observability}/**/*.ts'], rules: { 'no-restricted-syntax': ['error', environment, focus] } },
  { files: ['libs/platform/src/config/**/*.ts', 'apps/cli/src/up/settings.ts', 'test/**/*.ts', '**/*.spec.ts'], rules: { 'no-restricted-syntax': ['error', focus] } },
  { files: ['**/*.spec.ts'], rules: { 'max-lines-per-function': 'off' } },
  { files: ['test/**/*.ts', '**/*.spec.ts'], rules: { '@typescript-eslint/no-non-null-assertion': 'off' } },
  // What commands on this machine and generated tests share: plain scripts.
  { files: ['**/*.{js,cjs,mjs}'], languageOptions: { sourceType: 'commonjs', ecmaVersion: 2024 }, rules: { 'no-unused-vars': 'error', 'prefer-const': 'error', 'max-lines': ['error', size(300)] } },
  { files: ['**/*.mjs'], languageOptions: { sourceType: 'module' } },
);
