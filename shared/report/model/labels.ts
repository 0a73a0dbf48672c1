import { costOf, perDay } from '../../prices/prices.ts';
import { shownName } from '../../text/shorten.ts';
import { bitRate, dollars, duration, percent, size } from '../../text/units.ts';
import { utcMinute } from '../../text/utc.ts';
import type { Advice, RegionKnowledge } from './advice.ts';
import type { NamedSource } from './names.ts';
import type { LikelyEndpoints, Report } from './report.ts';

const PROTOCOLS: Readonly<Record<number, string>> = {
  1: 'ICMP',
  6: 'TCP',
  17: 'UDP',
  47: 'GRE',
  50: 'ESP',
  58: 'ICMPv6',
};

/** IANA's keyword of a common IP protocol, else its number: `TCP`, `protocol 89`. */
export function protocolName(protocol: number): string {
  return PROTOCOLS[protocol] ?? `protocol ${protocol}`;
}

/** A port: `443`, with the protocol unless it is TCP: `53/UDP`. A protocol without ports has its name, an unknown one `-`. */
export function portName({ port, protocol }: { port: number; protocol: number }): string {
  if (protocol === 6) return String(port);
  if (protocol === 0) return port === 0 ? '-' : String(port);
  return port === 0 ? protocolName(protocol) : `${port}/${protocolName(protocol)}`;
}

/** A map, because lines may name any service: an object has members of its own, such as `constructor`. */
const SERVICES: ReadonlyMap<string, string> = new Map([
  ['AMAZON', 'AWS (service not said)'],
  ['DYNAMODB', 'DynamoDB'],
  ['CLOUDFRONT', 'CloudFront'],
]);

/**
 * The name of a service: AWS's word, or its usual spelling, and the region if it is another than that of the lines.
 * null is not AWS, undefined not known.
 */
export function serviceName(service: string | null | undefined): string {
  if (service === undefined) return 'not said';
  if (service === null) return 'not AWS';
  const [, word = service, region = ''] = /^(\w+)( \([\w-]+\))$/.exec(service) ?? [];
  return `${SERVICES.get(word) ?? word}${region}`;
}

/** The most names of owners that cannot be told apart. */
const MOST_NAMES = 3;

/** A source by its name, or else its id, or else its address and the owners that it may be of. */
export function sourceName({ address, id, name = id, oneOf }: NamedSource): string {
  if (name !== undefined) return shownName(name);
  if (oneOf === undefined) return address;
  const shown = oneOf.slice(0, MOST_NAMES).map(shownName).join(' or ');
  return `${address} (${shown}${oneOf.length > MOST_NAMES ? ' or others' : ''})`;
}

/** What stands beside a source's name: its id and its address, where they are not the name already. */
export function besideName({ address, id, name }: NamedSource): string[] {
  const called = name ?? id;
  return [name === undefined ? undefined : id, called === undefined ? undefined : address].filter(
    (each) => each !== undefined,
  );
}

/** The gateway's Name tag, its id, its interface, or how many interfaces there are. */
export function gatewayName({ gateway: { name, id, interfaces } }: Report): string {
  const several = interfaces.length > 1 ? `${interfaces.length} interfaces` : interfaces[0];
  return shownName(name || id || several || 'flow logs');
}

/** Whether rows have a price: all bytes that count are proven to have gone through a NAT gateway. */
export function isPriced({ sources }: Report): boolean {
  return sources.others.cost !== null;
}

/** Bytes as every row says them: `31.51 GiB, 75.7%, $1.42`; without dollars where rows have no price. */
export function amountText(bytes: number, report: Report): string {
  const total = Number(report.totals.forwarded.bytes);
  const share = percent(total > 0 ? bytes / total : 0);
  const price = isPriced(report) ? [dollars(costOf(bytes, report.cost.perGib))] : [];
  return [size(bytes), share, ...price].join(', ');
}

