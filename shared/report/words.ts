import { GIB } from '../prices/prices.ts';
import { shownName } from '../text/shorten.ts';
import type { Advice } from './advice.ts';
import type { Report } from './report.ts';

const UNITS = [
  { name: 'GiB', bytes: GIB, digits: 2 },
  { name: 'MiB', bytes: 2 ** 20, digits: 2 },
  { name: 'KiB', bytes: 2 ** 10, digits: 2 },
  { name: 'B', bytes: 1, digits: 0 },
] as const;

/** One unit for all numbers of a report, so that they can be compared. */
export type Unit = (typeof UNITS)[number];

/** The largest unit of which there is at least one; of something that is nothing, bytes. */
export function unitFor(bytes: number): Unit {
  return UNITS.find((unit) => bytes >= unit.bytes) ?? UNITS[3];
}

/** The number alone: `33.95`. */
export function inUnit(bytes: number, { bytes: size, digits }: Unit): string {
  return (bytes / size).toLocaleString('en-US', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}

/** With its own unit: `33.95 GiB`. */
export function size(bytes: number): string {
  const unit = unitFor(bytes);
  return `${inUnit(bytes, unit)} ${unit.name}`;
}

/** `1,234`. */
export function count(number: number | string): string {
  return (typeof number === 'string' ? BigInt(number) : number).toLocaleString('en-US');
}

/** `1 flow`, `1,234 flows`. */
export function counted(number: number | string, noun: string): string {
  return `${count(number)} ${noun}${Number(number) === 1 ? '' : 's'}`;
}

/** `81.6%` of a share of 1; with a blank where a sentence wants one. */
export function percent(share: number): string {
  return `${(share * 100).toFixed(1)}%`;
}

/** `$1.87`, with more digits where two would hide the amount. */
export function dollars(amount: number, digits = amount > 0 && amount < 0.1 ? 4 : 2): string {
  const options = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return `$${amount.toLocaleString('en-US', options)}`;
}

/** `14 min 10 s`, `3 h 5 min`. */
export function duration(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  const minutes = Math.round(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ${minutes % 60} min`;
  return `${count(Math.floor(hours / 24))} d ${hours % 24} h`;
}

/** `420 Mbit/s`: decimal, as networks count. */
export function bitRate(bytes: number, seconds: number): string {
  const bits = (bytes * 8) / seconds;
  const [divisor, name] = BIT_RATES.find(([least]) => bits >= least) ?? [1, 'bit/s'];
  return `${(bits / divisor).toLocaleString('en-US', { maximumSignificantDigits: 3 })} ${name}`;
}

const BIT_RATES = [
  [1e9, 'Gbit/s'],
  [1e6, 'Mbit/s'],
  [1e3, 'kbit/s'],
] as const;

const PROTOCOLS: Readonly<Record<number, string>> = {
  1: 'ICMP',
  6: 'TCP',
  17: 'UDP',
  47: 'GRE',
  50: 'ESP',
  58: 'ICMPv6',
};

/** IANA's name of the common ones, else the number. */
export function protocolName(protocol: number): string {
  return PROTOCOLS[protocol] ?? `protocol ${protocol}`;
}

/** `443`, or of others than TCP with the protocol: `53/UDP`; protocols without ports by their name; else `-`. */
export function portName({ port, protocol }: { port: number; protocol: number }): string {
  if (protocol === 6) return String(port);
  if (protocol === 0) return port === 0 ? '-' : String(port);
  return port === 0 ? protocolName(protocol) : `${port}/${protocolName(protocol)}`;
}

/** A map, because lines may name any service: an object would answer to `constructor`. */
const SERVICES: ReadonlyMap<string, string> = new Map([
  ['AMAZON', 'AMAZON (other)'],
  ['DYNAMODB', 'DynamoDB'],
  ['CLOUDFRONT', 'CloudFront'],
]);

/** The name of a service: AWS's word, except where it is not usually written in capitals. */
export function serviceName(service: string | null | undefined): string {
  if (service === undefined) return 'not said';
  return service === null ? 'not AWS' : (SERVICES.get(service) ?? service);
}

/** What the gateway is called: by its name, its id or its interface. */
export function gatewayName({ gateway: { name, id, interfaces } }: Report): string {
  const several = interfaces.length > 1 ? `${interfaces.length} interfaces` : interfaces[0];
  return shownName(name || id || several || 'flow logs');
}

/** What an advice says, in a few words. */
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
