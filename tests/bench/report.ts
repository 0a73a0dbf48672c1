import { createReadStream, createWriteStream, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { readFlowLog } from '../../shared/flowlog/read.ts';
import { synthesize } from '../../shared/flowlog/synth.ts';
import { ReportFields } from '../../shared/report/measure/fields.ts';
import { installPackage, withPeak } from './programs.ts';
import { type CommandLine, type Finished, median, ratio, run } from './run.ts';

/**
 * Measures `natflow report` of a gzip file, as its package has it, against inflating and parsing it in one thread, with
 * all fields that a report reads; whole processes: `node tests/bench/report.ts [lines]`, by default ten million. `NATFLOW_BENCH_FOLDER`
 * keeps the file.
 */
const ROUNDS = 3;
const READ_BYTES = 128 * 1024;

/** Reads the file without counting. */
async function parse(path: string): Promise<number> {
  let bytes = 0;
  const input = createReadStream(path, { highWaterMark: READ_BYTES });
  const source = readFlowLog(input).read({
    fields: new ReportFields(),
    onFlow: (flow) => {
      bytes += flow.bytesLow;
    },
  });
  for await (const _ of source) {
    // The callback adds up the bytes.
  }
  return bytes;
}

async function compare(folder: string, lines: number): Promise<void> {
  const path = join(folder, `flows-${lines}.gz`);
  if (!existsSync(path)) {
    await pipeline(synthesize({ flows: lines, seed: 42 }), createGzip(), createWriteStream(path));
  }
  const cli = await installPackage(join(folder, 'package'));
  const commands: Readonly<Record<string, CommandLine>> = {
    parse: [process.execPath, '--max-semi-space-size=2', import.meta.filename, 'parse', path],
    report: withPeak([process.execPath, ...cli, 'report', '--json', path]),
    'report --legs all': [process.execPath, ...cli, 'report', '--legs', 'all', '--json', path],
  };
  const runs = new Map<string, Finished[]>(Object.keys(commands).map((name) => [name, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, command] of Object.entries(commands))
      runs.get(name)?.push(await run(command));
  }
  const times = (name: string, key: 'processSeconds' | 'cpuSeconds') =>
    (runs.get(name) ?? []).map((one) => one[key]);
  process.stdout.write(`${lines.toLocaleString('en')} lines, against parsing (at most 2)\n`);
  for (const name of runs.keys()) {
    const figures = (['processSeconds', 'cpuSeconds'] as const).map((key) => {
      const all = times(name, key);
      return `${key} ${median(all).toFixed(2)} (${ratio(all, times('parse', key)).toFixed(2)})`;
    });
    process.stdout.write(`${name}: ${figures.join(', ')}\n`);
  }
  const peak = Math.max(...(runs.get('report') ?? []).map(({ peakKb = 0 }) => peakKb / 1024));
  process.stdout.write(`peak ${peak.toFixed(0)} MiB\n`);
}

const [what = '10000000', path = ''] = process.argv.slice(2);
if (what === 'parse') {
  process.stdout.write(`${JSON.stringify({ bytes: await parse(path) })}\n`);
} else {
  const kept = process.env['NATFLOW_BENCH_FOLDER'];
  const folder = kept ?? mkdtempSync(join(tmpdir(), 'natflow-report-'));
  try {
    await compare(folder, Number(what));
  } finally {
    if (kept === undefined) rmSync(folder, { recursive: true });
  }
}
