import { Command } from 'commander';
import type { Format } from '../../shared/flowlog/format.ts';
import type { FlowSource, Line } from '../../shared/flowlog/source.ts';
import type { AsnDatabase } from '../../shared/names/asn-database.ts';
import { Tenures } from '../../shared/names/tenures.ts';
import { DEFAULT_REGION, pricesOf, regionOf } from '../../shared/prices/prices.ts';
import { addText } from '../../shared/report/measure/add-text.ts';
import { Aggregate } from '../../shared/report/measure/aggregate.ts';
import { buildReport } from '../../shared/report/model/build.ts';
import { knownInterfaces, namesOfGateway } from '../../shared/report/model/network.ts';
import type { Report } from '../../shared/report/model/report.ts';
import type { VpcDescription } from '../../shared/report/model/vpc-description.ts';
import { renderHtml } from '../../shared/report/render/page.ts';
import { say } from '../../shared/terminal.ts';
import { openAsn } from './asn-input.ts';
import { withProfile } from './aws-options.ts';
import { type InputError, RunError, SOME_REJECTED, UsageError } from './errors.ts';
import { type Input, readEach, reportFailures } from './input.ts';
import { Progress } from './progress.ts';
import { reportFirstMalformed } from './replay-report.ts';
import { readBeside } from './report-files.ts';
import { type ReportOptions, withReportOptions } from './report-options.ts';
import { withOutputOptions, writeReport } from './report-output.ts';
import { type LogsOutcome, openTables, type ReportTables } from './report-tables.ts';
import { openAll, withInputs } from './s3-input.ts';
import { interruptible } from './signals.ts';

/** `natflow report`: makes a report of flow log files. */
export function reportCommand(): Command {
  const command = withProfile(
    withReportOptions(withInputs(withOutputOptions(new Command('report')))),
  );
  return command
    .description('say who sent what through a NAT gateway, what it costs, and what would stop it')
    .action((files: string[], options: ReportOptions) =>
      report(files, options, command.parent?.version() ?? ''),
    );
}

async function report(files: string[], options: ReportOptions, version: string): Promise<void> {
  const inputs = await openAll(files, { ...options, region: options.region?.split(',') });
  const tables = await openTables(inputs, options);
  try {
    await reportOn(inputs, tables, { ...options, files, version });
  } finally {
    tables.close();
  }
}

async function reportOn(
  inputs: readonly Input[],
  tables: ReportTables,
  options: ReportOptions & { readonly files: readonly string[]; readonly version: string },
): Promise<void> {
  const { legs, nat, files } = options;
  const { network, metered, ranges, names } = await readBeside(options);
  const gateway = nat === undefined ? undefined : namesOfGateway(nat, network ?? {});
  let known = options.region;
  // Asked for each line of S3 and DynamoDB, before all lines are read.
  const region = () => (known ??= regionOf(aggregate) ?? regionOfName(files));
  const geography = ranges && { ranges, home: () => region() ?? DEFAULT_REGION };
  const aggregate: Aggregate = new Aggregate({
    ...{ legs, gateway, geography },
    known: knownInterfaces(network),
    tenures: names && new Tenures(names.claims),
    asns: await openAsnToGroup(options),
    byGateway: options.groupBy === 'gateway',
    keeper: tables.keeper,
  });
  const { isWhole, failures, logs } = await interruptible((interrupted) =>
    readAll(inputs, aggregate, tables, options.format, interrupted),
  );
  const isAll = isWhole && failures.length === 0;
  if (isAll && nat !== undefined && aggregate.records.flow === aggregate.otherGateway) {
    throw new RunError(noFlowOf(nat, network));
  }
  const name = region();
  const made = buildReport(aggregate, {
    ...options,
    pods: names?.pods,
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
  reportFailures(logs.failures, logs.inputs);
  reportFailures(failures, inputs.length);
  await writeReport(made, () => pageOf(made), options);
}

/** The page, with its script, which is loaded for it alone. */
async function pageOf(made: Report): Promise<string> {
  const { pageScript } = await import('../../shared/disk/page-script.ts');
  return renderHtml(made, await pageScript());
}

/** @throws UsageError when the report is to be grouped by AS number, and there is no database. */
function openAsnToGroup({ asn, groupBy }: ReportOptions): Promise<AsnDatabase | undefined> {
  if (groupBy === 'asn' && asn === undefined) {
    throw new UsageError('--group-by asn needs a database of AS numbers: --asn FILE');
  }
  return openAsn(asn);
}

/** What has been read, and what could not be. It is not whole when it was interrupted. */
interface ReadAll {
  readonly isWhole: boolean;
  readonly failures: readonly InputError[];
  readonly logs: LogsOutcome;
}

/** Adds up all inputs, of those that fail what was read before. */
async function readAll(
  inputs: readonly Input[],
  aggregate: Aggregate,
  tables: ReportTables,
  format: Format | undefined,
  interrupted: AbortSignal,
): Promise<ReadAll> {
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
    const isWhole = !interrupted.aborted;
    return { isWhole, failures, logs: await tables.finish(aggregate.counted) };
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
