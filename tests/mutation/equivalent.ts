import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Mutant } from './mutants.ts';

/** A reviewed mutant that no test can notice, because the program does the same with it. */
interface Equivalent {
  readonly file: string;
  readonly within: string;
  readonly before: string;
  readonly after: string;
  readonly reason: string;
}

type Place = Pick<Equivalent, 'file' | 'within' | 'before' | 'after'>;

/** Names the change by its text: it stays the same when lines shift or the file moves to another folder. */
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

  /** Entries for one of these files whose change exists no longer: their code has been edited. */
  stale(mutants: readonly Mutant[]): readonly Equivalent[] {
    const files = new Set(mutants.map(({ file }) => basename(file)));
    const keys = new Set(mutants.map(keyOf));
    return this.#all.filter((each) => files.has(basename(each.file)) && !keys.has(keyOf(each)));
  }
}
