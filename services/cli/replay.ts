import { randomInt } from 'node:crypto';
import { Command, Option } from 'commander';
import { LEGS, type Legs } from '../../shared/flow/legs.ts';
import { describeLine } from '../../shared/flowlog/describe.ts';
import type { Format } from '../../shared/flowlog/format.ts';
import type { Line } from '../../shared/flowlog/parser.ts';
import type { CollectorAddress } from '../../shared/netflow/collectors.ts';
import type { Version } from '../../shared/netflow/exporter.ts';
import { Replay, type ReplaySummary } from '../../shared/replay.ts';
import { Sender } from '../../shared/transport/udp.ts';
import { INTERRUPTED, RunError, SOME_REJECTED, UsageError } from './errors.ts';
import { formatOption, openInputs, readInput } from './input.ts';
import { collectorsOption, NAMES, versionOption, wholeNumber } from './options.ts';
import { Progress } from './progress.ts';

/** Slow enough that a collector with Linux's default socket buffer loses nothing. */
const DEFAULT_RATE = 100_000;
/** A malformed line may be a megabyte of anything. */
const LONGEST_LINE_TOLD = 10_000;

interface ReplayOptions {
  collectors?: string;
  netflow: Version;
  format?: Format;
  legs: Legs;
  rate: number | 'max';
  domain?: number;
  options?: boolean;
  dryRun?: boolean;
  json?: boolean;
  strict?: boolean;
}

/** `natflow replay`: flow log files to collectors. */
export function replayCommand(): Command {
  return new Command('replay')
    .description('send flow log files to NetFlow or IPFIX collectors')
    .argument('<file...>', 'flow log files, gzip or plain; - is standard input')
    .option('-n, --collectors <host:port,...>', 'where to send; IPv6 addresses in brackets')
    .addOption(
      new Option('-v, --netflow <version>', '5, 9, or 10 (ipfix)')
        .argParser(versionOption)
        .default(5),
    )
    .option(
      '--format <format>',
      "the lines' LogFormat, until a header says otherwise",
      formatOption,
    )
    .addOption(
      new Option('--legs <legs>', "a NAT gateway's sides of each exchange")
        .choices(LEGS)
        .default('all'),
    )
    .option('--rate <number|max>', 'flow records per second', rateOption, DEFAULT_RATE)
    .option('--domain <number>', 'engine, source id or observation domain', wholeNumber('--domain'))
    .option('--options', 'send options data: sampling 1, exporter address, interface names')
    .option('--dry-run', 'do everything but send')
    .option('--json', 'print the summary as one JSON object')
    .option('--strict', 'fail when a line is malformed')
    .action(replay);
}

function rateOption(text: string): number | 'max' {
  if (text === 'max') return 'max';
  const rate = wholeNumber('--rate')(text);
  if (rate === 0) throw new UsageError('--rate 0 would never end; the least is 1');
  return rate;
}

async function replay(files: string[], options: ReplayOptions): Promise<void> {
  const collectors = collectorsOf(options);
  const inputs = await openInputs(files);
  const sender = await Sender.open(collectors, options.dryRun ? undefined : rateOf(options));
  if (collectors.length > 0 && sender.errors.length === collectors.length) {
    throw new RunError(
      sender.errors.map((e) => `cannot send to ${e.collector}: ${e.message}`).join('; '),
    );
  }
  const run = new Replay({
    ...options,
    options: options.options ? { exporterAddress: sender.localAddress } : undefined,
    version: options.netflow,
    domain: options.domain ?? randomInt(1, 65_536),
    send: (packets) => sender.send(packets),
    onMalformed: tellFirst(),
  });
  const progress = new Progress(inputs, () => run.summary.records);
  const interrupt = () => run.stop();
  process.once('SIGINT', interrupt);
  try {
    for (const input of inputs) await run.file(input.name, readInput(input));
    process.exitCode = exitCode(run, sender, options);
  } finally {
    process.off('SIGINT', interrupt);
    progress.stop();
    sender.close();
    tellSummary(run.summary, options);
    tellErrors(sender.errors, run.summary.datagrams);
  }
}

function collectorsOf(replayOptions: ReplayOptions): CollectorAddress[] {
  const { collectors, dryRun, netflow, options } = replayOptions;
  if (options && netflow === 5)
    throw new UsageError('NetFlow v5 has no options data; use -v 9 or ipfix');
  if (dryRun) return [];
  if (collectors === undefined) {
    throw new UsageError('replay needs -n host:port, where to send, or --dry-run');
  }
  return collectorsOption(collectors, netflow);
}

function rateOf({ rate }: ReplayOptions): number | undefined {
  return rate === 'max' ? undefined : rate;
}

function exitCode(run: Replay, sender: Sender, { strict }: ReplayOptions): number {
  if (run.isStopped) return INTERRUPTED;
  if (sender.errors.length > 0) return 1;
  if (run.summary.malformed > 0) return strict ? 1 : SOME_REJECTED;
  return 0;
}

/** Says what is wrong with the first malformed line; the summary has the number of all. */
function tellFirst(): (name: string, line: Line) => void {
  let told = false;
  return (name, { number, text, format }) => {
    if (told) return;
    told = true;
    const { reason } = describeLine(text.slice(0, LONGEST_LINE_TOLD), format);
    say(`line ${number} of ${name} is malformed: ${reason}`);
  };
}

function tellSummary(
  summary: ReplaySummary,
  { json, netflow, collectors, dryRun }: ReplayOptions,
): void {
  if (json) {
    process.stdout.write(`${JSON.stringify(summary)}\n`);
    return;
  }
  const n = (number: number) => number.toLocaleString('en');
  const skipped = (['otherLeg', 'nodata', 'skipdata', 'nonflow', 'malformed'] as const)
    .filter((key) => summary[key] > 0)
    .map((key) => `${n(summary[key])} ${WORDS[key]}`);
  const target = dryRun ? 'nowhere (dry run)' : `${collectors} (${NAMES[netflow]})`;
  say(
    `sent ${n(summary.records)} flow records in ${n(summary.datagrams)} datagrams to ${target}, ` +
      `${summary.seconds.toFixed(1)} s; left out ${skipped.join(', ') || 'nothing'}`,
  );
  if (summary.notExportable > 0) {
    say(
      `${n(summary.notExportable)} flows cannot be sent as ${NAMES[netflow]}${netflow === 5 ? ' (IPv6); use -v 9 or ipfix' : ''}`,
    );
  }
}

const WORDS = {
  otherLeg: 'of the other leg',
  nodata: 'NODATA',
  skipdata: 'SKIPDATA',
  nonflow: 'without addresses',
  malformed: 'malformed',
};

function tellErrors(errors: Sender['errors'], datagrams: number): void {
  for (const { collector, count, message } of errors) {
    say(
      `${collector}: ${count.toLocaleString('en')} of ${datagrams.toLocaleString('en')} datagrams failed: ${message}`,
    );
  }
}

function say(sentence: string): void {
  process.stderr.write(`natflow: ${sentence}\n`);
}
