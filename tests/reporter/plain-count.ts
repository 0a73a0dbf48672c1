/**
 * An independent count of flow log text, for comparison with reports. It is simple: lines are split at blanks, and
 * sums are Maps by textual key. It shares no code with the product.
 */

import {
  destinationOf,
  interfaceOf,
  isDestinationHidden,
  isPrivate,
  isPrivateLeg,
  isRegional,
  isSourceHidden,
  type Judged,
  judge,
  type Line,
  opener,
  sourceOf,
} from './plain-gateways.ts';
import { minutesOf } from './plain-minutes.ts';

export interface Sum {
  readonly flows: number;
  readonly bytes: number;
  readonly upload: number;
}

export interface Question {
  readonly legs?: 'auto' | 'all' | 'private' | 'public';
  readonly gateway?: ReadonlySet<string>;
  readonly between?: { readonly from: number; readonly to: number };
}

/** Sums by key; a key is words separated by blanks. */
export type Sums = ReadonlyMap<string, Sum>;

export interface PlainCount {
  readonly legs: 'all' | 'private' | 'public';
  readonly flows: number;
  readonly excluded: {
    readonly leg: number;
    readonly interface: number;
    readonly gateway: number;
    readonly time: number;
  };
  /** What went through NAT gateways, and what did not; forwarded flows, whatever legs count. */
  readonly through: Total;
  readonly notProven: Total & { readonly interfaces: number };
  /** By interface, what went through it. */
  readonly gateways: ReadonlyMap<string, Total>;
  /** Whether what counts has a price. */
  readonly isPriced: boolean;
  readonly interfaces: readonly string[];
  readonly window: readonly [start: number, end: number] | undefined;
  readonly up: Total;
  readonly down: Total;
  readonly rejected: Total;
  /** By client. */
  readonly sources: Sums;
  /** By service: AWS's name, `none` when it is not a service of AWS, `unknown` when the lines have no such field. */
  readonly services: Sums;
  /** By peer, service, port and protocol. */
  readonly destinations: Sums;
  /** By port and protocol. */
  readonly ports: Sums;
  /** By client, then service (or peer, when there is none), port and protocol. */
  readonly pairs: ReadonlyMap<string, Sums>;
  /** By source, destination, port and protocol. */
  readonly rejects: Sums;
  readonly refused: number;
  /** Bytes by minute since 1970, in total and by client. */
  readonly minutes: ReadonlyMap<number, number>;
  readonly minutesOf: ReadonlyMap<string, ReadonlyMap<number, number>>;
}

interface Total {
  readonly flows: number;
  readonly bytes: bigint;
  readonly packets: bigint;
}

/** The flows among the lines of a text with a header line. */
function readFlows(text: string): Line[] {
  const [header = '', ...rows] = text.trim().split('\n');
  const names = header.split(' ');
  return rows
    .map((row) => {
      const values = row.split(' ').map((value, column) => [names[column] ?? '', value] as const);
      return new Map(values.filter(([, value]) => value !== '-'));
    })
    .filter((line) => line.has('srcaddr') && line.has('dstaddr'))
    .filter((line) => !names.includes('log-status') || line.get('log-status') === 'OK');
}

