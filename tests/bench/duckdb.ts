import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { writeGzip, writeText } from './data.ts';
import { installPackage } from './programs.ts';
import { type CommandLine, type Finished, median, ratio, run } from './run.ts';

/**
 * Measures `natflow report`, as its package has it, beside DuckDB, which makes five of the report's tables of the same
 * gzip file on two threads; whole processes. `python` has duckdb, and `NATFLOW_BENCH_FOLDER` keeps the file:
 * `node tests/bench/duckdb.ts --python venv/bin/python [--flows 10000000] [--rounds 3]`
 */
const { values: options } = parseArgs({
  options: {
    python: { type: 'string', default: 'python3' },
    flows: { type: 'string', default: '10000000' },
    rounds: { type: 'string', default: '3' },
  },
});

/** Flows and bytes, which both have to agree on. */
function totalsOf({ said }: Finished): string {
  const { flows, bytes } = (said['totals'] ?? said) as Record<string, unknown>;
  return `${flows} flows, ${bytes} bytes`;
}

const kept = process.env['NATFLOW_BENCH_FOLDER'];
const folder = kept ?? mkdtempSync(join(tmpdir(), 'natflow-duckdb-'));
try {
  const path = join(folder, `flows-${options.flows}.gz`);
  if (!existsSync(path)) {
    const text = join(folder, 'lines.log');
    await writeText(text, Number(options.flows));
    await writeGzip(path, text);
    rmSync(text);
  }
  const installed = await installPackage(join(folder, 'package'));
  const commands: Readonly<Record<string, CommandLine>> = {
    natflow: [process.execPath, ...installed, 'report', '--legs', 'all', '--json', path],
    DuckDB: [options.python, fileURLToPath(new URL('duckdb-tables.py', import.meta.url)), path],
  };
  const runs = new Map<string, Finished[]>(Object.keys(commands).map((name) => [name, []]));
  for (let round = 0; round < Number(options.rounds); round++) {
    for (const [name, command] of Object.entries(commands))
      runs.get(name)?.push(await run(command));
  }
  const [natflow = [], duckdb = []] = runs.values();
  const totals = new Set([...natflow, ...duckdb].map(totalsOf));
  if (totals.size > 1) throw new Error(`the totals differ: ${[...totals].join('; ')}`);
  for (const key of ['processSeconds', 'cpuSeconds'] as const) {
    const [ours, theirs] = [natflow, duckdb].map((list) => list.map((one) => one[key]));
    const seconds = [ours, theirs].map((list = []) => median(list).toFixed(2));
    process.stdout.write(
      `${key}: natflow ${seconds[0]}, DuckDB ${seconds[1]}, ratio ${ratio(ours ?? [], theirs ?? []).toFixed(2)}\n`,
    );
  }
  process.stdout.write(`both: ${[...totals].join()}; of the wall time at most 0.6\n`);
} finally {
  if (kept === undefined) rmSync(folder, { recursive: true });
}
