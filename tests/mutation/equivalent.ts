import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Mutant } from './mutants.ts';

/** A reviewed equivalent mutant: no test can kill it, because the program behaves the same. */
interface Equivalent {
  readonly file: string;
  readonly within: string;
  readonly before: string;
  readonly after: string;
  readonly reason: string;
}

type Place = Pick<Equivalent, 'file' | 'within' | 'before' | 'after'>;

/** Identifies a mutant by its text, which does not change when lines shift or the file moves. */
export function keyOf({ file, within, before, after }: Place): string {
  return JSON.stringify([basename(file), within, before, after]);
}

/** The reviewed mutants of `equivalent.json`. */
export class Equivalents {
  readonly #all: readonly Equivalent[];
  readonly #keys: ReadonlySet<string>;

  constructor() {
    const file = new URL('equivalent.json', import.meta.url);
    this.#all = JSON.parse(readFileSync(file, 'utf8')) as Equivalent[];
    this.#keys = new Set(this.#all.map(keyOf));
  }

  has(mutant: Mutant): boolean {
    return this.#keys.has(keyOf(mutant));
  }

  /** Entries for these files whose mutant no longer exists, because the code was edited. */
  stale(mutants: readonly Mutant[]): readonly Equivalent[] {
    const files = new Set(mutants.map(({ file }) => basename(file)));
    const keys = new Set(mutants.map(keyOf));
    return this.#all.filter((each) => files.has(basename(each.file)) && !keys.has(keyOf(each)));
  }
}
