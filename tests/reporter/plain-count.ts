/**
 * An independent count of flow log text, for comparison with reports. It is simple: lines are split at blanks, and
 * sums are Maps by textual key. It shares no code with the product.
 */

/** A flow: the values of its line by field name, without absent ones (`-`). */
type Line = ReadonlyMap<string, string>;

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
  readonly excluded: { readonly leg: number; readonly gateway: number; readonly time: number };
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
  /** By client, then service. */
  readonly clientServices: ReadonlyMap<string, Sums>;
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
  const legs = asked !== 'auto' ? asked : inTime.some(isPrivateLeg) ? 'private' : 'all';
  const counted = inTime.filter(
    (line) => legs === 'all' || isPrivateLeg(line) === (legs === 'private'),
  );
  const forwarded = counted.filter((line) => line.get('action') !== 'REJECT');
  const refused = inTime.filter((line) => line.get('action') === 'REJECT');
  const by = (lines: readonly Line[], key: (line: Line) => string) => sumsBy(lines, key);
  const service = (line: Line) => serviceOf(line, fields);
  const clients = new Set(forwarded.map(clientOf));
  const ofClient = (client: string) => forwarded.filter((line) => clientOf(line) === client);
  return {
    legs,
    flows: counted.length,
    excluded: {
      leg: inTime.length - counted.length,
      gateway: all.length - ofGateway.length,
      time: ofGateway.length - inTime.length,
    },
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
    clientServices: new Map([...clients].map((client) => [client, by(ofClient(client), service)])),
    rejects: by(
      refused,
      (line) => `${sourceOf(line)} ${destinationOf(line)} ${rejectedPort(line)}`,
    ),
    refused: refused.length,
    minutes: minutesOf(forwarded),
    minutesOf: new Map([...clients].map((client) => [client, minutesOf(ofClient(client))])),
  };
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

const interfaceOf = (line: Line) => line.get('interface-id') ?? line.get('resource-id') ?? '';
const sourceOf = (line: Line) => line.get('pkt-srcaddr') ?? line.get('srcaddr') ?? '';
const destinationOf = (line: Line) => line.get('pkt-dstaddr') ?? line.get('dstaddr') ?? '';
const isSourceTranslated = (line: Line) => sourceOf(line) !== line.get('srcaddr');
const isDestinationTranslated = (line: Line) => destinationOf(line) !== line.get('dstaddr');
const isTranslated = (line: Line) => isSourceTranslated(line) || isDestinationTranslated(line);
const isRegional = (line: Line) => !line.has('interface-id') && line.has('resource-id');
const isFromPrivate = (line: Line) => isPrivate(line.get('srcaddr') ?? '');
const isToPrivate = (line: Line) => isPrivate(line.get('dstaddr') ?? '');

/** RFC 1918, RFC 6598 and RFC 4193. */
function isPrivate(address: string): boolean {
  if (address.includes(':')) return /^f[cd]/.test(address);
  const [a = 0, b = 0] = address.split('.').map(Number);
  return (
    a === 10 ||
    (a === 172 && b >= 16 && b < 32) ||
    (a === 192 && b === 168) ||
    (a === 100 && b >= 64 && b < 128)
  );
}

function isPrivateLeg(line: Line): boolean {
  if (isTranslated(line)) return true;
  if (!isRegional(line)) return false;
  const direction = line.get('flow-direction');
  if (direction === 'ingress') return isFromPrivate(line) && !isToPrivate(line);
  return direction === 'egress' && isToPrivate(line) && !isFromPrivate(line);
}

/** Whether a flow goes away from the client: docs/reporting.md, "What counts". */
function isUpload(line: Line): boolean {
  if (isDestinationTranslated(line)) return true;
  if (isSourceTranslated(line)) return false;
  if (isFromPrivate(line) !== isToPrivate(line)) return isFromPrivate(line);
  const direction = line.get('flow-direction');
  if (direction !== undefined) return direction === 'egress';
  return numberIn(line, 'dstport') <= numberIn(line, 'srcport');
}

const numberIn = (line: Line, field: string) => Number(line.get(field) ?? 0);
const clientOf = (line: Line) => (isUpload(line) ? sourceOf(line) : destinationOf(line));
const peerOf = (line: Line) => (isUpload(line) ? destinationOf(line) : sourceOf(line));

function serviceOf(line: Line, fields: ReadonlySet<string>): string {
  const field = isUpload(line) ? 'pkt-dst-aws-service' : 'pkt-src-aws-service';
  return fields.has(field) ? (line.get(field) ?? 'none') : 'unknown';
}

/** The service port: at a NAT gateway the peer's, elsewhere the lower of the two. */
function portOf(line: Line): string {
  const ports = [numberIn(line, 'srcport'), numberIn(line, 'dstport')];
  const peers = ports[isUpload(line) ? 1 : 0];
  const isGateway = isRegional(line) || isTranslated(line);
  return `${isGateway || ports.includes(0) ? peers : Math.min(...ports)} ${numberIn(line, 'protocol')}`;
}

const rejectedPort = (line: Line) => `${numberIn(line, 'dstport')} ${numberIn(line, 'protocol')}`;

function pairOf(line: Line, service: string): string {
  const isService = service !== 'none' && service !== 'unknown';
  return `${isService ? service : peerOf(line)} ${portOf(line)}`;
}

/**
 * Spreads the bytes evenly over the seconds of a flow; the last minute takes the remainder. A line with only an end
 * counts in that second.
 */
function minutesOf(lines: readonly Line[]): Map<number, number> {
  const minutes = new Map<number, number>();
  for (const line of lines) {
    const start = line.get('start') ?? line.get('end');
    if (start === undefined) continue;
    for (const [minute, bytes] of spread(Number(start), numberIn(line, 'end'), line)) {
      minutes.set(minute, (minutes.get(minute) ?? 0) + bytes);
    }
  }
  return minutes;
}

function spread(start: number, end: number, line: Line): [minute: number, bytes: number][] {
  const bytes = BigInt(line.get('bytes') ?? 0);
  // Longer than any aggregation interval, so the end is wrong.
  const last = end < start || end - start > 720 ? start : end;
  const minutes = new Map<number, number>();
  for (let second = start; second <= last; second++) {
    const minute = Math.floor(second / 60);
    minutes.set(minute, (minutes.get(minute) ?? 0) + 1);
  }
  const shares = [...minutes].map(([minute, seconds]): [number, bigint] => [
    minute,
    (bytes * BigInt(seconds)) / BigInt(last - start + 1),
  ]);
  const rest = bytes - shares.reduce((sum, [, share]) => sum + share, 0n);
  return shares.map(([minute, share], index) => [
    minute,
    Number(index === shares.length - 1 ? share + rest : share),
  ]);
}
