import { randomInt } from 'node:crypto';
import { isIPv4 } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command, Option } from 'commander';
import { FlowCollector } from '../../shared/collector/collect-flows.ts';
import { synthesize } from '../../shared/flowlog/synth.ts';
import { type CollectorAddress, formatCollector } from '../../shared/netflow/collectors.ts';
import type { Version } from '../../shared/netflow/exporter.ts';
import { Replay } from '../../shared/replay.ts';
import { listen } from '../../shared/transport/listen.ts';
import { Sender } from '../../shared/transport/udp.ts';
import { UsageError } from './errors.ts';
import { flowTable } from './flow-table.ts';
import { type Input, openInputs, readInput } from './input.ts';
import {
  collectorsOption,
  NAMES,
  rateOption,
  recordsPerSecond,
  versionOption,
  wholeNumber,
} from './options.ts';

interface StartOptions {
  collectors?: string;
  netflow: Version;
  flows: number;
  rate: number | 'max';
  seed: number;
  once?: boolean;
  allowRemote?: boolean;
}

/** How long datagrams may be under way on one machine. */
const PATIENCE_MS = 5_000;

/** `npm start`: a spike through the real data path into a collector, on one machine. */
export function startCommand(): Command {
  return new Command('start')
    .description('show a spike of flows arriving at a collector; nothing leaves this machine')
    .argument('[file...]', 'your own flow log files instead of a synthetic spike')
    .option('-n, --collectors <host:port>', 'your own collector instead of the built-in one')
    .addOption(
      new Option('-v, --netflow <version>', '5, 9, or 10 (ipfix)')
        .argParser(versionOption)
        .default(5),
    )
    .option('--flows <number>', 'how many flows the spike has', wholeNumber('--flows'), 600)
    .option('--rate <number|max>', 'flow records per second', rateOption, 150)
    .option('--seed <number>', 'the same seed gives the same spike', wholeNumber('--seed'), 1)
    .option('--once', 'end when the spike is over: 0 only if all that was exported was received')
    .option('--allow-remote', 'send to a collector on another machine')
    .action(start);
}

async function start(files: string[], options: StartOptions): Promise<void> {
  const inputs = await openInputs(files);
  const builtIn = options.collectors === undefined ? await openCollector() : undefined;
  const collectors = builtIn
    ? [builtIn.address]
    : collectorsOption(options.collectors ?? '', options.netflow);
  refuseRemote(collectors, options);
  const target = collectors.map(formatCollector).join(', ');
  say(`collector  ${target}  ${NAMES[options.netflow]}${builtIn ? ', built in' : ''}`);
  const sender = await Sender.open(collectors, recordsPerSecond(options.rate));
  const replay = new Replay({
    version: options.netflow,
    domain: randomInt(1, 65_536),
    legs: 'all',
    send: (packets) => sender.send(packets),
  });
  try {
    for await (const { name, pieces } of traffic(inputs, options)) await replay.file(name, pieces);
    await sender.close();
    await builtIn?.received(replay.summary.records);
    tellEnd(replay, sender, builtIn?.collector);
    if (!options.once) await goOnListening(builtIn?.address);
  } finally {
    await builtIn?.close();
  }
}

async function* traffic(inputs: readonly Input[], { flows, seed }: StartOptions) {
  for (const input of inputs) {
    say(`traffic    ${input.name}`);
    yield { name: input.name, pieces: readInput(input) };
  }
  if (inputs.length > 0) return;
  say(`traffic    a synthetic spike of ${flows} flows, seed ${seed}\n`);
  const start = Math.floor(Date.now() / 1000) - 60;
  yield { name: 'spike', pieces: bytesOf(synthesize({ flows, seed, start })) };
}

async function* bytesOf(blocks: Iterable<string>): AsyncGenerator<Uint8Array> {
  for (const block of blocks) yield Buffer.from(block);
}

/** The built-in collector: it prints flows as they arrive. */
async function openCollector() {
  const collector = new FlowCollector();
  const table = flowTable();
  let flows = 0;
  let arrived = () => {};
  const listener = await listen(
    { host: '127.0.0.1', port: 0 },
    {
      onDatagram(bytes, sender) {
        const taken = collector.take(bytes, sender, Date.now());
        flows += taken.flows.length;
        process.stdout.write(table(taken.flows));
        for (const { message } of taken.troubles) say(message);
        arrived();
      },
      onError(error) {
        say(`the collector cannot listen any more: ${error.message}`);
      },
    },
  );
  return {
    address: listener.address,
    collector,
    close: () => listener.close(),
    /** Resolves when so many flows have arrived, or no more will. */
    async received(count: number): Promise<void> {
      const all = new Promise<void>((resolve) => {
        arrived = () => flows >= count && resolve();
        arrived();
      });
      await Promise.race([all, sleep(PATIENCE_MS, undefined, { ref: false })]);
    },
  };
}

function refuseRemote(collectors: CollectorAddress[], { allowRemote }: StartOptions): void {
  const remote = collectors.find(({ host }) => !isThisMachine(host));
  if (remote !== undefined && !allowRemote) {
    throw new UsageError(
      `${formatCollector(remote)} is another machine: add --allow-remote to send there`,
    );
  }
}

function isThisMachine(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}

function tellEnd(replay: Replay, sender: Sender, collector: FlowCollector | undefined): void {
  const { records, malformed, notExportable, datagrams } = replay.summary;
  const exporters = collector?.exporters() ?? [];
  const sum = (key: 'flows' | 'sequenceErrors') =>
    exporters.reduce((total, exporter) => total + exporter[key], 0);
  say(`\nexported   ${records} flow records in ${datagrams} datagrams`);
  if (notExportable > 0) say(`left out   ${notExportable} flows that the version cannot carry`);
  if (malformed > 0) say(`malformed  ${malformed} lines`);
  for (const error of sender.errors) say(`failed     ${error.collector}: ${error.message}`);
  if (collector)
    say(`received   ${sum('flows')} flow records, ${sum('sequenceErrors')} sequence errors`);
  const isWhole = !collector || (sum('flows') === records && sum('sequenceErrors') === 0);
  process.exitCode = isWhole && sender.errors.length === 0 ? 0 : 1;
}

async function goOnListening(address: CollectorAddress | undefined): Promise<void> {
  if (address === undefined) return;
  say(`\nThe collector goes on listening; Ctrl-C ends it. In another terminal:`);
  say(`  npx natflow replay -n ${formatCollector(address)} FILE`);
  await new Promise((resolve) => process.once('SIGINT', resolve));
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