export function countPlainly(text: string, question: Question = {}): PlainCount {
  const fields = new Set(text.split('\n', 1).join('').split(' '));
  const all = readFlows(text);
  const { gateway, between, legs: asked = 'auto' } = question;
  const ofGateway = all.filter(
    (line) =>
      gateway === undefined ||
      [line.get('interface-id') ?? '', line.get('resource-id') ?? ''].some((id) => gateway.has(id)),
  );
  const inTime = ofGateway.filter(
    (line) =>
      between === undefined ||
      !(
        Number(line.get('end') ?? -1) < between.from || Number(line.get('start') ?? -1) > between.to
      ),
  );
  const judged = judge(inTime, gateway);
  const { legs, counted, left } = choose(judged, asked);
  const forwarded = counted.filter((line) => line.get('action') !== 'REJECT');
  const isRefused = ({ line }: Judged) => line.get('action') === 'REJECT';
  const isOfGateways = asked === 'auto' && legs === 'private';
  const refused = judged
    .filter((each) => isRefused(each) && (!isOfGateways || each.isKnown))
    .map(({ line }) => line);
  const through = judged.filter((each) => each.isThrough);
  const notProven = judged.filter((each) => !isRefused(each) && !isProven(each));
  const forwardedThrough = through.filter((each) => !isRefused(each));
  const by = (lines: readonly Line[], key: (line: Line) => string) => sumsBy(lines, key);
  const service = (line: Line) => serviceOf(line, fields);
  const clients = new Set(forwarded.map(clientOf));
  const ofClient = (client: string) => forwarded.filter((line) => clientOf(line) === client);
  return {
    legs,
    flows: counted.length,
    excluded: {
      leg: inTime.length - counted.length - left,
      interface: left,
      gateway: all.length - ofGateway.length,
      time: ofGateway.length - inTime.length,
    },
    through: totalOf(forwardedThrough.map(({ line }) => line)),
    notProven: {
      ...totalOf(notProven.map(({ line }) => line)),
      interfaces: new Set(notProven.map(({ line }) => interfaceOf(line))).size,
    },
    gateways: new Map(
      [...new Set(through.map(({ line }) => interfaceOf(line)))].map((name) => [
        name,
        totalOf(
          forwardedThrough.map(({ line }) => line).filter((line) => interfaceOf(line) === name),
        ),
      ]),
    ),
    isPriced: isOfGateways || (legs === 'private' && isSame(counted, through)),
    interfaces: [...new Set(counted.map(interfaceOf))].filter((name) => name !== '').sort(),
    window: windowOf(counted),
    up: totalOf(forwarded.filter(isUpload)),
    down: totalOf(forwarded.filter((line) => !isUpload(line))),
    rejected: totalOf(counted.filter((line) => line.get('action') === 'REJECT')),
    sources: by(forwarded, clientOf),
    services: by(forwarded, service),
    destinations: by(forwarded, (line) => `${peerOf(line)} ${service(line)} ${portOf(line)}`),
    ports: by(forwarded, portOf),
    pairs: new Map(
      [...clients].map((client) => [
        client,
        by(ofClient(client), (line) => pairOf(line, service(line))),
      ]),
    ),
    rejects: by(
      refused,
      (line) => `${sourceOf(line)} ${destinationOf(line)} ${rejectedPort(line)}`,
    ),
    refused: refused.length,
    minutes: minutesOf(forwarded),
    minutesOf: new Map([...clients].map((client) => [client, minutesOf(ofClient(client))])),
  };
}

/** Whether a line is of a gateway that something went through, and tells its leg there. */
function isProven({ isGateway, isUntold }: Judged): boolean {
  return isGateway && !isUntold;
}

function isSame(counted: readonly Line[], through: readonly Judged[]): boolean {
  const sum = (lines: readonly Line[]) => totalOf(lines.filter(isForwarded)).bytes;
  const lines = through.map(({ line }) => line);
  return counted.length === lines.length && sum(counted) === sum(lines);
}

const isForwarded = (line: Line) => line.get('action') !== 'REJECT';

/** The lines that count, each with what tells its direction, and how many do not because nothing proves them. */
function choose(judged: readonly Judged[], asked: NonNullable<Question['legs']>) {
  const through = judged.filter((each) => each.isThrough);
  if (asked === 'auto' && through.length > 0) {
    const left = judged.filter((each) =>
      each.isGateway ? each.isUntold && isForwarded(each.line) : true,
    ).length;
    const counted = through.map(({ line, own }) => marked(line, own ?? 'gateway'));
    return { legs: 'private' as const, counted, left };
  }
  const legs = asked === 'auto' ? 'all' : asked;
  const counted = judged
    .map(({ line }) => line)
    .filter((line) => legs === 'all' || isPrivateLeg(line) === (legs === 'private'))
    .map((line) => marked(line, legs === 'private' ? 'gateway' : 'any'));
  return { legs, counted, left: 0 };
}

