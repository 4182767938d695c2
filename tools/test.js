// What `npm test` runs: types, lint, build and every test. `npm run verify` is the part that needs no database: `quick`.
// The last line is always "N passed, N failed"; a failed type check, lint or build is one failure.
'use strict';
const { spawn } = require('node:child_process');
const { mkdtempSync, readFileSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join, relative } = require('node:path');
const { writeApiTypes } = require('./web-api');

const root = join(__dirname, '..');
const bin = (path) => join(root, 'node_modules', path);

/** From 24.9 jest loads ESM packages itself, with this flag; before, jest.config.js has them compiled. */
function jestFlags(version = process.versions.node) {
  const [major, minor] = version.split('.').map(Number);
  return major > 24 || (major === 24 && minor >= 9) ? ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'] : [];
}

// Compiler and lint are Go programs that end after seconds: they collect garbage only when they grow large.
const go = { GOGC: 'off', GOMEMLIMIT: '2GiB' };
const color = { FORCE_COLOR: process.stdout.isTTY ? '1' : '0' };

/** Runs a program; its output streams, or is kept to be shown later. */
function run(args, output = 'inherit', env = {}) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', output, output], env: { ...go, ...process.env, ...color, ...env } });
    const begin = Date.now();
    let kept = '';
    child.stdout?.on('data', (data) => (kept += data));
    child.stderr?.on('data', (data) => (kept += data));
    child.on('error', (error) => resolve({ ok: false, kept: error.message, ms: 0 }));
    child.on('close', (code) => resolve({ ok: code === 0, kept: kept.trimEnd(), ms: Date.now() - begin }));
  });
}

/** What was found is kept, so that the next time only what changed is looked at. */
const types = (project, keptAs) => [bin('ts7/bin/tsc'), '--noEmit', '-p', project, '--incremental', '--tsBuildInfoFile', bin(`.cache/types/${keptAs}.tsbuildinfo`)];

async function check(name, args) {
  console.log(`\n== ${name}`);
  return verdict(name, await run(args));
}

/** Started now, told about when asked. */
function background(name, args) {
  const running = run(args, 'pipe');
  return async () => {
    const result = await running;
    console.log(`\n== ${name}`);
    return verdict(name, result);
  };
}

function verdict(name, { ok, kept, ms }) {
  if (kept) console.log(kept);
  console.log(`${ok ? 'ok' : 'FAILED'}, ${(ms / 1000).toFixed(1)} s`);
  return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, notes: ok ? [] : [`${name} failed`] };
}

async function tests(name, args, env) {
  console.log(`\n== ${name}`);
  const folder = mkdtempSync(join(tmpdir(), 'fleet-result-'));
  const file = join(folder, 'jest.json');
  try {
    const { ok } = await run([...jestFlags(), bin('jest/bin/jest.js'), ...args, '--json', `--outputFile=${file}`], 'inherit', env);
    return resultOf(readResult(file), ok, process.env.FLEET_TEST_BROWSER === 'required');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readResult(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Counts of one jest run. A suite that does not load, or a run that ends without a result, is a failure too. */
function resultOf(result, ok, browserRequired) {
  if (!result) return { passed: 0, failed: 1, notes: ['jest ended without a result'] };
  const skipped = result.testResults.flatMap((suite) => suite.assertionResults.filter((test) => test.status === 'pending').map(() => relative(root, suite.name)));
  const browser = skipped.filter((path) => path.startsWith(join('test', 'browser'))).length;
  const other = skipped.length - browser;
  const notes = [];
  if (browser > 0) notes.push(`${browser} browser tests skipped: no browser runs on this machine`);
  if (other > 0) notes.push(`${other} tests skipped: this machine lacks what they need`);
  let failed = result.numFailedTests + result.numRuntimeErrorTestSuites;
  if (browserRequired) failed += browser;
  // Jest can fail as a whole, by a broken global teardown for one.
  if (!ok && failed === 0) failed = 1;
  return { passed: result.numPassedTests, failed, notes };
}

async function main(quick) {
  // Types and lint of the web app look at it.
  if (!writeApiTypes()) {
    console.log('0 passed, 1 failed');
    process.exitCode = 1;
    return;
  }
  const lint = background('lint', [bin('oxlint/bin/oxlint'), '--deny-warnings']);
  const parts = [
    () => check('types', types('tsconfig.json', 'server')),
    () => check('types of the web app', types('apps/web', 'web')),
    ...(quick ? [] : [() => check('build', [join(__dirname, 'build.js')])]),
    () => tests('tests', quick ? ['--selectProjects', 'pure'] : [], quick ? { FLEET_TEST_PROPERTIES: 'short' } : {}),
    lint,
  ];
  const total = { passed: 0, failed: 0, notes: [] };
  for (const part of parts) {
    const { passed, failed, notes } = await part();
    total.passed += passed;
    total.failed += failed;
    total.notes.push(...notes);
  }
  console.log(['', ...total.notes, `${total.passed} passed, ${total.failed} failed`].join('\n'));
  // Not process.exit: the last line must reach a pipe.
  process.exitCode = total.failed === 0 ? 0 : 1;
}

module.exports = { jestFlags, resultOf };

if (require.main === module) void main(process.argv[2] === 'quick');
