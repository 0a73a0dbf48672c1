import { parseArgs } from 'node:util';
import { randomSource } from '../../shared/flowlog/synth.ts';
import { Equivalents } from './equivalent.ts';
import { filesOf, GROUPS, isGenerating, testsOf } from './groups.ts';
import { type Mutant, mutantsOf } from './mutants.ts';
import { TestOrder } from './order.ts';
import { type Result, Results, type Row, summary } from './results.ts';
import { Sandbox } from './sandbox.ts';

/**
 * Mutation testing of the pure cores: makes small changes, one at a time, and lists the mutants that survive all
 * tests. Not Stryker 9, because it does not start with TypeScript 7, does not change numbers, cannot be extended to
 * the code in compile.ts's strings, and does not sample.
 */
const USAGE = `Usage: npm run test:mutation -- [options]

Draws mutants of each group at random and runs the group's tests against each of them.

  --seed N      draw the same sample again (default: random, or that of the run continued)
  --per N       mutants for each group that are not known to be equivalent (40)
  --group NAME  ${Object.keys(GROUPS).join(', ')}; may be repeated (all)
  --parallel N  mutants at a time (1)
  --out FILE    keep results as JSON lines; with the same file an interrupted run continues
  --list        count the mutants, run nothing

A mutant that survives needs a test. If the program does exactly the same with it, add it to
tests/mutation/equivalent.json with the reason: file, within, before and after are as in --out.
`;

/** No test file takes this long. */
const REHEARSAL_MS = 10 * 60_000;
const CHECKOUT = new URL('../..', import.meta.url).pathname;

interface Drawn {
  readonly group: string;
  readonly all: readonly Mutant[];
  readonly sample: readonly Mutant[];
  readonly equivalent: number;
}

interface Task {
  readonly group: string;
  readonly mutant: Mutant;
  readonly order: TestOrder;
}

const say = (text: string) => process.stdout.write(`${text}\n`);

function natural(name: string, text: string, least = 1): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new RangeError(`--${name} ${text} is not a whole number from ${least}`);
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string' },
      per: { type: 'string', default: '40' },
      group: { type: 'string', multiple: true, default: Object.keys(GROUPS) },
      parallel: { type: 'string', default: '1' },
      out: { type: 'string' },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const unknown = values.group.find((name) => !(name in GROUPS));
  if (unknown !== undefined) throw new RangeError(`--group ${unknown} is not a group`);
  return {
    ...values,
    seed: values.seed === undefined ? undefined : natural('seed', values.seed, 0),
    per: natural('per', values.per),
    parallel: natural('parallel', values.parallel),
  };
}

function groupNamed(name: string) {
  const group = GROUPS[name];
  if (group === undefined) throw new RangeError(`${name} is not a group`);
  return group;
}

function allMutants(name: string, sandbox: Sandbox): Mutant[] {
  const group = groupNamed(name);
  const { root } = sandbox;
  return filesOf(group, root).flatMap((file) =>
    mutantsOf(file, sandbox.read(file), isGenerating(group, root, file)),
  );
}

/** A group's sample depends only on the seed and the group's name, not on other groups. */
function draw(group: string, all: readonly Mutant[], seed: number, per: number): Drawn {
  const random = randomSource([...group].reduce((hash, c) => hash * 31 + c.charCodeAt(0), seed));
  const equivalents = new Equivalents();
  const pool = [...all];
  const sample: Mutant[] = [];
  let equivalent = 0;
  while (sample.length < per && pool.length > 0) {
    const [mutant] = pool.splice(random(pool.length), 1);
    if (mutant === undefined) break;
    if (equivalents.has(mutant)) equivalent++;
    else sample.push(mutant);
  }
  for (const { file, before } of equivalents.stale(all)) {
    say(`equivalent.json names a change that is gone: ${file}: ${before}`);
  }
  return { group, all, sample, equivalent };
}

