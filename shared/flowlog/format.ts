import { PACKETS_LOST } from './fields.ts';

/** The fields of a line in their order, by AWS's names. */
export type Format = readonly string[];

/** The fields of every flow, in AWS's order. */
const FLOW = 'srcaddr dstaddr srcport dstport protocol packets bytes start end';

/** What AWS writes when no LogFormat is given: the version 2 fields. */
export const DEFAULT_FORMAT: Format =
  `version account-id interface-id ${FLOW} action log-status`.split(' ');

/** All that natflow records. The default fields come first, so that a reader of version 2 can read its lines. */
export const RECORDING_FORMAT: Format = [
  ...DEFAULT_FORMAT,
  ...'vpc-id subnet-id tcp-flags type pkt-srcaddr pkt-dstaddr az-id pkt-src-aws-service pkt-dst-aws-service flow-direction traffic-path reject-reason resource-id'.split(
    ' ',
  ),
];

/** The same without its last field, `resource-id`. */
export const RECORDING_FORMAT_WITHOUT_RESOURCE: Format = RECORDING_FORMAT.slice(0, -1);

/**
 * What AWS writes of transit gateways when no LogFormat is given: all fields that their flow logs have.
 * https://docs.aws.amazon.com/vpc/latest/tgw/tgw-flow-logs.html
 */
export const TRANSIT_GATEWAY_FORMAT: Format =
  `version resource-type account-id tgw-id tgw-attachment-id tgw-src-vpc-account-id tgw-dst-vpc-account-id tgw-src-vpc-id tgw-dst-vpc-id tgw-src-subnet-id tgw-dst-subnet-id tgw-src-eni tgw-dst-eni tgw-src-az-id tgw-dst-az-id tgw-pair-attachment-id ${FLOW} log-status type ${PACKETS_LOST} tcp-flags region flow-direction pkt-src-aws-service pkt-dst-aws-service`.split(
    ' ',
  );

/** The fields that AWS documents. A header line is recognised by them. */
const KNOWN_FIELDS: ReadonlySet<string> = new Set([
  ...RECORDING_FORMAT,
  ...TRANSIT_GATEWAY_FORMAT,
  ...(
    'instance-id sublocation-type sublocation-id ecs-cluster-arn ecs-cluster-name ecs-container-instance-arn ' +
    'ecs-container-instance-id ecs-container-id ecs-second-container-id ecs-service-name ' +
    'ecs-task-definition-arn ecs-task-arn ecs-task-id encryption-status instance-tag instance-tag-2 ' +
    'interface-tag interface-tag-2 asg-tag asg-tag-2 interface-type next-hop-interface-id ' +
    'next-hop-subnet-id next-hop-az-id next-hop-vpc-id next-hop-interface-type'
  ).split(' '),
]);

/** Whether AWS documents a field of this name. */
export function isKnownField(name: string): boolean {
  return KNOWN_FIELDS.has(name);
}

/**
 * The fields that a recording asks EC2 for. `resource-id` is a field of version 9, which came with regional NAT
 * gateways: their lines have no interface, so they need it. Whether EC2 takes the field in partitions that had no
 * regional gateways then, such as GovCloud and China, is not documented: zonal gateways there do without it.
 * https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html
 */
export function recordingFormat(partition: string, isRegional: boolean): Format {
  return isRegional || partition === 'aws' ? RECORDING_FORMAT : RECORDING_FORMAT_WITHOUT_RESOURCE;
}

const NAME = /^[a-z][a-z0-9-]*$/;

/**
 * Reads a LogFormat string, `${srcaddr} ${dstaddr}` or the bare names. Names may have underscores in place of
 * hyphens, as the columns of Parquet files and Athena have; `$${srcaddr}` is Terraform's way to write `${srcaddr}`.
 * @throws RangeError naming the first part that is no field name, or that comes twice.
 */
export function parseFormat(text: string): Format {
  const names = namesIn(text);
  const fault = faultOf(names);
  if (fault !== undefined) throw new RangeError(fault);
  return names;
}

/**
 * The format that a header line announces; undefined for another line. A header has only field names, at
 * least two, and most of them are known: it may have fields that are newer than this program.
 */
export function formatOfHeader(line: string): Format | undefined {
  const names = namesIn(line);
  const known = names.filter(isKnownField).length;
  const isHeader = known > 1 && known * 2 > names.length && faultOf(names) === undefined;
  return isHeader ? names : undefined;
}

function namesIn(text: string): string[] {
  return text
    .trim()
    .split(/\s+/)
    .map((part) => part.replace(/^\$?\$\{(.*)\}$/, '$1').replaceAll('_', '-'));
}

function faultOf(names: readonly string[]): string | undefined {
  const wrong = names.find((name) => !NAME.test(name));
  if (wrong !== undefined) return `"${wrong}" is not a flow log field`;
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  return twice && `"${twice}" stands in the format twice`;
}
