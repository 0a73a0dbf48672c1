import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { readFlowLog } from '../../shared/flowlog/read.ts';
import type { SourceReader } from '../../shared/flowlog/source.ts';
import { synthesize } from '../../shared/flowlog/synth.ts';
import { addText } from '../../shared/report/measure/add-text.ts';
import { Aggregate } from '../../shared/report/measure/aggregate.ts';
import { type Finished, median, ratio, run } from './run.ts';

/**
 * Measures a report's time against parsing the same lines, and its peak memory:
 * `node tests/bench/report.ts [lines]`, by default ten million lines.
 */
const ROUNDS = 3;
const READ_BYTES = 128 * 1024;
const PEAK = fileURLToPath(new URL('peak.js', import.meta.url));

async function parse(path: string): Promise<number> {
  let bytes = 0;
  const onFlow: SourceReader['onFlow'] = (flow) => {
    bytes += flow.bytesLow;
  };
  for await (const _ of open(path).read({ onFlow })) {
    // The callback adds up the bytes.
  }
  return bytes;
}

async function report(path: string): Promise<number> {
  const aggregate = new Aggregate();
  await addText(aggregate, open(path));
  return aggregate.flows;
}

function open(path: string) {
  return readFlowLog(createReadStream(path, { highWaterMark: READ_BYTES }));
}

const JOBS: Readonly<Record<string, (path: string) => Promise<number>>> = { parse, report };

async function once(name: string, path: string): Promise<Finished> {
  const command = [process.execPath, '--import', PEAK, import.meta.filename, name, path];
  return run(command);
}

async function compare(lines: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'natflow-report-'));
  const path = join(folder, 'lines.log');
  try {
    await pipeline(synthesize({ flows: lines, seed: 42 }), createWriteStream(path));
    const runs: Record<string, Finished[]> = { parse: [], report: [] };
    for (let round = 0; round < ROUNDS; round++) {
      for (const name of Object.keys(JOBS)) runs[name]?.push(await once(name, path));
    }
    const seconds = (name: string) => (runs[name] ?? []).map(({ said }) => Number(said['seconds']));
    const peak = Math.max(...(runs['report'] ?? []).map(({ peakKb = 0 }) => peakKb / 1024));
    const [parsed, reported] = [seconds('parse'), seconds('report')];
    const cpu = (name: string) => (runs[name] ?? []).map(({ said }) => Number(said['cpu']));
    process.stdout.write(
      `${lines.toLocaleString('en')} lines: parse ${median(parsed).toFixed(2)} s, report ${median(reported).toFixed(2)} s, ratio ${ratio(reported, parsed).toFixed(2)} (at most 3; of processor time ${ratio(cpu('report'), cpu('parse')).toFixed(2)}), peak ${peak.toFixed(0)} MiB (at most 200 MB)\n`,
    );
  } finally {
    await rm(folder, { recursive: true });
  }
}

const [what = '10000000', path = ''] = process.argv.slice(2);
const job = JOBS[what];
if (job === undefined) await compare(Number(what));
else {
  const began = performance.now();
  const result = await job(path);
  const seconds = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage();
  const cpu = (user + system) / 1e6;
  process.stdout.write(`${JSON.stringify({ seconds, cpu, result })}\n`);
}
