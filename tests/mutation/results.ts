import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { keyOf } from './equivalent.ts';
import type { Mutant } from './mutants.ts';

export interface Result extends Mutant {
  readonly seed: number;
  readonly group: string;
  readonly result: 'killed' | 'timeout' | 'survived';
  readonly ms: number;
  /** The first test that failed; without one, the end of Jest's output. */
  readonly by?: string | undefined;
}

/** Results so far, stored as JSON lines if a file is given, so that an interrupted run can be continued. */
export class Results {
  readonly #file: string | undefined;
  readonly #all: Result[] = [];

  constructor(file: string | undefined) {
    this.#file = file;
    if (file === undefined || !existsSync(file)) return;
    const lines = readFileSync(file, 'utf8').split('\n');
    this.#all = lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Result);
  }

  /** The seed of the run that is continued. */
  get seed(): number | undefined {
    return this.#all.at(-1)?.seed;
  }

  find(mutant: Mutant): Result | undefined {
    const key = keyOf(mutant);
    return this.#all.find((each) => keyOf(each) === key);
  }

  add(result: Result): void {
    this.#all.push(result);
    if (this.#file !== undefined) appendFileSync(this.#file, `${JSON.stringify(result)}\n`);
  }
}

/** The row of one group: its sample and the results. */
export interface Row {
  readonly group: string;
  readonly equivalent: number;
  readonly results: readonly Result[];
}

const HEAD = ['group', 'killed', 'timeout', 'survived', 'equivalent', 'score'];

/** The table of scores and the list of survivors. Killed by a timeout counts as killed. */
export function summary(rows: readonly Row[]): string {
  const table = [HEAD, ...rows.map(cells)].map((row) =>
    row.map((cell, at) => (at === 0 ? cell.padEnd(12) : cell.padStart(10))).join(' '),
  );
  const survivors = rows.flatMap(({ results }) => results.filter(isSurvivor));
  return [...table, '', ...survivors.map(describe)].join('\n');
}

function cells({ group, equivalent, results }: Row): string[] {
  const count = (result: Result['result']) => results.filter((r) => r.result === result).length;
  const survived = count('survived');
  const score = results.length === 0 ? 1 : 1 - survived / results.length;
  const numbers = [count('killed'), count('timeout'), survived, equivalent];
  return [group, ...numbers.map(String), `${(score * 100).toFixed(1)} %`];
}

function isSurvivor({ result }: Result): boolean {
  return result === 'survived';
}

function describe({ group, file, line, within, kind, before, after }: Result): string {
  const where = within === '' ? '' : ` in ${within}`;
  return `survived (${group}) ${file}:${line}${where}: ${kind}\n  - ${before}\n  + ${after}`;
}
