import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import type { FixtureLine, FlowLogFixture } from '../support/fixtures.ts';
import { Balance, canonical, type Flow, type Known, type Version } from './flow.ts';

/** The format of the logs without a header line. */
const DEFAULT_FORMAT =
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status';
const NUMBERS = ['srcport', 'dstport', 'protocol', 'packets', 'bytes', 'start', 'end', 'tcp-flags'];
const ICMP = 1;
const ICMP_V6 = 58;
/** The most that a counter of NetFlow v5 holds. */
const V5_COUNTER_MAX = 0xffff_ffffn;

/** The totals of `replay --json`, as counted by this independent reading. */
export interface Totals {
  flows: number;
  nodata: number;
  skipdata: number;
  nonflow: number;
  malformed: number;
  notExportable: number;
  records: number;
  bytes: bigint;
  packets: bigint;
}

/** A log as read by a simple reader that shares no code with the product. */
export interface Expected {
  log: string;
  version: Version;
  balance: Balance;
  totals: Totals;
}

/** The most records of NetFlow v5 that natflow splits a flow into. */
const V5_RECORDS_MAX = 65_536;

type Outcome = 'flows' | 'nodata' | 'skipdata' | 'nonflow' | 'malformed';
type Value = (field: string) => string | undefined;

async function* lines(path: string): AsyncGenerator<string> {
  const file = createReadStream(path);
  const input = path.endsWith('.gz') ? file.pipe(createGunzip()) : file;
  for await (const line of createInterface({ input })) {
    const text = line.replace(/^\uFEFF/, '').trim();
    if (text !== '') yield text;
  }
}

/** A line's value by the name of its field; undefined where it is absent or "-". */
function reader(format: string[]): (words: string[]) => Value {
  const columns = new Map(format.map((field, column) => [field, column]));
  return (words) => (field) => {
    const word = words[columns.get(field) ?? -1];
    return word === '-' ? undefined : word;
  };
}

function outcome(words: string[], format: string[], value: Value): Outcome {
  if (words.length !== format.length) return 'malformed';
  if (value('log-status') === 'NODATA') return 'nodata';
  if (value('log-status') === 'SKIPDATA') return 'skipdata';
  if (NUMBERS.some((field) => !/^\d+$/.test(value(field) ?? '0'))) return 'malformed';
  return value('srcaddr') === undefined || value('dstaddr') === undefined ? 'nonflow' : 'flows';
}

function numberOf(value: Value, field: string): number {
  return Number(value(field) ?? 0);
}

/** ICMP has no ports: values in these fields are not sent. */
function portOf(value: Value, field: string): number {
  const protocol = numberOf(value, 'protocol');
  return protocol === ICMP || protocol === ICMP_V6 ? 0 : numberOf(value, field);
}

function milliseconds(seconds: string | undefined): number | undefined {
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}

interface Addresses {
  source: string;
  destination: string;
}

/**
 * The addresses after NAT, for a line whose own addresses are not the packet's. From the client, the line's
 * destination is the NAT gateway; to the client, its source is.
 */
function translated(version: Version, line: Addresses, packet: Addresses): Addresses {
  const sent = line.source !== packet.source || line.destination !== packet.destination;
  if (version === 5 || !sent || line.source.includes(':')) return { source: '', destination: '' };
  return {
    source: line.destination === packet.destination ? packet.source : line.destination,
    destination: line.source === packet.source ? packet.destination : line.source,
  };
}

/** The number of NetFlow v5 records for a flow of this size. */
function recordsOf(version: Version, packets: bigint, bytes: bigint): number {
  const most = packets > bytes ? packets : bytes;
  return version === 5 ? Math.max(1, Number((most + V5_COUNTER_MAX - 1n) / V5_COUNTER_MAX)) : 1;
}

function directionOf(version: Version, value: Value): number | undefined {
  const direction = value('flow-direction');
  return version === 5 || direction === undefined ? undefined : Number(direction === 'egress');
}

