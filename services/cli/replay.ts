import type { Transport } from '../../shared/export/transport.ts';
import type { CollectorAddress } from '../../shared/netflow/collectors.ts';
import { UdpTransport } from '../../shared/transport/udp.ts';
import { openAsn } from './asn-input.ts';
import { type InputError, RunError, SOME_REJECTED, UsageError } from './errors.ts';
import { areForThreads, type Input, reportFailures } from './input.ts';
import { collectorsOption, NAMES, recordsPerSecond } from './options.ts';
import { Progress } from './progress.ts';
import type { ReplayOptions } from './replay-options.ts';
import { reportErrors, reportFirstMalformed, reportSummary } from './replay-report.ts';
import { beginReplay, type ReplayOutcome, type ReplayRun } from './replay-run.ts';
import { openAll } from './s3-input.ts';
import { interruptible } from './signals.ts';

/** Where a replay sends: this thread's transport, or another's. */
type Target = Pick<Transport, 'send' | 'localAddress' | 'errors' | 'close'>;

/** Sends flow log files to collectors, as the command says, and sets the exit code. */
export async function replay(files: string[], options: ReplayOptions): Promise<void> {
  const collectors = collectorsOf(options);
  const domain = domainOf(options);
  const inputs = await openAll(files, options);
  const asns = await openAsn(options.asn);
  const transport = await openTransport(collectors, options);
  const target = await targetOf(inputs, collectors, options, transport);
  const run = await beginReplay({ ...options, domain, asns }, target, reportFirstMalformed());
  await interruptible((interrupted) => {
    interrupted.addEventListener('abort', () => transport.stopPacing());
    return sendAll(inputs, run, target, options, interrupted);
  });
}

/** What is made of large inputs at full rate another thread sends. */
async function targetOf(
  inputs: readonly Input[],
  collectors: readonly CollectorAddress[],
  options: ReplayOptions,
  transport: Transport,
): Promise<Target> {
  const { speed, shift } = options;
  const isDelayed = paceOf(options) !== undefined || speed !== undefined || shift !== undefined;
  if (isDelayed || collectors.length === 0 || !areForThreads(inputs)) return transport;
  const { TransportApart } = await import('./replay-apart.ts');
  return new TransportApart(collectors, transport);
}

async function sendAll(
  inputs: readonly Input[],
  run: ReplayRun,
  target: Target,
  options: ReplayOptions,
  interrupted: AbortSignal,
): Promise<void> {
  const progress = new Progress(inputs, () => run.records);
  let failures: readonly InputError[] = [];
  try {
    failures = await run.send(inputs, interrupted);
  } finally {
    progress.stop();
    await target.close();
    report(run.outcome, target, options);
  }
  reportFailures(failures, inputs.length);
}

function report(outcome: ReplayOutcome, { errors }: Target, options: ReplayOptions): void {
  const { encoded, malformed } = outcome.summary;
  reportSummary(outcome, options);
  reportErrors(errors, encoded.datagrams);
  process.exitCode = exitCode(malformed, errors.length, options);
}

async function openTransport(
  collectors: readonly CollectorAddress[],
  options: ReplayOptions,
): Promise<Transport> {
  const transport = await UdpTransport.open(collectors, { recordsPerSecond: paceOf(options) });
  if (collectors.length > 0 && transport.errors.length === collectors.length) {
    const reasons = transport.errors.map((e) => `cannot send to ${e.collector}: ${e.message}`);
    throw new RunError(reasons.join('; '));
  }
  return transport;
}

function paceOf({ dryRun, rate }: ReplayOptions): number | undefined {
  return dryRun ? undefined : recordsPerSecond(rate);
}

function domainOf({ domain, netflow }: ReplayOptions): number {
  const bits = netflow === 5 ? 16 : 32;
  if (domain !== undefined && domain >= 2 ** bits) {
    throw new UsageError(
      `--domain ${domain} is too large: ${NAMES[netflow]} has ${bits} bits for it`,
    );
  }
  // Any number will do: node:crypto would take a sixth of a short run to load.
  return domain ?? 1 + Math.floor(Math.random() * 65_535);
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

function exitCode(malformed: number, errors: number, { strict }: ReplayOptions): number {
  if (errors > 0) return 1;
  if (malformed > 0) return strict ? 1 : SOME_REJECTED;
  return 0;
}
