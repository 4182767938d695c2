// Writes the types of the web app's API client from openapi.json, when that has changed. They are printed from code that
// is checked in, so they are not checked in themselves.
'use strict';
const { spawnSync } = require('node:child_process');
const { createHash } = require('node:crypto');
const { existsSync, mkdirSync, readFileSync, writeFileSync } = require('node:fs');
const { dirname, join } = require('node:path');

const root = join(__dirname, '..');
const source = join(root, 'openapi.json');
const target = join(root, 'apps', 'web', 'src', 'generated', 'api.generated.ts');

function writeApiTypes() {
  const stamp = `// openapi.json ${createHash('sha256').update(readFileSync(source)).digest('hex')}\n`;
  if (existsSync(target) && readFileSync(target, 'utf8').startsWith(stamp)) return true;
  const cli = join(root, 'node_modules', 'openapi-typescript', 'bin', 'cli.js');
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, source], { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  if (status !== 0) {
    console.error(stderr);
    return false;
  }
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, stamp + stdout);
  return true;
}

module.exports = { writeApiTypes };

if (require.main === module) process.exit(writeApiTypes() ? 0 : 1);
