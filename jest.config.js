// Nest 12 and several libraries are ESM only. Node 20 and 22 cannot require() ESM inside jest, so those packages are
// compiled to CommonJS; Node 24.9+ started with --experimental-vm-modules loads them natively.
const vm = require('node:vm');
const { readFileSync, readdirSync } = require('node:fs');
const { join } = require('node:path');

const nativeEsm = typeof vm.SourceTextModule?.prototype?.hasAsyncGraph === 'function';
const modules = join(__dirname, 'node_modules');
const isEsm = (name) => {
  try {
    return JSON.parse(readFileSync(join(modules, name, 'package.json'), 'utf8')).type === 'module';
  } catch {
    return false;
  }
};
const installed = () =>
  readdirSync(modules).flatMap((d) => (d.startsWith('@') ? readdirSync(join(modules, d)).map((s) => `${d}/${s}`) : [d]));
const esmPackages = nativeEsm ? [] : installed().filter(isEsm);

const swc = [
  '@swc/jest',
  {
    jsc: {
      target: 'es2022',
      parser: { syntax: 'typescript', decorators: true, dynamicImport: true },
      transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
      keepClassNames: true,
    },
    module: { type: 'commonjs' },
    sourceMaps: 'inline',
  },
];

const shared = {
  rootDir: __dirname,
  testEnvironment: 'node',
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/data'],
  moduleFileExtensions: ['ts', 'js', 'mjs', 'cjs', 'json', 'node'],
  moduleNameMapper: {
    '^@fleet/platform/(.*)$': '<rootDir>/libs/platform/src/$1',
    '^@fleet/telemetry_engine/play$': '<rootDir>/libs/telemetry_engine/src/play',
    '^@fleet/([^/]+)$': '<rootDir>/libs/$1/src',
  },
  transform: { '^.+\\.ts$': swc, ...(nativeEsm ? {} : { '^.+\\.m?js$': swc }) },
  transformIgnorePatterns: nativeEsm
    ? ['/node_modules/']
    : [`/node_modules/(?!(${esmPackages.map((e) => e.replace(/[.+]/g, '\\$&')).join('|')})/)`],
};

module.exports = {
  // Each file loads a whole house: one process for all would fill its heap and crawl. A worker that has grown is replaced.
  maxWorkers: 2,
  workerIdleMemoryLimit: '1GB',
  projects: [
    // Pure: no database, no socket. `npm run verify` runs these alone.
    { ...shared, displayName: 'pure', setupFiles: ['<rootDir>/test/support/short-properties.ts'], setupFilesAfterEnv: ['<rootDir>/test/support/patience.ts'], testMatch: ['<rootDir>/{apps,libs}/**/*.spec.ts', '<rootDir>/test/architecture/**/*.spec.ts'] },
    // System: real PostgreSQL, real sockets, real processes.
    {
      ...shared,
      displayName: 'system',
      testMatch: ['<rootDir>/test/{db,http,pipeline,start,browser}/**/*.spec.ts'],
      setupFilesAfterEnv: ['<rootDir>/test/support/patience.ts'],
      globalSetup: '<rootDir>/test/support/global-setup.ts',
      globalTeardown: '<rootDir>/test/support/global-teardown.ts',
    },
  ],
};
