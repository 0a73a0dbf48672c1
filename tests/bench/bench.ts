import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { cpus, release, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeCustom, writeGzip, writeMembers, writeText } from './data.ts';
import {
  type Encoded,
  encodeOnce,
  interleave,
  type Sent,
  sendOnce,
  sendWatched,
} from './measure.ts';
import {
  buildC,
  installPackage,
  NAIVE,
  natflowAt,
  onOneProcessor,
  type Program,
} from './programs.ts';
import type { CommandLine } from './run.ts';
import { type Column, checkEncoded, checkSent, render, type Section, section } from './section.ts';

/**
 * Compares flow log text to NetFlow v5 with plain C and with naive TypeScript, interleaved on this machine. Only the
 * ratios can be compared with other machines.
 */
const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const rounds = Number(options.rounds);
if (!(Number.isInteger(rounds) && rounds > 0)) throw new RangeError(`--rounds ${options.rounds}`);

const FEW = 6_100;
const MANY = 100_000;
const MOST = options.quick ? MANY : 1_000_000;
const ENCODE_TIMES = 18;
const MEMBERS = 10;
/** As many members of MOST flows are sent, where what a process does at its start counts little. */
const LONG_MEMBERS = 4;
const MEMORY_ROUNDS = Math.min(rounds, 3);

interface Bench {
  readonly folder: string;
  readonly reference: Program | undefined;
  readonly natflow: Program;
  readonly sink: CommandLine;
}

const count = (flows: number) => flows.toLocaleString('en-US');

function programs({ reference, natflow }: Bench): Program[] {
  return [...(reference ? [reference] : []), natflow];
}

async function writeData(folder: string, flows: number): Promise<{ text: string; gzip: string }> {
  const text = join(folder, `${flows}.log`);
  const gzip = `${text}.gz`;
  if (!existsSync(gzip)) {
    await writeText(text, flows);
    await writeGzip(gzip, text);
  }
  return { text, gzip };
}

async function wholeJob(bench: Bench, flows: number, how: string): Promise<Section> {
  const { gzip } = await writeData(bench.folder, flows);
  return await sendWhole(bench, [...programs(bench), NAIVE], gzip, flows, how);
}

async function longJob(bench: Bench): Promise<Section> {
  const { gzip } = await writeData(bench.folder, MOST);
  const members = join(bench.folder, 'long.log.gz');
  await writeMembers(members, gzip, LONG_MEMBERS);
  return await sendWhole(bench, programs(bench), members, LONG_MEMBERS * MOST, 'a long job');
}

async function sendWhole(
  bench: Bench,
  compared: readonly Program[],
  gzip: string,
  flows: number,
  how: string,
): Promise<Section> {
  const runs = await interleave(compared, rounds, (program) => sendOnce(bench.sink, program, gzip));
  const columns: Column<Sent>[] = [
    { head: 'the job, ms', digits: 0, of: (run) => run.seconds * 1000 },
    { head: 'process, ms', digits: 0, of: (run) => run.processSeconds * 1000 },
    { head: 'processor, ms', digits: 0, of: (run) => run.cpuSeconds * 1000 },
  ];
  const title = `${how}: ${count(flows)} flows, gzip file to UDP on loopback, unpaced`;
  return section(title, runs, columns, checkSent(runs));
}

async function encodeAlone(bench: Bench, text: string, what: string): Promise<Section> {
  const runs = await interleave([...programs(bench), NAIVE], rounds, (program) =>
    encodeOnce(program, ENCODE_TIMES, text),
  );
  const columns: Column<Encoded>[] = [{ head: 'ns a flow', digits: 0, of: ({ ns }) => ns }];
  const title = `parse and encode, ${what}: ${count(MANY)} flows in memory, warm`;
  return section(title, runs, columns, checkEncoded(runs));
}

async function encodeBoth(bench: Bench): Promise<Section[]> {
  const { text } = await writeData(bench.folder, MANY);
  const custom = join(bench.folder, 'custom.log');
  writeCustom(custom, text);
  return [
    await encodeAlone(bench, text, 'the shipped format'),
    await encodeAlone(bench, custom, 'a custom format'),
  ];
}

async function memory(bench: Bench): Promise<Section> {
  const files: [number, string][] = [];
  for (const flows of options.quick ? [FEW, MANY] : [MANY, MOST]) {
    files.push([flows, (await writeData(bench.folder, flows)).gzip]);
  }
  if (!options.quick) {
    const members = join(bench.folder, 'members.log.gz');
    await writeMembers(members, files.at(-1)?.[1] ?? '', MEMBERS);
    files.push([MOST * MEMBERS, members]);
  }
  const oneThread = onOneProcessor(bench.natflow);
  const watched = [...programs(bench), ...(oneThread ? [oneThread] : [])];
  const runs = await interleave(watched, MEMORY_ROUNDS, async (program) => {
    const peaks: Sent[] = [];
    for (const [, gzip] of files) peaks.push(await sendWatched(bench.sink, program, gzip));
    return peaks.map(({ peakMb }) => peakMb);
  });
  const columns: Column<number[]>[] = files.map(([flows], i) => ({
    head: count(flows),
    digits: 1,
    of: (peaks) => peaks[i] ?? Number.NaN,
  }));
  columns.push({ head: 'last / first', digits: 2, of: growth });
  return section(
    'peak memory of the process, MB, by flows',
    runs,
    columns,
    `VmHWM at exit, medians of ${MEMORY_ROUNDS}`,
  );
}

function growth(peaks: readonly number[]): number {
  return (peaks.at(-1) ?? Number.NaN) / (peaks[0] ?? Number.NaN);
}

function machine({ reference }: Bench): string {
  const compiler = reference ? 'cc -O3' : 'no cc with zlib here: plain C is left out';
  const cores = `${cpus().length} x ${cpus()[0]?.model.trim()}`;
  return `node ${process.version}, ${cores}, kernel ${release()}; ${compiler}; medians of ${rounds} interleaved rounds`;
}

const folder = mkdtempSync(join(tmpdir(), 'natflow-bench-'));
try {
  const natflow = natflowAt(await installPackage(join(folder, 'package')));
  const bench: Bench = { folder, natflow, ...buildC(folder) };
  const show = (text: string) => options.json || process.stdout.write(`${text}\n`);
  const sections: Section[] = [];
  const add = (...more: Section[]) => {
    sections.push(...more);
    for (const one of more) show(render(one));
  };
  show(`${machine(bench)}\n`);
  add(await wholeJob(bench, MOST, 'the whole job'));
  add(await longJob(bench));
  add(...(await encodeBoth(bench)));
  add(await memory(bench));
  add(await wholeJob(bench, FEW, 'cold'));
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ machine: machine(bench), sections })}\n`);
  }
} finally {
  rmSync(folder, { recursive: true });
}
