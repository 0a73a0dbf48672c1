#!/usr/bin/env -S node --max-semi-space-size=2
// JavaScript without what Node.js learned after version 14, so that an old Node.js gets as far as the sentence about its age, and
// the compile cache is enabled before Node.js loads its type stripper. The young generation is small because almost
// no object of a stream of datagrams outlives a collection.
import { existsSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Before it, node:sqlite needs an option of node. */
const OLDEST = [22, 13];

/** The command line in a checkout; the package has it built instead. */
const SOURCE = new URL('main.ts', import.meta.url);
const BUILT = new URL('../../dist/cli/main.js', import.meta.url);

const isSource = existsSync(fileURLToPath(SOURCE));

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

const reason = refusal();
if (reason === undefined) {
  // Node.js resolves names in half of its thread pool, which are two threads by default. Two collectors with a
  // silent name server would block all others. It has to be set before the first thread starts.
  process.env.UV_THREADPOOL_SIZE ||= '16';
  // The package's folder may belong to another user. A cache that cannot be written is no error.
  const caches = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  nodeModule.enableCompileCache(join(caches, 'natflow'));
  // node:sqlite is experimental in Node.js 22.
  process.removeAllListeners('warning').on('warning', (warning) => {
    if (warning.name !== 'ExperimentalWarning') process.stderr.write(`${warning.stack}\n`);
  });
  await import(isSource ? SOURCE : BUILT);
} else {
  process.stderr.write(`natflow: ${reason}\n`);
  process.exitCode = 1;
}
