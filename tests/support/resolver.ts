import { promises } from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

/**
 * A faulty name server for the process that preloads this file: names that end in `.slow` resolve to this machine
 * after two seconds, and names that end in `.silent` never do.
 */
const system = promises.lookup;

async function lookup(host: string, options: object): Promise<unknown> {
  if (host.endsWith('.silent')) return await new Promise(() => {});
  if (!host.endsWith('.slow')) return await system(host, options);
  await sleep(2000);
  return { address: '127.0.0.1', family: 4 };
}

/** The environment variables with which a child process preloads this file. */
export const FAULTY_RESOLVER = {
  NODE_OPTIONS: `--import=${pathToFileURL(import.meta.filename)}`,
};

if (process.env['NODE_OPTIONS'] === FAULTY_RESOLVER.NODE_OPTIONS) {
  Object.assign(promises, { lookup });
  syncBuiltinESMExports();
}
