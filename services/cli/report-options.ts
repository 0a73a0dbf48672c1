import { type Command, Option } from 'commander';
import { LEGS } from '../../shared/flow/legs.ts';
import type { Format } from '../../shared/flowlog/format.ts';
import type { LegsAsked } from '../../shared/report/measure/aggregate.ts';
import { UsageError } from './errors.ts';
import { formatOption } from './input.ts';
import { legsOption, thresholdOption, wholeNumber } from './options.ts';
import type { OutputOptions } from './report-output.ts';
import type { ObjectOptions } from './s3-input.ts';

const DEFAULT_TOP = 10;

/** What a report is told beside its files. */
export interface ReportOptions extends OutputOptions, Omit<ObjectOptions, 'region'> {
  nat?: string;
  top: number;
  region?: string;
  price?: number;
  threshold?: number;
  metrics?: string;
  ipRanges?: string;
  vpc?: string[];
  names?: string[];
  dns?: string[];
  asn?: string;
  groupBy?: string;
  legs: LegsAsked;
  format?: Format;
}

/** Adds the options of a report. */
export function withReportOptions(command: Command): Command {
  return withNames(withLines(command));
}

function withLines(command: Command): Command {
  return command
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
      'what EC2 describes: VPC endpoints, route tables, subnets, NAT gateways, interfaces, instances; repeatable',
      collected,
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
    );
}

function withNames(command: Command): Command {
  return command
    .option(
      '--names <file>',
      'whose addresses they are: what kubectl get pods -A -o json prints, or CSV or JSON of your own; repeatable',
      collected,
    )
    .option(
      '--dns <file>',
      'query logs of Route 53 Resolver, gzip or plain, or s3://bucket/prefix: domain names of targets; repeatable',
      collected,
    )
    .option(
      '--asn <file>',
      'a database of AS numbers in MMDB format, such as GeoLite2-ASN: whose addresses targets have',
    )
    .option(
      '--group-by <label>',
      'groups before sources: namespace, owner, az, subnet, vpc, tag:KEY, a label of --names, gateway, service, domain, or asn',
    );
}

/** The reader of an option that may be given several times. */
function collected(text: string, before: readonly string[] = []): string[] {
  return [...before, text];
}

function priceOption(text: string): number {
  const price = Number(text);
  if (text.trim() === '' || !Number.isFinite(price) || price < 0) {
    throw new UsageError(`--price ${text} is no amount of dollars`);
  }
  return price;
}
