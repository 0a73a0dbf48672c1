import { Command, Option } from 'commander';
import { ExportRun } from '../../shared/export/export-run.ts';
import { GatewayLines } from '../../shared/export/gateway-lines.ts';
import { ReplayClock } from '../../shared/export/replay-clock.ts';
import type { Transport } from '../../shared/export/transport.ts';
import { LEGS, type Legs } from '../../shared/flow/legs.ts';
import { isPrivate } from '../../shared/flow/private-addresses.ts';
import type { Format } from '../../shared/flowlog/format.ts';
import type { AsnDatabase } from '../../shared/names/asn-database.ts';
import { asnEncoder } from '../../shared/netflow/asn-encoder.ts';
import type { CollectorAddress } from '../../shared/netflow/collectors.ts';
import { Exporter, type ExporterOptions, type Version } from '../../shared/netflow/exporter.ts';
import { identityInMemory } from '../../shared/netflow/exporter-identity.ts';
import { optionsDataOf } from '../../shared/netflow/options.ts';
import { FlowRate } from '../../shared/stack-parameters.ts';
import { UdpTransport } from '../../shared/transport/udp.ts';
import { openAsn } from './asn-input.ts';
import { type InputError, RunError, SOME_REJECTED, UsageError } from './errors.ts';
import { formatOption, type Input, readEach, reportFailures } from './input.ts';
import {
  collectorsOption,
  legsOption,
  NAMES,
  rateOption,
  recordsPerSecond,
  shiftOption,
  speedOption,
  versionOption,
  wholeNumber,
} from './options.ts';
import { Progress } from './progress.ts';
import { reportErrors, reportFirstMalformed, reportSummary } from './replay-report.ts';
import { type ObjectOptions, openAll, withInputs, withRegion } from './s3-input.ts';
import { interruptible } from './signals.ts';

interface ReplayOptions extends ObjectOptions {
  collectors?: string;
  netflow: Version;
  format?: Format;
  nat?: string;
  legs?: Legs;
  rate: number | 'max';
  speed?: number;
  shift?: true;
  domain?: number;
  options?: boolean;
  asn?: string;
  dryRun?: boolean;
  json?: boolean;
  strict?: boolean;
}

/** `natflow replay`: sends flow log files to collectors. */
export function replayCommand(): Command {
  return withRegion(withInputs(new Command('replay')))
    .description('send flow log files to NetFlow or IPFIX collectors')
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
    .option('--nat <id>', 'flows of this NAT gateway alone: eni-…, or nat-… of a regional one')
    .addOption(
      new Option(
        '--legs <legs>',
        `all flows, or those of NAT gateways on one side of it: ${LEGS.join(', ')} (default: all)`,
      ).argParser(legsOption),
    )
    .option('--rate <number|max>', 'flow records per second', rateOption, Number(FlowRate.default))
    .option('--speed <number>', 'the recorded rhythm, this many times as fast', speedOption)
    .option('--shift <now>', 'move times to the present: the first flow ends now', shiftOption)
    .option('--domain <number>', 'engine, source id or observation domain', wholeNumber('--domain'))
    .option('--options', 'send options data: sampling 1, exporter address, interface names')
    .option(
      '--asn <file>',
      'send the AS numbers of addresses, by a database in MMDB format such as GeoLite2-ASN',
    )
    .option('--dry-run', 'do everything but send')
    .option('--json', 'print the summary as one JSON object')
    .option('--strict', 'fail when a line is malformed')
    .action(replay);
}

async function replay(files: string[], options: ReplayOptions): Promise<void> {
  const collectors = collectorsOf(options);
  const domain = domainOf(options);
  const inputs = await openAll(files, options);
  const transport = await openTransport(collectors, options);
  const gateways = new GatewayLines(options.legs ?? 'all', options.nat);
  const encoder = asnEncoderBy(await openAsn(options.asn));
  const run = newRun({ domain, encoder }, transport, gateways, options);
  const sending = { run, gateways, transport };
  await interruptible((interrupted) => sendAll(inputs, sending, options, interrupted));
}

function newRun(
  { domain, encoder }: Pick<ExporterOptions, 'domain' | 'encoder'>,
  transport: Transport,
  gateways: GatewayLines,
  options: ReplayOptions,
): ExportRun {
  const { netflow: version, options: sendsOptions = false } = options;
  const optionsData = sendsOptions ? optionsDataOf(() => transport.localAddress) : undefined;
  const exporter = new Exporter({ version, domain, encoder, options: optionsData });
  return new ExportRun(
    exporter,
    { transport, reserve: identityInMemory(domain).reserve },
    {
      legs: options.legs ?? 'all',
      sift: gateways.sift.bind(gateways),
      format: options.format,
      namesInterfaces: sendsOptions,
      clock: clockOf(options),
      onMalformed: reportFirstMalformed(),
    },
  );
}

/** Private addresses have the AS number 0, like those that the database does not have. */
function asnEncoderBy(asns: AsnDatabase | undefined): ExporterOptions['encoder'] {
  return asns && asnEncoder((address) => (isPrivate(address) ? 0 : asns.of(address)));
}

interface Sending {
  readonly run: ExportRun;
  readonly gateways: GatewayLines;
  readonly transport: Transport;
}

async function sendAll(
  inputs: readonly Input[],
  { run, gateways, transport }: Sending,
  options: ReplayOptions,
  interrupted: AbortSignal,
): Promise<void> {
  const progress = new Progress(inputs, () => run.summary.encoded.records);
  interrupted.addEventListener('abort', () => {
    run.stop();
    transport.stopPacing();
  });
  let failures: readonly InputError[] = [];
  try {
    failures = await readEach(inputs, interrupted, (source, { name }) => run.read(name, source));
  } finally {
    progress.stop();
    const { summary } = run;
    await transport.close();
    reportSummary(summary, gateways, options);
    reportErrors(transport.errors, summary.encoded.datagrams);
  }
  process.exitCode = exitCode(run, transport, options);
  reportFailures(failures, inputs);
}

function clockOf({ speed, shift }: ReplayOptions): ReplayClock | undefined {
  return speed || shift ? new ReplayClock({ speed, shiftsToNow: shift }) : undefined;
}

async function openTransport(
  collectors: readonly CollectorAddress[],
  { dryRun, rate }: ReplayOptions,
): Promise<Transport> {
  const pace = dryRun ? undefined : recordsPerSecond(rate);
  const transport = await UdpTransport.open(collectors, { recordsPerSecond: pace });
  if (collectors.length > 0 && transport.errors.length === collectors.length) {
    const reasons = transport.errors.map((e) => `cannot send to ${e.collector}: ${e.message}`);
    throw new RunError(reasons.join('; '));
  }
  return transport;
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

function exitCode(run: ExportRun, { errors }: Transport, { strict }: ReplayOptions): number {
  if (errors.length > 0) return 1;
  if (run.summary.malformed > 0) return strict ? 1 : SOME_REJECTED;
  return 0;
}
