import { readFile } from 'node:fs/promises';
import { Command, Option } from 'commander';
import { LEGS } from '../../shared/flow/legs.ts';
import type { Format } from '../../shared/flowlog/format.ts';
import type { FlowSource, Line } from '../../shared/flowlog/source.ts';
import { DEFAULT_REGION, pricesOf, regionOf } from '../../shared/prices/prices.ts';
import { ShapeError } from '../../shared/read-shape.ts';
import { addText } from '../../shared/report/measure/add-text.ts';
import { Aggregate, type LegsAsked } from '../../shared/report/measure/aggregate.ts';
import { readIpRanges } from '../../shared/report/measure/ip-ranges.ts';
import { readMetrics } from '../../shared/report/measure/metrics.ts';
import { buildReport } from '../../shared/report/model/build.ts';
import { knownInterfaces, namesOfGateway } from '../../shared/report/model/network.ts';
import {
  mergeDescriptions,
  readDescription,
  type VpcDescription,
} from '../../shared/report/model/vpc-description.ts';
import { renderHtml } from '../../shared/report/render/page.ts';
import { say } from '../../shared/terminal.ts';
import { withProfile } from './aws-options.ts';
import { type InputError, RunError, SOME_REJECTED, UsageError } from './errors.ts';
import { formatOption, type Input, readEach, reportFailures } from './input.ts';
import { legsOption, thresholdOption, wholeNumber } from './options.ts';
import { Progress } from './progress.ts';
import { reportFirstMalformed } from './replay-report.ts';
import { type OutputOptions, withOutputOptions, writeReport } from './report-output.ts';
import { type ObjectOptions, openAll, withInputs } from './s3-input.ts';
import { interruptible } from './signals.ts';

const DEFAULT_TOP = 10;

interface ReportOptions extends OutputOptions, Omit<ObjectOptions, 'region'> {
  nat?: string;
  top: number;
  region?: string;
  price?: number;
  threshold?: number;
  metrics?: string;
  ipRanges?: string;
  vpc?: readonly string[];
  legs: LegsAsked;
  format?: Format;
}

/** `natflow report`: makes a report of flow log files. */
export function reportCommand(): Command {
  const command = withProfile(withInputs(withOutputOptions(new Command('report'))));
  return command
    .description('say who sent what through a NAT gateway, what it costs, and what would stop it')
    .option(
      '--nat <id>',
      'this NAT gateway alone, which proves that it is one: nat-… (a zonal one needs --vpc) or eni-…',
    )
    .option('--top <number>', 'rows of a table', wholeNumber('--top'), DEFAULT_TOP)
    .option(
      '--region <name>',
      'the region, where the lines do not say; of objects, those whose keys name no other',
    )
    .option('--price <dollars>', 'per GiB that the gateway processes', priceOption)
    .option('--threshold <bytes>', 'of the alarm, per minute: 1GiB, 500MB', thresholdOption)
    .option('--metrics <file>', "CloudWatch's answer to GetMetricData, to compare with")
    .option(
      '--ip-ranges <file>',
      "AWS's ip-ranges.json, to tell S3 and DynamoDB of other regions apart",
    )
    .option(
      '--vpc <file>',
      'what EC2 describes: VPC endpoints, route tables, subnets, NAT gateways, interfaces, instances; again for another file',
      (file, files: readonly string[] = []) => [...files, file],
    )
    .addOption(
      new Option(
        '--legs <legs>',
        `which lines count: auto (what is proven to have gone through a NAT gateway), ${LEGS.join(', ')}`,
      )
        .argParser((text) => (text === 'auto' ? text : legsOption(text)))
        .default('auto'),
    )
    .option(
      '--format <format>',
      "the lines' LogFormat, until a header says otherwise",
      formatOption,
    )
    .action((files: string[], options: ReportOptions) =>
      report(files, options, command.parent?.version() ?? ''),
    );
}

