import { Command, Option } from 'commander';
import { type ExporterTally, FlowCollector } from '../../shared/collector/collect-flows.ts';
import type { FlowLine } from '../../shared/collector/flow-line.ts';
import { formatCollector } from '../../shared/netflow/collectors.ts';
import { writeMessage, writeOutput } from '../../shared/terminal.ts';
import { type ListenAddress, listen } from '../../shared/transport/listen.ts';
import { RunError, UsageError } from './errors.ts';
import { flowTable } from './flow-table.ts';
import { listenOption, listenOrExplain } from './listening.ts';
import { MessageLimiter } from './message-limiter.ts';
import { interruptible } from './signals.ts';

interface CollectOptions {
  readonly listen: ListenAddress;
  readonly json?: true;
  readonly idle?: number;
  readonly count?: number;
}

const DEFAULT_LISTEN: ListenAddress = { host: '127.0.0.1', port: 2055 };
/** Node's timers wait for at most 2^31 - 1 ms. */
const MAX_IDLE_SECONDS = 2_147_483;
/** The most exporters that the summary names. */
const MAX_NAMED_EXPORTERS = 20;

function parseIdle(text: string): number {
  const seconds = Number(text);
  if (!(seconds > 0 && seconds <= MAX_IDLE_SECONDS))
    throw new UsageError(
      `--idle needs seconds, more than 0 and at most ${MAX_IDLE_SECONDS}, not "${text}"`,
    );
  return seconds;
}

function parseCount(text: string): number {
  const flows = Number(text);
  if (!(Number.isSafeInteger(flows) && flows > 0))
    throw new UsageError(`--count needs a whole number of flows above 0, not "${text}"`);
  return flows;
}

function jsonLines(flows: readonly FlowLine[]): string {
  return flows.map((flow) => `${JSON.stringify(flow)}\n`).join('');
}

function describeExporter(tally: Readonly<ExporterTally>): string {
  const counts = [
    `${tally.sequenceErrors} sequence errors`,
    `${tally.unknownTemplates} unknown templates`,
    ...(tally.unknownSampling > 0 ? [`${tally.unknownSampling} flows of unknown sampling`] : []),
  ];
  return `${tally.name}: ${counts.join(', ')}`;
}

function summary(collector: FlowCollector, shown: number): string {
  const exporters = collector.exporters();
  const unnamed = exporters.length - MAX_NAMED_EXPORTERS;
  return [
    `${shown} flows in ${collector.datagrams} datagrams, ${collector.faulty} of them faulty`,
    ...exporters.slice(0, MAX_NAMED_EXPORTERS).map(describeExporter),
    ...(unnamed > 0 ? [`and ${unnamed} more exporters`] : []),
  ].join('; ');
}

/** Prints the flows of datagrams, up to `--count`, and what is wrong with them. */
function printer(collector: FlowCollector, options: CollectOptions) {
  const limiter = new MessageLimiter(writeMessage);
  const format = options.json ? jsonLines : flowTable();
  let left = options.count ?? Number.POSITIVE_INFINITY;
  let shown = 0;
  return {
    /** Returns whether more flows are wanted after this datagram. */
    print(bytes: Uint8Array, sender: string): boolean {
      if (left === 0) return false;
      const nowMs = Date.now();
      const { flows, troubles } = collector.take(bytes, sender, nowMs);
      for (const { kind, message } of troubles) limiter.add(kind, message, nowMs);
      const wanted = flows.slice(0, left);
      if (wanted.length > 0) writeOutput(format(wanted));
      left -= wanted.length;
      shown += wanted.length;
      return left > 0;
    },
    finish(): void {
      limiter.flush();
      writeMessage(summary(collector, shown));
    },
  };
}

async function collect(options: CollectOptions, interrupted: AbortSignal): Promise<void> {
  const { print, finish } = printer(new FlowCollector(), options);
  const { promise: ended, resolve: end, reject } = Promise.withResolvers<void>();
  const idle = options.idle === undefined ? undefined : setTimeout(end, options.idle * 1000);
  const onDatagram = (bytes: Uint8Array, sender: string) => {
    idle?.refresh();
    if (!print(bytes, sender)) end();
  };
  const onError = (error: Error) =>
    reject(new RunError(`cannot listen any more: ${error.message}`, { cause: error }));
  interrupted.addEventListener('abort', () => end());
  try {
    const listener = await listenOrExplain(options.listen, (where) =>
      listen(where, { onDatagram, onError }),
    );
    writeMessage(`listening on ${formatCollector(listener.address)}`);
    await ended.finally(() => listener.close());
    finish();
  } finally {
    clearTimeout(idle);
  }
}

/** `natflow collect`: shows the flows that exporters send, until `--idle` or `--count` is reached, or a signal. */
export function collectCommand(): Command {
  return new Command('collect')
    .description('receive NetFlow v5, v9 and IPFIX and show the flows')
    .addOption(
      new Option('--listen <host:port>', 'UDP address to listen on; port 0 takes any free one')
        .default(DEFAULT_LISTEN, formatCollector(DEFAULT_LISTEN))
        .argParser(listenOption),
    )
    .option('--json', "JSON lines with goflow2's names instead of a table")
    .option('--idle <seconds>', 'end after this many seconds without a datagram', parseIdle)
    .option('--count <flows>', 'end after this many flows', parseCount)
    .action((options: CollectOptions) =>
      interruptible((interrupted) => collect(options, interrupted)),
    );
}