/** Runs a group's tests without a mutant, to check that they pass and to measure their duration. */
async function rehearse(group: string, sandbox: Sandbox): Promise<Omit<Task, 'mutant'>> {
  const tests = testsOf(groupNamed(group), sandbox.root);
  const run = await sandbox.run(tests, () => REHEARSAL_MS);
  if (run.outcome !== 'passed') {
    throw new Error(`the tests of ${group} fail without a mutant:\n${run.output.slice(-4000)}`);
  }
  say(`${group}: tests pass in ${(run.ms / 1000).toFixed(0)} s`);
  return { group, order: new TestOrder(sandbox.root, sandbox.durations()) };
}

async function judge(task: Task, sandbox: Sandbox, seed: number): Promise<Result> {
  const { group, mutant, order } = task;
  const patience = (test: string) => order.patience(test);
  const tests = order.of(testsOf(groupNamed(group), sandbox.root), mutant.file);
  const { outcome, output, ms } = await sandbox.runMutated(mutant, tests, patience);
  const failed = /^FAIL (\S+)/m.exec(output)?.[1];
  if (failed !== undefined && order.isSlow(failed)) {
    const without = await sandbox.run([failed], patience);
    if (without.outcome !== 'passed') {
      say(`${failed} fails without a mutant as well, and judges nothing: once more`);
      return judge(task, sandbox, seed);
    }
  }
  const result = outcome === 'passed' ? 'survived' : outcome === 'failed' ? 'killed' : outcome;
  const by = outcome === 'failed' ? (/●.*/.exec(output)?.[0] ?? output.slice(-1000)) : undefined;
  return { seed, group, ...mutant, result, ms, by };
}

function progress({ group, result, ms, file, line, kind, by }: Result, left: number): string {
  const why = by === undefined ? '' : ` by ${by.slice(0, 100)}`;
  return `${group} ${result} in ${(ms / 1000).toFixed(1)} s, ${left} left: ${file}:${line} ${kind}${why}`;
}

async function work(tasks: Task[], sandbox: Sandbox, results: Results, seed: number) {
  for (let task = tasks.shift(); task !== undefined; task = tasks.shift()) {
    const result = await judge(task, sandbox, seed);
    results.add(result);
    say(progress(result, tasks.length));
  }
}

async function run(options: ReturnType<typeof readOptions>, sandboxes: Sandbox[]): Promise<void> {
  const results = new Results(options.out);
  const seed = options.seed ?? results.seed ?? Date.now() % 2 ** 31;
  say(`--seed ${seed} --per ${options.per}`);
  const [first = new Sandbox(CHECKOUT)] = sandboxes;
  const drawn = options.group.map((name) => draw(name, allMutants(name, first), seed, options.per));
  for (const { group, all, sample, equivalent } of drawn) {
    say(`${group}: ${all.length} mutants, ${sample.length} drawn beside ${equivalent} equivalent`);
  }
  if (options.list) return;
  const tasks: Task[] = [];
  for (const { group, sample } of drawn) {
    const todo = sample.filter((mutant) => results.find(mutant) === undefined);
    if (todo.length === 0) continue;
    const rehearsed = await rehearse(group, first);
    tasks.push(...todo.map((mutant) => ({ ...rehearsed, mutant })));
  }
  await Promise.all(sandboxes.map((sandbox) => work(tasks, sandbox, results, seed)));
  const rows: Row[] = drawn.map(({ group, sample, equivalent }) => {
    const found = sample.map((mutant) => results.find(mutant));
    return { group, equivalent, results: found.filter((each) => each !== undefined) };
  });
  say(`\n--seed ${seed} --per ${options.per}\n${summary(rows)}`);
}

async function main(): Promise<void> {
  const options = readOptions();
  if (options.help) return void process.stdout.write(USAGE);
  const count = options.list ? 1 : options.parallel;
  const sandboxes = Array.from({ length: count }, () => new Sandbox(CHECKOUT));
  const clear = () => {
    for (const sandbox of sandboxes) sandbox.remove();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      clear();
      process.exit(130);
    });
  }
  try {
    await run(options, sandboxes);
  } finally {
    clear();
  }
}

await main();