async function report(files: string[], options: ReportOptions, version: string): Promise<void> {
  const { legs, nat, metrics, ipRanges } = options;
  const network = await readDescriptions(options.vpc ?? []);
  const metered = await readOptional('--metrics', metrics, readMetrics);
  const ranges = await readOptional('--ip-ranges', ipRanges, readIpRanges);
  const gateway = nat === undefined ? undefined : namesOfGateway(nat, network ?? {});
  let known = options.region;
  // Asked for each line of S3 and DynamoDB, before all lines are read.
  const region = () => (known ??= regionOf(aggregate) ?? regionOfName(files));
  const geography = ranges && { ranges, home: () => region() ?? DEFAULT_REGION };
  const aggregate: Aggregate = new Aggregate({
    ...{ legs, gateway, geography },
    known: knownInterfaces(network),
  });
  const inputs = await openAll(files, { ...options, region: options.region?.split(',') });
  const { isWhole, failures } = await interruptible((interrupted) =>
    readAll(inputs, aggregate, options.format, interrupted),
  );
  if (
    isWhole &&
    failures.length === 0 &&
    nat !== undefined &&
    aggregate.records.flow === aggregate.otherGateway
  ) {
    throw new RunError(noFlowOf(nat, network));
  }
  const name = region();
  const made = buildReport(aggregate, {
    ...options,
    version,
    now: Date.now(),
    region: { name: name ?? DEFAULT_REGION, isAssumed: name === undefined },
    prices: pricesOf(name ?? DEFAULT_REGION, { natPerGib: options.price }),
    network,
    metered,
    gateway: { id: nat?.startsWith('nat-') ? nat : undefined },
    unread: failures.map(({ message }) => message),
  });
  if (!isWhole) reportInterruption();
  else if (made.records.malformed > 0) process.exitCode = SOME_REJECTED;
  reportFailures(failures, inputs);
  await writeReport(made, () => renderHtml(made), options);
}

/** Adds up all inputs, of those that fail what was read before. It is not whole when it was interrupted. */
async function readAll(
  inputs: readonly Input[],
  aggregate: Aggregate,
  format: Format | undefined,
  interrupted: AbortSignal,
): Promise<{ readonly isWhole: boolean; readonly failures: readonly InputError[] }> {
  const progress = new Progress(inputs, () => aggregate.flows);
  try {
    const tell = reportFirstMalformed();
    const failures = await readEach(inputs, interrupted, (source, { name }) =>
      addText(
        aggregate,
        watchMalformed(source, (line) => tell(name, line)),
        format,
      ),
    );
    return { isWhole: !interrupted.aborted, failures };
  } finally {
    progress.stop();
  }
}

/** The same source, which calls back for malformed lines as well. */
function watchMalformed(source: FlowSource, onMalformed: (line: Line) => void): FlowSource {
  return {
    read: (reader) =>
      source.read({
        ...reader,
        onOther(outcome, current) {
          if (outcome === 'malformed') onMalformed(current.line);
          reader.onOther?.(outcome, current);
        },
      }),
  };
}

function reportInterruption(): void {
  say('interrupted: the report is of the lines read until then');
}

function noFlowOf(nat: string, network: VpcDescription | undefined): string {
  const isKnown = namesOfGateway(nat, network ?? {}).size > 1;
  const hint =
    nat.startsWith('nat-') && !isKnown
      ? "; a zonal gateway's lines name its interface: give --nat eni-…, or --vpc with its NatGateways"
      : '';
  return `no flow of ${nat}${hint}`;
}

/** The region in the name of a file from AWS: `<account>_vpcflowlogs_<region>_<flow log>_…`. */
function regionOfName(files: readonly string[]): string | undefined {
  return files.map((file) => /_vpcflowlogs_([a-z0-9-]+)_/.exec(file)?.[1]).find(Boolean);
}

async function readDescriptions(files: readonly string[]): Promise<VpcDescription | undefined> {
  if (files.length === 0) return undefined;
  const read = (file: string) => readJson('--vpc', file, readDescription);
  return mergeDescriptions(await Promise.all(files.map(read)));
}

async function readOptional<T>(
  option: string,
  file: string | undefined,
  read: (value: unknown, what: string) => T,
): Promise<T | undefined> {
  return file === undefined ? undefined : await readJson(option, file, read);
}

/** Reads a JSON file. @throws UsageError naming the option and the file when it cannot be read or has another shape. */
async function readJson<T>(
  option: string,
  file: string,
  read: (value: unknown, what: string) => T,
): Promise<T> {
  const what = `${option} ${file}`;
  try {
    return read(JSON.parse(await readFile(file, 'utf8')), what);
  } catch (cause) {
    const { message } = cause as Error;
    throw new UsageError(cause instanceof ShapeError ? message : `${what}: ${message}`, { cause });
  }
}

function priceOption(text: string): number {
  const price = Number(text);
  if (text.trim() === '' || !Number.isFinite(price) || price < 0) {
    throw new UsageError(`--price ${text} is no amount of dollars`);
  }
  return price;
}
