import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** The duration of each test file without a mutant, in milliseconds. */
export type Durations = ReadonlyMap<string, number>;

type Importers = ReadonlyMap<string, readonly string[]>;

const IMPORTED = /\b(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+)'/g;
/** The distance of a test that does not import the file: it may still start it as a program or in a bundle. */
const UNREACHED = 20;
/** Slower tests, most of which start processes, may fail on a busy machine without a mutant. */
const SLOW_MS = 2000;
/** On a busy machine, even a quick test file may take this long. */
const LEAST_PATIENCE_MS = 60_000;

/** Orders tests to kill a mutant early: the test beside its file first, then near and quick ones. */
export class TestOrder {
  readonly #importers: Importers;
  readonly #durations: Durations;

  constructor(root: string, durations: Durations) {
    this.#importers = importersIn(root);
    this.#durations = durations;
  }

  /** How long the test file may take with a mutant before it counts as hanging, in milliseconds. */
  patience(test: string): number {
    return Math.max(LEAST_PATIENCE_MS, 4 * (this.#durations.get(test) ?? 0));
  }

  isSlow(test: string): boolean {
    return (this.#durations.get(test) ?? 0) > SLOW_MS;
  }

  /** All of these tests, in the order to run them for a mutant of this file. */
  of(tests: readonly string[], file: string): string[] {
    const steps = stepsFrom(file, this.#importers);
    const own = `${basename(file, '.ts')}.test.ts`;
    const cost = (test: string) => {
      if (basename(test) === own) return 0;
      const far = 2 ** Math.min(steps.get(test) ?? UNREACHED, UNREACHED);
      return far * Math.max(this.#durations.get(test) ?? 0, 1);
    };
    return tests.toSorted((a, b) => cost(a) - cost(b));
  }
}

/** For each file the files that import it; paths are from the root. */
function importersIn(root: string): Importers {
  const importers = new Map<string, string[]>();
  for (const file of globSync('{services,shared,tests}/**/*.ts', { cwd: root })) {
    for (const [, path = ''] of readFileSync(join(root, file), 'utf8').matchAll(IMPORTED)) {
      const imported = join(dirname(file), path);
      importers.set(imported, [...(importers.get(imported) ?? []), file]);
    }
  }
  return importers;
}

/** The number of imports between each file and this one. */
function stepsFrom(file: string, importers: Importers): ReadonlyMap<string, number> {
  const steps = new Map([[file, 0]]);
  for (const [at, step] of steps) {
    for (const importer of importers.get(at) ?? []) {
      if (!steps.has(importer)) steps.set(importer, step + 1);
    }
  }
  return steps;
}
