// What `npm start` and every other command runs. Written for old versions of Node too, so that it can tell them that they are too old.
'use strict';
const { existsSync } = require('fs');
const { join } = require('path');

const root = join(__dirname, '..');

function fail(message, advice) {
  console.error('\nFleet ERP cannot start: ' + message + '\n  ' + advice);
  process.exit(1);
}

function newEnough(version) {
  const parts = version.split('.').map(Number);
  return parts[0] > 20 || (parts[0] === 20 && parts[1] >= 19);
}

if (!newEnough(process.versions.node)) {
  fail(
    'it needs Node.js 20.19 or newer, and this is ' + process.versions.node + '.',
    'Install a current Node.js from https://nodejs.org and run npm start again.',
  );
}
if (!existsSync(join(root, 'node_modules', 'pg'))) {
  fail('its packages are not installed.', 'Run npm ci, then npm start again.');
}

require('./build')
  .build()
  .then((built) => {
    if (!built) process.exit(1);
    // In this process, so that one Ctrl-C reaches one program.
    const main = join(root, 'dist', 'apps', 'cli', 'src', 'main.js');
    process.argv = [process.argv[0], main].concat(process.argv.length > 2 ? process.argv.slice(2) : ['up']);
    require(main);
  });
