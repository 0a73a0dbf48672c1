import { existsSync, readFileSync } from 'node:fs';
import { describe } from '@jest/globals';

/** Data of other projects, which is not in the repository. It may lie beside a checkout. */
export const PEER_DATA = new URL('../../../shared/data/', import.meta.url);

/** Whether missing data is a failure. `.ci/run` sets this if the folder exists. */
const isRequired = process.env['NATFLOW_REQUIRE_DATA'] !== undefined;

/**
 * Tests more inputs of the same kinds as tests/fixtures, if the folder exists; otherwise defines no tests. When the
 * data is required, missing files fail.
 */
export function describeWithPeerData(name: string, tests: () => void): void {
  if (existsSync(PEER_DATA) || isRequired) describe(name, tests);
}

/** The objects of a JSON lines file in the data folder. */
export function readJsonLines<T>(path: string): T[] {
  return readFileSync(new URL(path, PEER_DATA), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}
