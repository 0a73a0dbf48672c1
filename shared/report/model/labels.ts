import { shownName } from '../../text/shorten.ts';
import { count, dollars, percent, size } from '../../text/units.ts';
import type { Advice } from './advice.ts';
import type { Report } from './report.ts';

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
  ['AMAZON', 'AMAZON (other)'],
  ['DYNAMODB', 'DynamoDB'],
  ['CLOUDFRONT', 'CloudFront'],
]);

/** The name of a service: AWS's word, or its usual spelling. null is not AWS, undefined not known. */
export function serviceName(service: string | null | undefined): string {
  if (service === undefined) return 'not said';
  return service === null ? 'not AWS' : (SERVICES.get(service) ?? service);
}

/** The gateway's Name tag, its id, its interface, or how many interfaces there are. */
export function gatewayName({ gateway: { name, id, interfaces } }: Report): string {
  const several = interfaces.length > 1 ? `${interfaces.length} interfaces` : interfaces[0];
  return shownName(name || id || several || 'flow logs');
}

/** An advice in a few words. */
export function adviceText({ state, endpointService, vpcId, routeTableIds }: Advice): string {
  const where = vpcId || 'its VPC';
  switch (state) {
    case 'missing':
      return `gateway endpoint, free: ${endpointService} (not in ${where})`;
    case 'unknown':
      return `gateway endpoint, free: ${endpointService} (not checked whether ${where} has it)`;
    case 'route-table-missing':
      return `gateway endpoint exists, but ${routeTableIds.join(', ') || 'a route table'} ${routeTableIds.length > 1 ? 'lack' : 'lacks'} it`;
    case 'in-place':
      return 'gateway endpoint is in place; the rest is likely of another region';
    case 'elsewhere':
      return `the clients are not in ${where}: theirs needs the endpoint`;
  }
}

/** The report in one line: the largest source, what it exchanged most with, and the cost of a day at this rate. */
export function headline(report: Report): string {
  const [source] = report.sources.rows;
  const { perDay, total } = report.cost;
  const price = perDay === undefined ? dollars(total) : `$${count(Math.round(perDay))}/day`;
  if (report.recording !== undefined && report.records.read === 0) return 'no lines';
  if (report.totals.forwarded.flows === 0) return 'no traffic';
  if (source === undefined) return `${size(Number(report.totals.forwarded.bytes))}, ${price}`;
  const called = source.name ?? source.id;
  const name = called ? ` (${shownName(called)})` : '';
  const [service] = report.services.rows;
  const what = service?.service ? serviceName(service.service) : source.mainPeer;
  return `${percent(source.share)} by ${source.address}${name} to ${what}, ${price}`;
}
