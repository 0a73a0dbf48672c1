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
import {
  collectorsOption,
  legsOption,
  NAMES,
  rateOption,
  recordsPerSecond,
  versionOption,
  wholeNumber,
} from './options.ts';
import { Progress } from './progress.ts';

/** Slow enough that a collector with Linux's default socket buffer loses nothing. */
const DEFAULT_RATE = 100_000;
/** A malformed line may be a megabyte of anything. */
const LONGEST_LINE_TOLD = 10_000;
const LONGEST_REASON_TOLD = 200;

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
      new Option('--legs <legs>', `a NAT gateway's sides of each exchange: ${LEGS.join(', ')}`)
        .argParser(legsOption)
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

async function replay(files: string[], options: ReplayOptions): Promise<void> {
  const collectors = collectorsOf(options);
  const domain = domainOf(options);
  const inputs = await openInputs(files);
  const sender = await openSender(collectors, options);
  const run = new Replay({
    ...options,
    options: options.options ? { exporterAddress: sender.localAddress } : undefined,
    version: options.netflow,
    domain,
    send: (packets) => sender.send(packets),
    onMalformed: tellFirst(),
  });
  const progress = new Progress(inputs, () => run.summary.records);
  const ended = new AbortController();
  const interrupt = () => {
    run.stop();
    sender.hurry();
    ended.abort();
  };
  process.once('SIGINT', interrupt);
  try {
    for (const input of inputs) {
      if (!run.isStopped) await run.file(input.name, readInput(input, ended.signal));
    }
  } finally {
    process.off('SIGINT', interrupt);
    progress.stop();
    const { summary } = run;
    await sender.close();
    tellSummary(summary, options);
    tellErrors(sender.errors, summary.datagrams);
  }
  process.exitCode = exitCode(run, sender, options);
}

async function openSender(
  collectors: readonly CollectorAddress[],
  { dryRun, rate }: ReplayOptions,
): Promise<Sender> {
  const sender = await Sender.open(collectors, dryRun ? undefined : recordsPerSecond(rate));
  if (collectors.length > 0 && sender.errors.length === collectors.length) {
    const reasons = sender.errors.map((e) => `cannot send to ${e.collector}: ${e.message}`);
    throw new RunError(reasons.join('; '));
  }
  return sender;
}

function domainOf({ domain, netflow }: ReplayOptions): number {
  const bits = netflow === 5 ? 16 : 32;
  if (domain !== undefined && domain >= 2 ** bits) {
    throw new UsageError(
      `--domain ${domain} is too large: ${NAMES[netflow]} has ${bits} bits for it`,
    );
  }
  return domain ?? randomInt(1, 65_536);
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

function exitCode(run: Replay, sender: Sender, { strict }: ReplayOptions): number {
  if (run.isStopped) return INTERRUPTED;
  if (sender.errors.length > 0) return 1;
  if (run.summary.malformed > 0) return strict ? 1 : SOME_REJECTED;
  return 0;
}

/** Says what is wrong with the first malformed line; the summary has the number of all. */
function tellFirst(): (name: string, line: Line) => void {
  let isTold = false;
  return (name, { number, text, format }) => {
    if (isTold) return;
    isTold = true;
    const { reason = '' } = describeLine(text.slice(0, LONGEST_LINE_TOLD), format);
    const told = printable(reason);
    const short =
      told.length > LONGEST_REASON_TOLD ? `${told.slice(0, LONGEST_REASON_TOLD)}…` : told;
    say(`line ${number} of ${name} is malformed: ${short}`);
  };
}

/** What a line says must not command the terminal. */
function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, '?');
}

function tellSummary(summary: ReplaySummary, options: ReplayOptions): void {
  if (options.json) process.stdout.write(`${JSON.stringify(summary)}\n`);
  else say(inWords(summary, options));
  const { notExportable } = summary;
  if (notExportable === 0) return;
  const way = options.netflow === 5 ? ': it has no IPv6, use -v 9 or ipfix' : '';
  say(`${count(notExportable, 'flow')} cannot be sent as ${NAMES[options.netflow]}${way}`);
}

function inWords(summary: ReplaySummary, { netflow, collectors, dryRun }: ReplayOptions): string {
  const { records, datagrams, seconds } = summary;
  const what = `${count(records, 'flow record')} in ${count(datagrams, 'datagram')}`;
  const skipped = (['otherLeg', 'nodata', 'skipdata', 'nonflow', 'malformed'] as const)
    .filter((key) => summary[key] > 0)
    .map((key) => `${summary[key].toLocaleString('en')} ${WORDS[key]}`);
  return [
    dryRun
      ? `would have sent ${what} of ${NAMES[netflow]}, ${seconds.toFixed(1)} s`
      : `sent ${what} to ${collectors} (${NAMES[netflow]}), ${seconds.toFixed(1)} s`,
    ...(skipped.length > 0 ? [`left out ${skipped.join(', ')}`] : []),
  ].join('; ');
}

function count(number: number, noun: string): string {
  return `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`;
}

const WORDS = {
  otherLeg: 'of the other leg',
  nodata: 'NODATA',
  skipdata: 'SKIPDATA',
  nonflow: 'without addresses',
  malformed: 'malformed',
};

function tellErrors(errors: Sender['errors'], datagrams: number): void {
  for (const { collector, count: failed, message } of errors) {
    const share = `${failed.toLocaleString('en')} of ${count(datagrams, 'datagram')}`;
    say(`${collector}: ${share} failed: ${message}`);
  }
}

function say(sentence: string): void {
  process.stderr.write(`natflow: ${sentence}\n`);
}
