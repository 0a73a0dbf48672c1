import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeGzip, writeText } from './data.ts';
import { buildC, installPackage, NAIVE, replayTo } from './programs.ts';
import { type CommandLine, type Finished, intoSink, median, ratio, run } from './run.ts';

/**
 * Measures how natflow starts as a package: without lines against an empty node, and with 6,100 lines, cold, against
 * the naive program; whole processes: `node tests/bench/start.ts [--rounds 15]`
 */
const { values: options } = parseArgs({ options: { rounds: { type: 'string', default: '15' } } });
const LINES = 6_100;

function show(name: string, runs: readonly Finished[], under: readonly Finished[]): string {
  const figures = (['processSeconds', 'cpuSeconds'] as const).map((key) => {
    const seconds = (list: readonly Finished[]) => list.map((one) => one[key]);
    const ms = (median(seconds(runs)) * 1000).toFixed(0).padStart(8);
    return `${ms} ms${ratio(seconds(runs), seconds(under)).toFixed(2).padStart(7)}x`;
  });
  return `  ${name.padEnd(26)}${figures.join('')}\n`;
}

const folder = mkdtempSync(join(tmpdir(), 'natflow-start-'));
try {
  const cli = await installPackage(join(folder, 'package'));
  const text = join(folder, 'lines.log');
  await writeText(text, LINES);
  await writeGzip(`${text}.gz`, text);
  const empty = join(folder, 'empty.log');
  writeFileSync(empty, '');
  const { sink } = buildC(folder);
  const commands = (port: number): Readonly<Record<string, CommandLine>> => ({
    'empty node': [process.execPath, '-e', '0'],
    'natflow, no lines': replayTo(port, empty, cli),
    'naive TypeScript': NAIVE.send(port, `${text}.gz`),
    natflow: replayTo(port, `${text}.gz`, cli),
  });
  const runs = new Map<string, Finished[]>(Object.keys(commands(0)).map((name) => [name, []]));
  await intoSink(sink, async (port) => {
    for (let round = 0; round < Number(options.rounds); round++) {
      for (const [name, command] of Object.entries(commands(port))) {
        runs.get(name)?.push(await run(command));
      }
    }
  });
  const of = (name: string) => runs.get(name) ?? [];
  const start = [...runs.keys()].slice(0, 2).map((name) => show(name, of(name), of('empty node')));
  const cold = [...runs.keys()]
    .slice(2)
    .map((name) => show(name, of(name), of('naive TypeScript')));
  process.stdout.write(
    `wall and processor time of the process, medians of ${options.rounds} interleaved rounds\n` +
      `start: at most 2.5x an empty node\n${start.join('')}` +
      `${LINES} lines, cold: at most 0.7x the naive program\n${cold.join('')}`,
  );
} finally {
  rmSync(folder, { recursive: true });
}
