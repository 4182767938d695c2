// Tells the boundary lint where an import leads: the aliases of tsconfig.json, relative paths, and nothing else.
'use strict';
const { statSync } = require('node:fs');
const { dirname, join, resolve } = require('node:path');

const root = join(__dirname, '..');

function fileAt(path) {
  for (const candidate of [path, `${path}.ts`, join(path, 'index.ts'), path.replace(/\.js$/, '.ts')]) {
    if (statSync(candidate, { throwIfNoEntry: false })?.isFile()) return candidate;
  }
  return undefined;
}

function pathOf(source, from) {
  const room = /^@fleet\/platform\/(.+)$/.exec(source);
  if (room) return join(root, 'libs/platform/src', room[1]);
  const [, lib, rest = ''] = /^@fleet\/([^/]+)(?:\/(.+))?$/.exec(source) ?? [];
  if (lib) return join(root, 'libs', lib, 'src', rest);
  return source.startsWith('.') ? resolve(dirname(from), source) : undefined;
}

module.exports = {
  interfaceVersion: 2,
  resolve(source, from) {
    const path = pathOf(source, from);
    const file = path && fileAt(path);
    return file ? { found: true, path: file } : { found: false };
  },
};
