import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { writeGzip, writeText } from './data.ts';
import { CLI } from './programs.ts';
import { type Finished, median, ratio, run } from './run.ts';

/**
 * Measures commands on Parquet files against the gzip text of the same records: the whole process, and its peak
 * memory. `python` has pyarrow and duckdb, which write the files:
 * `node tests/bench/parquet.ts --python venv/bin/python [--flows 1000000] [--rounds 5]`
 */
const { values: options } = parseArgs({
  options: {
    python: { type: 'string', default: 'python3' },
    flows: { type: 'string', default: '1000000' },
    rounds: { type: 'string', default: '5' },
  },
});
const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  'replay --dry-run': ['replay', '--dry-run', '--json'],
  report: ['report', '--json'],
};

/** The gzip text first, and its Parquet files. */
async function writeFiles(folder: string): Promise<string[]> {
  const text = join(folder, 'lines.log');
  await writeText(text, Number(options.flows));
  await writeGzip(`${text}.gz`, text);
  execFileSync(options.python, [here('parquet.py'), text, folder]);
  rmSync(text);
  const names = readdirSync(folder).filter((name) => name.endsWith('.parquet'));
  return [`${text}.gz`, ...names.map((name) => join(folder, name))];
}

async function compare(command: readonly string[], files: readonly string[]): Promise<string[]> {
  const runs = new Map<string, Finished[]>(files.map((file) => [file, []]));
  for (let round = 0; round < Number(options.rounds); round++) {
    for (const file of files) {
      const line = [process.execPath, '--import', here('peak.js'), ...CLI, ...command, file];
      runs.get(file)?.push(await run(line));
    }
  }
  const seconds = (file: string) => runs.get(file)?.map((one) => one.processSeconds) ?? [];
  const [text = ''] = files;
  return files.map((file) => {
    const peak = Math.max(...(runs.get(file) ?? []).map(({ peakKb = 0 }) => peakKb * 1024));
    const of = ratio(seconds(file), seconds(text)).toFixed(2);
    return `  ${basename(file).padEnd(32)}${median(seconds(file)).toFixed(2)} s ${of}x ${(peak / 1e6).toFixed(0)} MB`;
  });
}

const folder = mkdtempSync(join(tmpdir(), 'natflow-parquet-'));
try {
  const files = await writeFiles(folder);
  for (const [name, command] of Object.entries(COMMANDS)) {
    const lines = await compare(command, files);
    process.stdout.write(
      `${[`${name}: at most 1.5x the time of gzip text, and 256 MB`, ...lines].join('\n')}\n`,
    );
  }
} finally {
  rmSync(folder, { recursive: true });
}
