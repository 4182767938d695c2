// Lets a test start TypeScript as a process of its own: node -r test/support/run-typescript.js file.ts
'use strict';
const { existsSync, readFileSync } = require('node:fs');
const Module = require('node:module');
const { join } = require('node:path');
const { transformSync } = require('@swc/core');

const libs = join(__dirname, '../../libs');
const options = {
  jsc: {
    target: 'es2022',
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
    keepClassNames: true,
  },
  module: { type: 'commonjs', ignoreDynamic: true },
  sourceMaps: 'inline',
};

require.extensions['.ts'] = (module, filename) => module._compile(transformSync(readFileSync(filename, 'utf8'), { ...options, filename }).code, filename);

const resolve = Module._resolveFilename;
Module._resolveFilename = function (request, ...rest) {
  const [, room, path] = /^@fleet\/([^/]+)(?:\/(.+))?$/.exec(request) ?? [];
  if (!room) return resolve.call(this, request, ...rest);
  const base = join(libs, room, 'src', path ?? '');
  return resolve.call(this, existsSync(`${base}.ts`) ? `${base}.ts` : join(base, 'index.ts'), ...rest);
};
