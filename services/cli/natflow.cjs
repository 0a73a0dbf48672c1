#!/usr/bin/env -S node --max-semi-space-size=2
// JavaScript of long ago, so that an old Node.js gets as far as the sentence about its age; and CommonJS, which
// Node.js starts in half the time. The young generation is small because almost no object of a stream of datagrams
// outlives a collection.
const { existsSync } = require('node:fs');
const nodeModule = require('node:module');
const { homedir } = require('node:os');
const { join } = require('node:path');

/** Before it, node:sqlite needs an option of node. */
const OLDEST = [22, 13];

/** The command line in a checkout; the package has it built instead. */
const SOURCE = join(__dirname, 'main.ts');
const BUILT = '../../dist/cli/main.js';

const isSource = existsSync(SOURCE);

/** Why this Node.js cannot run it; undefined if it can. */
function refusal() {
  const { version, versions, features } = process;
  const [major, minor] = versions.node.split('.').map(Number);
  if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
    return `Node.js ${OLDEST.join('.')} or newer is needed, and this is ${version}`;
  }
  if (isSource && !features.typescript) {
    return `a checkout needs Node.js 24, which npm ci installs and npx natflow uses, and this is ${version}`;
  }
  return undefined;
}

function start() {
  // Node.js resolves names in half of its thread pool, which are two threads by default. Two collectors with a
  // silent name server would block all others. It has to be set before the first thread starts.
  process.env.UV_THREADPOOL_SIZE = process.env.UV_THREADPOOL_SIZE || '16';
  // Enabled before Node.js loads its type stripper, which it does not for what is in the cache. The package's folder
  // may belong to another user. A cache that cannot be written is no error.
  const caches = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  nodeModule.enableCompileCache(join(caches, 'natflow'));
  // node:sqlite is experimental in Node.js 22.
  process.removeAllListeners('warning').on('warning', (warning) => {
    if (warning.name !== 'ExperimentalWarning') process.stderr.write(`${warning.stack}\n`);
  });
  if (isSource) return import(SOURCE);
  return require(BUILT);
}

const reason = refusal();
if (reason === undefined) {
  start();
} else {
  process.stderr.write(`natflow: ${reason}\n`);
  process.exitCode = 1;
}