/** The line with one value more: `gateway`, `any`, or the gateway's own address. */
function marked(line: Line, way: string): Line {
  return new Map([...line, ['way', way]]);
}

function sumsBy(lines: readonly Line[], key: (line: Line) => string): Sums {
  const sums = new Map<string, Sum>();
  for (const line of lines) {
    const before = sums.get(key(line)) ?? { flows: 0, bytes: 0, upload: 0 };
    const bytes = Number(line.get('bytes') ?? 0);
    sums.set(key(line), {
      flows: before.flows + 1,
      bytes: before.bytes + bytes,
      upload: before.upload + (isUpload(line) ? bytes : 0),
    });
  }
  return sums;
}

function totalOf(lines: readonly Line[]): Total {
  const sum = (field: string) =>
    lines.reduce((total, line) => total + BigInt(line.get(field) ?? 0), 0n);
  return { flows: lines.length, bytes: sum('bytes'), packets: sum('packets') };
}

function windowOf(lines: readonly Line[]): [number, number] | undefined {
  const times = (field: string) => lines.flatMap((line) => line.get(field) ?? []).map(Number);
  const [starts, ends] = [times('start'), times('end')];
  if (starts.length === 0 || ends.length === 0) return undefined;
  const [start, end] = [Math.min(...starts), Math.max(...ends)];
  return end < start ? undefined : [start, end];
}

/** Away from the client: docs/reporting.md, "What counts". */
function isUpload(line: Line): boolean {
  const way = line.get('way') ?? '';
  if (isOwn(way)) return line.get('srcaddr') !== way;
  if (way === 'gateway' && isDestinationHidden(line)) return true;
  if (way === 'gateway' && isSourceHidden(line)) return false;
  const [from, to] = [isPrivate(sourceOf(line)), isPrivate(destinationOf(line))];
  if (from !== to) return from;
  const by = opener(line);
  if (by !== undefined) return by === 'src';
  const direction = line.get('flow-direction');
  if (direction !== undefined) return direction === 'egress';
  return numberIn(line, 'dstport') <= numberIn(line, 'srcport');
}

const isOwn = (way: string) => way !== 'gateway' && way !== 'any';
const numberIn = (line: Line, field: string) => Number(line.get(field) ?? 0);
const clientOf = (line: Line) => (isUpload(line) ? sourceOf(line) : destinationOf(line));
/** Lines without packet addresses do not say whom the gateway's client talks to. */
function peerOf(line: Line): string {
  if (isOwn(line.get('way') ?? '')) return 'not said';
  return isUpload(line) ? destinationOf(line) : sourceOf(line);
}

function serviceOf(line: Line, fields: ReadonlySet<string>): string {
  const field = isUpload(line) ? 'pkt-dst-aws-service' : 'pkt-src-aws-service';
  if (isOwn(line.get('way') ?? '')) return 'unknown';
  return fields.has(field) ? (line.get(field) ?? 'none') : 'unknown';
}

/** The service port: at a NAT gateway the peer's, elsewhere the lower of the two. */
function portOf(line: Line): string {
  const ports = [numberIn(line, 'srcport'), numberIn(line, 'dstport')];
  const peers = ports[isUpload(line) ? 1 : 0];
  const isGateway = isRegional(line) || line.get('way') !== 'any';
  return `${isGateway || ports.includes(0) ? peers : Math.min(...ports)} ${numberIn(line, 'protocol')}`;
}

const rejectedPort = (line: Line) => `${numberIn(line, 'dstport')} ${numberIn(line, 'protocol')}`;

function pairOf(line: Line, service: string): string {
  const isService = service !== 'none' && service !== 'unknown';
  return `${isService ? service : peerOf(line)} ${portOf(line)}`;
}
