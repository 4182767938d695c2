// Builds what has changed. `npm run build` and `npm start` both come here.
'use strict';
const { spawn } = require('node:child_process');
const { createHash } = require('node:crypto');
const { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } = require('node:fs');
const { join, relative } = require('node:path');
const { stripVTControlCharacters } = require('node:util');

const root = join(__dirname, '..');
const dist = join(root, 'dist');
const stampFile = join(dist, '.build-stamp.json');
const SHOWN_LINES = 40;

const settings = ['tsconfig.json', 'tsconfig.build.json', 'nest-cli.json', 'package-lock.json'];

/** Each step is built when its sources differ from the ones it was last built from. */
const steps = [
  {
    name: 'server',
    sources: ['apps/server/src', 'apps/cli/src', 'apps/simulator/src', 'libs', 'migrations', 'test/load', ...settings],
    ignored: /\.spec\.ts$/,
    command: ['@nestjs/cli/bin/nest.js', 'build', 'server'],
    /** Missing output counts as not built. */
    output: 'apps/cli/src/main.js',
    /** Removed when a source file has disappeared: a migration that is no more must not stay behind and run. */
    stale: ['apps/server', 'apps/cli', 'apps/simulator', 'libs', 'migrations', 'test/load', '.tsbuildinfo'],
  },
  {
    name: 'web app',
    sources: ['apps/web', 'package-lock.json'],
    ignored: /\.(spec|generated)\.ts$|\.md$/,
    command: ['vite/bin/vite.js', 'build', 'apps/web', '--logLevel', 'warn'],
    output: 'web/index.html',
    stale: ['web'],
    /** A server without its web app still serves programs. */
    optional: true,
  },
];

function filesBelow(path, ignored) {
  if (!existsSync(path)) return [];
  const entries = readdirSync(path, { withFileTypes: true });
  return entries.flatMap((entry) => {
    const file = join(path, entry.name);
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : filesBelow(file, ignored);
    return ignored.test(entry.name) ? [] : [file];
  });
}

function filesOf(step) {
  const found = step.sources.flatMap((source) => {
    const path = join(root, source);
    return settings.includes(source) ? (existsSync(path) ? [path] : []) : filesBelow(path, step.ignored);
  });
  return found.sort();
}

function hashOf(files) {
  const hash = createHash('sha256');
  for (const file of files) hash.update(relative(root, file)).update('\0').update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}

function readStamps() {
  try {
    return JSON.parse(readFileSync(stampFile, 'utf8'));
  } catch {
    return {};
  }
}

function run(command) {
  return new Promise((resolve) => {
    const [script, ...args] = command;
    const file = join(root, 'node_modules', script);
    if (!existsSync(file)) return resolve({ ok: false, output: 'The build tools are not installed. Run npm ci without --omit=dev.' });
    const child = spawn(process.execPath, [file, ...args], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (data) => (output += data));
    child.stderr.on('data', (data) => (output += data));
    child.on('error', (error) => resolve({ ok: false, output: error.message }));
    child.on('close', (code) => resolve({ ok: code === 0, output }));
  });
}

function report(step, output) {
  const text = process.stderr.isTTY ? output : stripVTControlCharacters(output);
  const lines = text.split('\n').filter((line) => stripVTControlCharacters(line).trim() !== '');
  console.error(`\nThe ${step.name} does not build:\n`);
  console.error(
    lines
      .slice(0, SHOWN_LINES)
      .map((line) => `  ${line}`)
      .join('\n'),
  );
  if (lines.length > SHOWN_LINES) console.error(`  ... and ${lines.length - SHOWN_LINES} more lines`);
  console.error('\nCorrect the first error and start again.');
}

async function buildStep(step, stamps) {
  const files = filesOf(step);
  const names = files.map((file) => relative(root, file));
  const before = stamps[step.name];
  const hasOutput = existsSync(join(dist, step.output));
  // A release may come without sources.
  if ((hasOutput || step.optional) && !names.some((name) => !settings.includes(name))) return true;
  const hash = hashOf(files);
  if (hasOutput && before?.hash === hash) return true;

  const gone = !before || !hasOutput || before.files.some((name) => !names.includes(name));
  if (gone) for (const name of step.stale) rmSync(join(dist, name), { recursive: true, force: true });
  process.stdout.write(`Building the ${step.name} ... `);
  const begin = Date.now();
  const { ok, output } = await run(step.command);
  console.log(ok ? `done in ${((Date.now() - begin) / 1000).toFixed(1)} s` : 'failed');
  if (!ok) {
    report(step, output);
    return false;
  }
  mkdirSync(dist, { recursive: true });
  stamps[step.name] = { hash, files: names };
  writeFileSync(stampFile, JSON.stringify(stamps));
  return true;
}

async function build() {
  const stamps = readStamps();
  for (const step of steps) if (!(await buildStep(step, stamps))) return false;
  return true;
}

module.exports = { build };

if (require.main === module) void build().then((built) => process.exit(built ? 0 : 1));
