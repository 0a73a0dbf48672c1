/**
 * Which lines are of what went through a NAT gateway, decided as plainly as it can be: docs/reporting.md, "What is
 * a NAT gateway". It shares no code with the product.
 */

/** A flow, as the values of its line by the names of the fields; what is `-` is left out. */
export type Line = ReadonlyMap<string, string>;

export interface Judged {
  readonly line: Line;
  /** Whether the line's bytes went through a NAT gateway, and count there. */
  readonly isThrough: boolean;
  /** Whether its interface has such lines. */
  readonly isGateway: boolean;
  /** Whether an interface is known to be a gateway's, whatever its lines tell of legs. */
  readonly isKnown: boolean;
  /** A line without packet addresses, of which the leg is not told. */
  readonly isUntold: boolean;
  /** The gateway's own address, at a line without packet addresses. */
  readonly own: string | undefined;
}

export const interfaceOf = (line: Line) =>
  line.get('interface-id') ?? line.get('resource-id') ?? '';
export const sourceOf = (line: Line) => line.get('pkt-srcaddr') ?? line.get('srcaddr') ?? '';
export const destinationOf = (line: Line) => line.get('pkt-dstaddr') ?? line.get('dstaddr') ?? '';
export const isSourceHidden = (line: Line) => sourceOf(line) !== line.get('srcaddr');
export const isDestinationHidden = (line: Line) => destinationOf(line) !== line.get('dstaddr');
export const isRegional = (line: Line) => !line.has('interface-id') && line.has('resource-id');
const isWhole = (line: Line) => line.has('pkt-srcaddr') && line.has('pkt-dstaddr');
const isPlain = (line: Line) => !isRegional(line) && !isPrivateLeg(line) && !isWhole(line);

/** RFC 1918, RFC 6598 and RFC 4193. */
export function isPrivate(address = ''): boolean {
  if (address.includes(':')) return /^f[cd]/.test(address);
  const [a = 0, b = 0] = address.split('.').map(Number);
  return (
    a === 10 ||
    (a === 172 && b >= 16 && b < 32) ||
    (a === 192 && b === 168) ||
    (a === 100 && b >= 64 && b < 128)
  );
}

export function isPrivateLeg(line: Line): boolean {
  if (isSourceHidden(line) || isDestinationHidden(line)) return true;
  if (!isRegional(line)) return false;
  const [from, to] = [isPrivate(line.get('srcaddr')), isPrivate(line.get('dstaddr'))];
  const direction = line.get('flow-direction');
  if (direction === 'ingress') return from && !to;
  return direction === 'egress' && to && !from;
}

/** Who opened: `src`, `dst`, or undefined where the line does not tell. */
export function opener(line: Line): 'src' | 'dst' | undefined {
  const flags = Number(line.get('tcp-flags') ?? 0);
  if (Math.floor(flags / 2) % 2 === 1) return Math.floor(flags / 16) % 2 === 1 ? 'dst' : 'src';
  const ports = ['srcport', 'dstport'].map((name) => Number(line.get(name) ?? 0));
  if (ports.includes(0)) return undefined;
  const [source = 0, destination = 0] = ports.map(
    (port) => [1024, 32_768].filter((b) => port >= b).length,
  );
  if (source === destination) return undefined;
  return source > destination ? 'src' : 'dst';
}

interface End {
  readonly line: string;
  readonly packet: string;
  readonly port: string;
}

function endOf(line: Line, which: 'src' | 'dst'): End {
  const address = line.get(`${which}addr`) ?? '';
  const packet = line.get(`pkt-${which}addr`) ?? '';
  return { line: address, packet, port: line.get(`${which}port`) ?? '0' };
}

