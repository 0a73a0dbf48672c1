import { execFileSync, spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import * as v from 'valibot';
import { apply, type Mutant } from './mutants.ts';
import type { Durations } from './order.ts';

/** The result of the tests on one state of the code. */
export interface TestRun {
  readonly outcome: 'passed' | 'failed' | 'timeout';
  readonly output: string;
  readonly ms: number;
}

/** The timeout of a test file, in milliseconds, after which it counts as hanging. */
export type Patience = (test: string) => number;

const JEST = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
const MOST_OUTPUT = 1 << 20;

/** Jest's output of a run with `--json`. */
const REPORT = v.object({
  testResults: v.array(v.object({ name: v.string(), startTime: v.number(), endTime: v.number() })),
});

/** A private copy of the checkout, so that the checkout never contains a mutant. */
export class Sandbox {
  readonly root: string;
  readonly #folder: string;
  #killTests = () => {};

  /** Copies the files that git tracks or would track. The data beside the checkout is not copied. */
  constructor(checkout: string) {
    this.#folder = mkdtempSync(join(tmpdir(), 'natflow-mutation-'));
    this.root = join(this.#folder, 'checkout');
    const list = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
    const files = execFileSync('git', list, { cwd: checkout, encoding: 'utf8' });
    for (const file of files.split('\0')) {
      const from = join(checkout, file);
      if (file === '' || !existsSync(from)) continue;
      mkdirSync(dirname(join(this.root, file)), { recursive: true });
      cpSync(from, join(this.root, file));
    }
    symlinkSync(join(checkout, 'node_modules'), join(this.root, 'node_modules'));
  }

  remove(): void {
    this.#killTests();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  read(file: string): string {
    return readFileSync(join(this.root, file), 'utf8');
  }

  /** Runs the tests with this one change in the code. */
  async runMutated(mutant: Mutant, tests: readonly string[], patience: Patience): Promise<TestRun> {
    const text = this.read(mutant.file);
    writeFileSync(join(this.root, mutant.file), apply(text, mutant));
    try {
      return await this.run(tests, patience);
    } finally {
      writeFileSync(join(this.root, mutant.file), text);
    }
  }

  /** The duration of each test file in the last complete run. */
  durations(): Durations {
    const { testResults } = v.parse(REPORT, JSON.parse(readFileSync(this.#report, 'utf8')));
    return new Map(
      testResults.map(({ name, startTime, endTime }) => [
        relative(this.root, name),
        endTime - startTime,
      ]),
    );
  }

  /** Runs the tests in their order up to the first file that fails or hangs. */
  run(tests: readonly string[], patience: Patience): Promise<TestRun> {
    const child = spawn(process.execPath, [...JEST, ...this.#jest(), ...tests], {
      cwd: this.root,
      env: environment(),
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#killTests = () => killGroup(child.pid);
    return new Promise((resolve, reject) => {
      const started = Date.now();
      let isTimeout = false;
      let output = '';
      // Resolves only when the process has ended, so that nothing of this run affects the next one.
      const giveUp = () => {
        isTimeout = true;
        this.#killTests();
      };
      const wait = () => {
        const passed = output.match(/^PASS /gm)?.length ?? 0;
        // One of these is running. Jest does not report a file whose tests are all skipped.
        const next = tests.slice(passed, passed + 3);
        return setTimeout(giveUp, Math.max(...['', ...next].map(patience)));
      };
      let timer = wait();
      const hear = (piece: Buffer | string) => {
        if (output.length < MOST_OUTPUT) output += piece;
        clearTimeout(timer);
        timer = wait();
      };
      child.stdout.on('data', hear);
      child.stderr.on('data', hear);
      child.on('error', reject);
      child.on('close', (code, signal) => {
        hear(signal === null ? '' : `ended by ${signal}`);
        clearTimeout(timer);
        this.#killTests();
        this.#killTests = () => {};
        const outcome = isTimeout ? 'timeout' : code === 0 ? 'passed' : 'failed';
        resolve({ outcome, output, ms: Date.now() - started });
      });
    });
  }

  get #report(): string {
    return join(this.#folder, 'report.json');
  }

  #jest(): string[] {
    return [
      'node_modules/jest/bin/jest.js',
      '--runInBand',
      '--bail',
      '--ci',
      '--silent',
      '--reporters=default',
      '--testSequencer=<rootDir>/tests/mutation/given-order.js',
      `--cacheDirectory=${join(this.#folder, 'cache')}`,
      // On a busy machine, tests that start processes take longer than Jest's five seconds.
      '--testTimeout=30000',
      '--json',
      `--outputFile=${this.#report}`,
      '--testMatch=**/*.{test,large}.{ts,js}',
      '--runTestsByPath',
    ];
  }
}

/** Without the data beside the checkout and without long forms of tests, so that scores are comparable. */
function environment(): NodeJS.ProcessEnv {
  const {
    NATFLOW_REQUIRE_DATA: _data,
    NATFLOW_LONG: _long,
    FORCE_COLOR: _color,
    ...rest
  } = process.env;
  return { ...rest, CI: '1', NO_COLOR: '1', NATFLOW_HISTORIES: '300' };
}

/** The tests and the processes that they have started. */
function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // All of them have ended.
  }
}
