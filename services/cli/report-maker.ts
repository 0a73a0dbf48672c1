import type { AnswerSink } from '../../shared/names/answer-sink.ts';
import type { AsnDatabase } from '../../shared/names/asn-database.ts';
import { ResolvedNames } from '../../shared/names/resolved-names.ts';
import { Tenures } from '../../shared/names/tenures.ts';
import { DEFAULT_REGION, pricesOf, regionOf } from '../../shared/prices/prices.ts';
import { Aggregate } from '../../shared/report/measure/aggregate.ts';
import type { FlowSink } from '../../shared/report/measure/flow-sink.ts';
import { buildReport } from '../../shared/report/model/build.ts';
import { knownInterfaces, namesOfGateway } from '../../shared/report/model/network.ts';
import type { Report } from '../../shared/report/model/report.ts';
import type { VpcDescription } from '../../shared/report/model/vpc-description.ts';
import { openAsn } from './asn-input.ts';
import { RunError, UsageError } from './errors.ts';
import { readBeside } from './report-files.ts';
import type { ReportOptions } from './report-options.ts';

/** What is asked for, as plain data, which another thread can be given. */
export interface ReportTask extends ReportOptions {
  /** The inputs, as they were named. */
  readonly files: readonly string[];
  readonly version: string;
}

/** How the reading of the inputs ended. */
export interface ReadingEnd {
  /** It was not interrupted. */
  readonly isWhole: boolean;
  /** Why which inputs could not be read to their end. */
  readonly unread: readonly string[];
}

/** Makes a report, in this thread or in another one. */
export interface ReportMaker {
  /** What the answers of query logs are read into, before any lines. */
  readonly answers: AnswerSink;
  /** What the lines are read into. */
  readonly flows: FlowSink;
  /**
   * Concludes, when all lines have been read.
   * @throws RunError when there is no flow of the gateway that was asked for.
   */
  make(end: ReadingEnd): Report | Promise<Report>;
}

/**
 * Reads what stands beside the lines, and makes the report in this thread.
 * @throws UsageError for an option whose file cannot be read.
 */
export async function openMaker(task: ReportTask): Promise<ReportMaker> {
  const { legs, nat, files, dns } = task;
  const answers = new ResolvedNames();
  const { network, metered, ranges, names } = await readBeside(task);
  const gateway = nat === undefined ? undefined : namesOfGateway(nat, network ?? {});
  let known = task.region;
  // Asked for each line of S3 and DynamoDB, before all lines are read.
  const region = () => (known ??= regionOf(aggregate) ?? regionOfName(files));
  const geography = ranges && { ranges, home: () => region() ?? DEFAULT_REGION };
  const aggregate: Aggregate = new Aggregate({
    ...{ legs, gateway, geography, resolved: dns && answers },
    known: knownInterfaces(network),
    tenures: names && new Tenures(names.claims),
    asns: await openAsnToGroup(task),
    byGateway: task.groupBy === 'gateway',
    cells: task.html !== undefined,
  });
  return {
    answers,
    flows: aggregate,
    make({ isWhole, unread }) {
      const isAll = isWhole && unread.length === 0;
      if (isAll && nat !== undefined && aggregate.records.flow === aggregate.otherGateway) {
        throw new RunError(noFlowOf(nat, network));
      }
      const name = region();
      return buildReport(aggregate, {
        ...task,
        pods: names?.pods,
        now: Date.now(),
        region: { name: name ?? DEFAULT_REGION, isAssumed: name === undefined },
        prices: pricesOf(name ?? DEFAULT_REGION, { natPerGib: task.price }),
        network,
        metered,
        gateway: { id: nat?.startsWith('nat-') ? nat : undefined },
        unread,
      });
    },
  };
}

/** @throws UsageError when the report is to be grouped by AS number, and there is no database. */
function openAsnToGroup({ asn, groupBy }: ReportOptions): Promise<AsnDatabase | undefined> {
  if (groupBy === 'asn' && asn === undefined) {
    throw new UsageError('--group-by asn needs a database of AS numbers: --asn FILE');
  }
  return openAsn(asn);
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