function flowOf(version: Version, value: Value): Flow {
  const line = { source: value('srcaddr') ?? '', destination: value('dstaddr') ?? '' };
  const packet = {
    source: value('pkt-srcaddr') ?? line.source,
    destination: value('pkt-dstaddr') ?? line.destination,
  };
  const after = translated(version, line, packet);
  const packets = BigInt(value('packets') ?? 0);
  const bytes = BigInt(value('bytes') ?? 0);
  return {
    version,
    source: canonical(packet.source),
    destination: canonical(packet.destination),
    sourcePort: portOf(value, 'srcport'),
    destinationPort: portOf(value, 'dstport'),
    protocol: numberOf(value, 'protocol'),
    tcpFlags: numberOf(value, 'tcp-flags'),
    start: milliseconds(value('start') ?? value('end')),
    end: milliseconds(value('end') ?? value('start')),
    direction: directionOf(version, value),
    postNatSource: after.source,
    postNatDestination: after.destination,
    records: recordsOf(version, packets, bytes),
    packets,
    bytes,
  };
}

function isHeader(words: string[]): boolean {
  return words.includes('srcaddr') && words.includes('dstaddr');
}

function knownFrom(format: string[]): Known {
  return {
    times: format.includes('start') || format.includes('end'),
    direction: format.includes('flow-direction'),
  };
}

const NOTHING: Totals = {
  flows: 0,
  nodata: 0,
  skipdata: 0,
  nonflow: 0,
  malformed: 0,
  notExportable: 0,
  records: 0,
  bytes: 0n,
  packets: 0n,
};

/** Counts a flow and expects it at the collector, unless v5 cannot carry it (IPv6, huge counters). */
function take(flow: Flow, totals: Totals, balance: Balance, onFlow?: (flow: Flow) => void): void {
  if (flow.version === 5 && (flow.source.includes(':') || flow.records > V5_RECORDS_MAX)) {
    totals.notExportable++;
    return;
  }
  totals.records += flow.records;
  totals.bytes += flow.bytes;
  totals.packets += flow.packets;
  balance.expect(flow);
  onFlow?.(flow);
}

/** The flows that a collector should have of a flow log in this version. The name tells whether it is gzip. */
export async function readExpected(
  log: string,
  version: Version,
  onFlow?: (flow: Flow) => void,
): Promise<Expected> {
  let format = DEFAULT_FORMAT.split(' ');
  let read = reader(format);
  let balance = new Balance(knownFrom(format));
  const totals = { ...NOTHING };
  for await (const line of lines(log)) {
    const words = line.split(/ +/);
    if (isHeader(words)) {
      format = words;
      read = reader(format);
      if (totals.flows === 0) balance = new Balance(knownFrom(format));
      continue;
    }
    const value = read(words);
    const counted = outcome(words, format, value);
    totals[counted]++;
    if (counted === 'flows') take(flowOf(version, value), totals, balance, onFlow);
  }
  return { log, version, balance, totals };
}

const COUNTERS: Readonly<Record<FixtureLine['outcome'], Outcome>> = {
  flow: 'flows',
  nodata: 'nodata',
  skipdata: 'skipdata',
  nonflow: 'nonflow',
  malformed: 'malformed',
};

/** The flows that a collector should have of a fixture, by the JSON file beside it. */
export function expectedOf({ path, lines }: FlowLogFixture, version: Version): Expected {
  const totals = { ...NOTHING };
  const flows = lines.filter(({ outcome }) => outcome === 'flow');
  const have = (...names: string[]) =>
    flows.every(({ fields }) => names.some((name) => name in fields));
  const balance = new Balance({ times: have('start', 'end'), direction: have('flow-direction') });
  for (const { outcome, fields } of lines) {
    totals[COUNTERS[outcome]]++;
    const value: Value = (field) => fields[field]?.toString();
    if (outcome === 'flow') take(flowOf(version, value), totals, balance);
  }
  return { log: path, version, balance, totals };
}
