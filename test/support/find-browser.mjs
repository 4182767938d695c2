// Prints which browser runs on this machine, as JSON: one that is named or installed, else the one that comes as a package.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const runs = (program, env = {}) => spawnSync(program, ['--version', '--no-sandbox'], { env: { ...process.env, ...env }, timeout: 20_000 }).status === 0;

const installed = () => {
  const named = process.env.FLEET_CHROMIUM;
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  const onPath = (process.env.PATH ?? '').split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  return [...(named ? [named] : []), ...onPath].find((program) => existsSync(program) && runs(program));
};

/** Unpacked once a version beside other temporary files; whoever comes second finds it there. */
async function packaged() {
  const main = createRequire(import.meta.url).resolve('@sparticuz/chromium');
  const home = join(dirname(main), '..', '..');
  const { version } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));
  const kept = join(tmpdir(), `fleet-chromium-${version}-${process.getuid?.() ?? 0}`);
  if (!existsSync(join(kept, 'chromium'))) {
    const folder = mkdtempSync(join(tmpdir(), 'fleet-chromium-'));
    process.env.TMPDIR = folder;
    const { inflate } = await import(pathToFileURL(join(home, 'build', 'esm', 'lambdafs.js')).href);
    for (const name of ['chromium.br', 'fonts.tar.br', 'swiftshader.tar.br', 'al2023.tar.br']) await inflate(join(home, 'bin', name));
    try {
      renameSync(folder, kept);
    } catch {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  const program = join(kept, 'chromium');
  if (runs(program)) return { program, env: {} };
  // A bare machine lacks the NSS libraries; they are in the package too.
  const env = { LD_LIBRARY_PATH: join(kept, 'al2023', 'lib') };
  return runs(program, env) ? { program, env } : undefined;
}

const found = installed();
const browser = found ? { program: found, env: {} } : await packaged().catch(() => undefined);
process.stdout.write(JSON.stringify(browser ?? null));
