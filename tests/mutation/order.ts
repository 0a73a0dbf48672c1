import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** How many milliseconds each test file took without a mutant. */
export type Durations = ReadonlyMap<string, number>;

type Importers = ReadonlyMap<string, readonly string[]>;

const IMPORTED = /\b(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+)'/g;
/** Tests that import a file by no path may still start it as a program or in a bundle. */
const UNREACHED = 20;
/** Tests that take longer, most of them because they start processes, may fail on a busy machine by themselves. */
const SLOW_MS = 2000;
/** A busy machine may keep even a quick test file from ending for this long. */
const LEAST_PATIENCE_MS = 60_000;

/** Orders tests so that a mutant is killed soon: the test beside its file, then near and quick ones. */
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

/** How many imports lie between each file and this one. */
function stepsFrom(file: string, importers: Importers): ReadonlyMap<string, number> {
  const steps = new Map([[file, 0]]);
  for (const [at, step] of steps) {
    for (const importer of importers.get(at) ?? []) {
      if (!steps.has(importer)) steps.set(importer, step + 1);
    }
  }
  return steps;
}