/** What was spent, on how many bytes, in what time; without a price, how many bytes the lines have. */
export function spentText(report: Report): string {
  const { totals, cost, seconds } = report;
  const bytes = Number((cost.total === null ? totals.forwarded : totals.throughGateway).bytes);
  const time = seconds > 0 ? ` in ${duration(seconds)} (${bitRate(bytes, seconds)})` : '';
  return cost.total === null
    ? `${size(bytes)} logged by ${gatewayName(report)}${time}`
    : `${dollars(cost.total)} spent on ${size(bytes)} through ${gatewayName(report)}${time}`;
}

/** The amount of a day at the rate of a recording; undefined when it was too short to say. */
export function rateText(amount: number, seconds: number): string | undefined {
  const day = perDay(amount, seconds);
  return day === undefined ? undefined : `${dollars(day)} a day if it went on like this`;
}

/** From which rate on an interface endpoint is cheaper than the gateway, and of which services: in sentences. */
export function likelyEndpointsText(likely: LikelyEndpoints): string[] {
  const { services, bytes, gibPerHour, breakEvenGibPerHour } = likely;
  const rate = (gib: number) => `${gib.toFixed(2)} GiB an hour`;
  const names = `${services.slice(0, -1).join(', ')} or ${services.at(-1)}`;
  return [
    `Flow logs do not name the AWS service of ${size(bytes)} (${rate(gibPerHour)}); such bytes are often those of ${names}.`,
    `An interface endpoint for one of them is cheaper than the gateway from ${rate(breakEvenGibPerHour)} and zone on.`,
    "Query logs of the VPC's resolver show which one it is.",
  ];
}

/** What came of each endpoint that `natflow fix` made or extended before the report: in sentences. */
export function fixedTexts({ fixed = [], seconds }: Pick<Report, 'fixed' | 'seconds'>): string[] {
  return fixed.map(
    ({ service, vpcId, endpointId, before, bytes }) =>
      `${serviceName(service)} in ${vpcId}, since natflow fix gave it ${endpointId} at ${utcMinute(before.at)} UTC: ${size(bytes)} in ${duration(seconds)} through NAT gateways; before, in ${before.recording}, ${size(before.bytes)} in ${duration(before.seconds)}.`,
  );
}

/** An advice in a few words, with what it assumes. */
export function adviceText(advice: Advice): string {
  const { state, regionBy, endpointService, vpcId, routeTableIds } = advice;
  const where = vpcId || 'its VPC';
  switch (state) {
    case 'missing':
      return `gateway endpoint, free: ${endpointService} (not in ${where})${assumed(advice)}`;
    case 'unknown':
      return `gateway endpoint, free: ${endpointService} (not checked whether ${where} has it)${assumed(advice)}`;
    case 'route-table-missing':
      return `gateway endpoint exists, but ${routeTableIds.join(', ') || 'a route table'} ${routeTableIds.length > 1 ? 'lack' : 'lacks'} it${assumed(advice)}`;
    case 'in-place':
      return `gateway endpoint is in place; ${regionBy === 'listed' ? 'the lines may be older' : 'the rest may be of another region, which it does not reach'}`;
    case 'elsewhere':
      return `the clients are not in ${where}: theirs needs the endpoint`;
  }
}

/** Why the regions of the peers are not known. */
const DOUBTS: Partial<Record<RegionKnowledge, string>> = {
  unlisted: " (AWS's address ranges do not list all their addresses)",
  'not-read': " (AWS's address ranges could not be read)",
};

function assumed(advice: Advice): string {
  const assumption = assumptionText(advice);
  if (assumption === undefined) return '';
  return `, ${assumption}: a gateway endpoint does not reach other regions${DOUBTS[advice.regionBy] ?? ''}`;
}

/** What the saving of an advice assumes; undefined when AWS's address ranges prove it. */
export function assumptionText({ service, region, regionBy }: Advice): string | undefined {
  if (regionBy === 'listed') return undefined;
  return `if these ${service === 'S3' ? 'buckets' : 'tables'} are in ${region}`;
}