/** What one line shows of an exchange: which one, and from where it came. Undefined when it shows nothing. */
function exchangeOf(line: Line): { readonly key: string; readonly from: string } | undefined {
  const by = opener(line);
  if (by === undefined || !isWhole(line)) return undefined;
  const [near, far] = [endOf(line, by), endOf(line, by === 'src' ? 'dst' : 'src')];
  const [hidesNear, hidesFar] = [near.line !== near.packet, far.line !== far.packet];
  if (hidesFar && (hidesNear || !isPrivate(near.line))) return undefined;
  const own = hidesFar ? far.line : near.line;
  const key = [interfaceOf(line), own, far.packet, far.port, line.get('protocol') ?? 0].join(' ');
  if (hidesFar) return { key, from: 'client' };
  return { key, from: hidesNear ? 'another' : 'itself' };
}

/** The names of interfaces whose lines show the same exchange from a client and from the interface itself. */
function shownByLines(lines: readonly Line[]): Set<string> {
  const seen = new Map<string, Set<string>>();
  const shown = new Set<string>();
  for (const line of lines.filter((each) => each.has('interface-id'))) {
    const exchange = exchangeOf(line);
    if (exchange === undefined) continue;
    const from = (seen.get(exchange.key) ?? new Set<string>()).add(exchange.from);
    seen.set(exchange.key, from);
    if (from.has('client') && from.has('itself') && !from.has('another')) {
      shown.add(interfaceOf(line));
    }
  }
  return shown;
}

/** The own address that a gateway's lines without packet addresses have in common, and what they say of their leg. */
function judgePlain(lines: readonly Line[]) {
  const ends = (line: Line) => [line.get('srcaddr') ?? '', line.get('dstaddr') ?? ''];
  const [first] = lines;
  const inside = first === undefined ? [] : ends(first).filter(isPrivate);
  let possible = first === undefined ? [] : inside.length === 1 ? inside : ends(first);
  const strange = new Set<Line>();
  for (const line of lines) {
    const left = possible.filter((address) => ends(line).includes(address));
    if (left.length > 0) possible = left;
    else strange.add(line);
  }
  const [own, ...others] = possible;
  const isSure = own !== undefined && others.length === 0;
  return (line: Line): { leg: 'private' | 'public' | undefined; own: string | undefined } => {
    if (!isSure || strange.has(line)) return { leg: undefined, own: undefined };
    const isFromOwn = line.get('srcaddr') === own;
    const other = line.get(isFromOwn ? 'dstaddr' : 'srcaddr');
    if (!isPrivate(other)) return { leg: 'public', own };
    const by = opener(line);
    if (by === undefined) return { leg: undefined, own };
    return { leg: (by === 'src') === isFromOwn ? 'public' : 'private', own };
  };
}

/** Judges all lines; `named` are the interfaces and resources that are said to be gateways. */
export function judge(lines: readonly Line[], named: ReadonlySet<string> = new Set()): Judged[] {
  const shown = shownByLines(lines);
  const owned = new Set(lines.filter((line) => line.has('instance-id')).map(interfaceOf));
  const isKnown = (line: Line) => {
    const name = interfaceOf(line);
    if (owned.has(name)) return false;
    const isNamed =
      named.has(line.get('interface-id') ?? '') || named.has(line.get('resource-id') ?? '');
    return isNamed || (isRegional(line) && name.startsWith('nat-')) || shown.has(name);
  };
  const plain = new Map<string, ReturnType<typeof judgePlain>>();
  for (const name of new Set(lines.map(interfaceOf))) {
    plain.set(
      name,
      judgePlain(lines.filter((line) => interfaceOf(line) === name && isPlain(line))),
    );
  }
  const through = new Set<string>();
  const judged = lines.map((line) => {
    const known = isKnown(line);
    const told = isPlain(line) ? plain.get(interfaceOf(line))?.(line) : undefined;
    const isThrough = known && (isPlain(line) ? told?.leg === 'private' : isPrivateLeg(line));
    if (isThrough) through.add(interfaceOf(line));
    const isUntold = isPlain(line) && told?.leg === undefined;
    return { line, isThrough, isKnown: known, isUntold, own: told?.own };
  });
  return judged.map((each) => ({ ...each, isGateway: through.has(interfaceOf(each.line)) }));
}
