import { createWriteStream, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { type Random, randomSource, synthesize } from '../../shared/flowlog/synth.ts';
import { installPackage } from './programs.ts';
import { type CommandLine, type Finished, median, ratio, run } from './run.ts';

/**
 * Measures what names cost a report: `natflow report`, as its package has it, of the same lines without and with
 * `--dns`, interleaved, gzip files as AWS writes them. `node tests/bench/names.ts [flows] [answers] [addresses of a record]`, by default ten
 * million, a million and two.
 */
const ROUNDS = 3;
const LINES_PER_BLOCK = 1_000;
const PREFIXES = ['52.216', '3.218', '18.205', '203.0'];
const START = 1_795_342_320;

/** Of this many domains each has a dozen addresses, and every fiftieth answer has one of another. */
const DOMAINS = 20_000;
const ADDRESSES = 12;
const SHARED = 50;

/** One of the addresses that `synthesize` has as peers, by its number. */
function peer(number: number): string {
  const [low, rest] = [number % 250, Math.floor(number / 250)];
  return `${PREFIXES[Math.floor(rest / 250) % PREFIXES.length]}.${rest % 250}.${1 + low}`;
}

/** A record of the Resolver. Half of them have an alias. */
function record(random: Random, perRecord: number): object {
  const domain = random(DOMAINS);
  const name = `${['api', 'cdn', 'www', 'img'][random(4)]}.shop-${domain}.example.${['com', 'co.uk', 'org'][domain % 3]}`;
  const alias = { Rdata: `d${domain}.cdn.example.net.`, Type: 'CNAME', Class: 'IN' };
  const addresses = Array.from({ length: perRecord }, () => {
    const of = random(SHARED) === 0 ? random(DOMAINS) : domain;
    return { Rdata: peer(of * ADDRESSES + random(ADDRESSES)), Type: 'A', Class: 'IN' };
  });
  return {
    ...{ version: '1.100000', account_id: '123456789012', region: 'us-east-1' },
    vpc_id: 'vpc-0aa11bb22cc33dd44',
    query_timestamp: new Date((START - 3600 + random(18_000)) * 1000).toISOString(),
    ...{ query_name: `${name}.`, query_type: 'A', query_class: 'IN', rcode: 'NOERROR' },
    answers: random(2) === 0 ? [alias, ...addresses] : addresses,
    srcaddr: `10.20.${random(4)}.${random(10) < 7 ? 41 : 4 + random(60)}`,
    ...{ srcport: String(1024 + random(64_000)), transport: 'UDP', srcids: { instance: 'i-0ab1' } },
  };
}

function* queryLog(answers: number, perRecord: number): Generator<string> {
  const random = randomSource(7);
  for (let made = 0; made < answers; made += LINES_PER_BLOCK * perRecord) {
    const lines = Array.from({ length: LINES_PER_BLOCK }, () => record(random, perRecord));
    yield lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  }
}

async function gzip(path: string, text: Iterable<string>): Promise<void> {
  if (!existsSync(path)) await pipeline(text, createGzip(), createWriteStream(path));
}

const PEAK = join(import.meta.dirname, 'peak.js');

function report(cli: CommandLine, ...args: readonly string[]): Promise<Finished> {
  return run([process.execPath, '--import', PEAK, ...cli, 'report', '--json', ...args]);
}

async function compare(folder: string): Promise<void> {
  const [flows = 10_000_000, answers = 1_000_000, perRecord = 2] = process.argv
    .slice(2)
    .map(Number);
  const lines = join(folder, `flows-${flows}.gz`);
  const log = join(folder, `answers-${answers}-${perRecord}.gz`);
  await gzip(lines, synthesize({ flows, seed: 42 }));
  await gzip(log, queryLog(answers, perRecord));
  const cli = await installPackage(join(folder, 'package'));
  const [plain, named]: Finished[][] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    plain?.push(await report(cli, lines));
    named?.push(await report(cli, '--dns', log, lines));
  }
  const peak = Math.max(...(named ?? []).map(({ peakKb = 0 }) => peakKb / 1024));
  const wall = ({ processSeconds }: Finished) => processSeconds;
  const cpu = ({ cpuSeconds }: Finished) => cpuSeconds;
  process.stdout.write(
    [
      `${flows.toLocaleString('en')} flows, ${answers.toLocaleString('en')} answers, ${perRecord} a record`,
      `time: ${compared(plain, named, wall)} (at most 1.3)`,
      `processor time: ${compared(plain, named, cpu)}`,
      `peak with --dns ${peak.toFixed(0)} MiB (at most 400 MB)\n`,
    ].join('\n'),
  );
}

/** The medians without and with names, and the median of the ratios. */
function compared(
  plain: readonly Finished[] = [],
  named: readonly Finished[] = [],
  of: (run: Finished) => number,
): string {
  const [under, over] = [plain.map(of), named.map(of)];
  return `${median(under).toFixed(2)} s without, ${median(over).toFixed(2)} s with --dns, ratio ${ratio(over, under).toFixed(2)}`;
}

const kept = process.env['NATFLOW_BENCH_FOLDER'];
const folder = kept ?? mkdtempSync(join(tmpdir(), 'natflow-names-'));
try {
  await compare(folder);
} finally {
  if (kept === undefined) rmSync(folder, { recursive: true });
}
