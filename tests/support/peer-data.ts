import { existsSync, readFileSync } from 'node:fs';
import { describe } from '@jest/globals';

/** Data of other people's projects, which lies beside a checkout where it is worked on. */
export const PEER_DATA = new URL('../../../shared/data/', import.meta.url);

/** Whether a run has to have the data: continuous integration says so where the folder is there. */
const isRequired = process.env['NATFLOW_REQUIRE_DATA'] !== undefined;

/** Groups tests that need the data; without it they are skipped, and the name says why. */
export function describeWithPeerData(name: string, tests: () => void): void {
  if (existsSync(PEER_DATA) || isRequired) describe(name, tests);
  // Other people's data is not in the repository; where .ci/run finds it, it is required and not skipped.
  else describe.skip(`${name} (skipped: no data folder beside the checkout)`, tests);
}

/** The objects of a JSON lines file in the data folder; none where the folder is absent. */
export function readJsonLines<T>(path: string): T[] {
  const file = new URL(path, PEER_DATA);
  if (!existsSync(file) && !isRequired) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}
