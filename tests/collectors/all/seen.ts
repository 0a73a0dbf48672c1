import { isIPv4 } from 'node:net';
import { canonical, type Flow, postNat } from '../flow.ts';

/** A flow as a decoder shows it. What it does not show is undefined. */
export type Seen = Partial<Omit<Flow, 'version' | 'records'>> & { readonly samplingRate?: number };

/** The output of a decoder for a flow, as it names it. Times of v5 and v9 are milliseconds since `boot`. */
export type Raw = Readonly<Record<string, unknown>>;

/** The names that decoders have for what natflow sends. */
const NAMES = {
  source:
    'src_addr srcaddr src ipv4_src_addr ipv6_src_addr IPV4_SRC_ADDR IPV6_SRC_ADDR src sourceIPv4Address sourceIPv6Address SrcAddr Ipv4SrcAddr Ipv6SrcAddr SourceIpv4address SourceIpv6address',
  destination:
    'dst_addr dstaddr dst ipv4_dst_addr ipv6_dst_addr IPV4_DST_ADDR IPV6_DST_ADDR destinationIPv4Address destinationIPv6Address DstAddr Ipv4DstAddr Ipv6DstAddr DestinationIpv4address DestinationIpv6address',
  sourcePort:
    'src_port srcport l4_src_port ipv4_src_port SRC_PORT L4_SRC_PORT sourceTransportPort Sport L4SrcPort SourceTransportPort',
  destinationPort:
    'dst_port dstport l4_dst_port ipv4_dst_port DST_PORT L4_DST_PORT destinationTransportPort Dport L4DstPort DestinationTransportPort',
  protocol:
    'proto prot protocol PROTO PROTOCOL protocolIdentifier protocol_number Proto Protocol ProtocolIdentifier',
  tcpFlags: 'tcp_flags tcpFlags TCP_FLAGS tcpControlBits TcpFlags TcpControlBits',
  direction: 'direction DIRECTION flowDirection Direction FlowDirection',
  packets:
    'packets in_pkts in_packets d_pkts dpkts IN_PKTS IN_PACKETS packetDeltaCount TotPkts InPkts PacketDeltaCount',
  bytes:
    'bytes in_bytes d_octets dOctets IN_BYTES IN_OCTETS octetDeltaCount TotBytes InBytes OctetDeltaCount',
  firstAfterBoot: 'first first_switched FIRST_SWITCHED FirstSwitched',
  lastAfterBoot: 'last last_switched LAST_SWITCHED LastSwitched',
  start: 'flow_start_ms flowStartMilliseconds FlowStartMilliseconds',
  end: 'flow_end_ms flowEndMilliseconds FlowEndMilliseconds',
  startNs: 'time_flow_start_ns',
  endNs: 'time_flow_end_ns',
  startSeconds: 'StartTime',
  endSeconds: 'LastTime',
  postNatSource:
    'xlat_src postNATSourceIPv4Address xlate_src_addr_ipv4 NF_F_XLATE_SRC_ADDR_IPV4 PostNATSourceIPv4Address PostNatsourceIpv4address',
  postNatDestination:
    'xlat_dst postNATDestinationIPv4Address xlate_dst_addr_ipv4 NF_F_XLATE_DST_ADDR_IPV4 PostNATDestinationIPv4Address PostNatdestinationIpv4address',
  samplingRate: 'sampling_rate',
} as const;

const PROTOCOLS: Readonly<Record<string, number>> = {
  icmp: 1,
  tcp: 6,
  udp: 17,
  gre: 47,
  sctp: 132,
};

/** Flags as letters, from the highest bit. */
const FLAG_LETTERS = 'CEUAPRSF';

/** Numbers are addresses in some decoders. */
function addressOf(value: unknown): string {
  const text = String(value);
  if (/^[\da-f]{32}$/i.test(text)) return canonical(text.replace(/(.{4})(?=.)/g, '$1:'));
  if (typeof value !== 'number') return canonical(text);
  return [24, 16, 8, 0].map((bits) => (value >>> bits) & 255).join('.');
}

function protocolOf(value: unknown): number {
  return PROTOCOLS[String(value).toLowerCase()] ?? Number(value);
}

function flagsOf(value: unknown): number {
  if (typeof value === 'object' && value !== null) {
    const names = ['fin', 'syn', 'rst', 'psh', 'ack', 'urg', 'ece', 'cwr'];
    return names.reduce((sum, name, bit) => sum | ((value as Raw)[name] ? 1 << bit : 0), 0);
  }
  const text = String(value);
  if (!/[A-Z.]/.test(text)) return Number(text);
  return [...FLAG_LETTERS].reduce(
    (sum, letter, at) => sum | (text.includes(letter) ? 128 >> at : 0),
    0,
  );
}

function directionOf(value: unknown): number {
  return value === 'egress' ? 1 : Number(value === 'ingress' ? 0 : value);
}

/** Times with a zone are in UTC. */
function msOf(value: unknown): number {
  const text = String(value);
  return /^[\d.]+$/.test(text) ? Number(text) : Date.parse(`${text.replace(' ', 'T')}Z`);
}

/** A flow by the decoder's own names. Options data, which has no addresses, is undefined. */
export function seenOf(raw: Raw): Seen | undefined {
  const value = (name: keyof typeof NAMES) =>
    NAMES[name]
      .split(' ')
      .map((each) => raw[each])
      .find((each) => each !== undefined);
  const taken = <T>(name: keyof typeof NAMES, read: (value: unknown) => T): T | undefined => {
    const found = value(name);
    return found === undefined ? undefined : read(found);
  };
  const boot = Number(raw['boot'] ?? Number.NaN);
  const time = (
    absolute: 'start' | 'end',
    ns: 'startNs' | 'endNs',
    s: 'startSeconds' | 'endSeconds',
    after: 'firstAfterBoot' | 'lastAfterBoot',
  ) =>
    taken(absolute, msOf) ??
    taken(ns, (text) => Math.round(Number(text) / 1e6)) ??
    taken(s, (text) => Math.round(Number(text) * 1000)) ??
    taken(after, (text) => (Number.isNaN(boot) ? undefined : boot + Number(text)));
  const source = taken('source', addressOf);
  const destination = taken('destination', addressOf);
  if (source === undefined || destination === undefined) return undefined;
  const isIpv4 = isIPv4(source);
  const nat = (name: 'postNatSource' | 'postNatDestination') =>
    isIpv4 ? taken(name, (text) => postNat(addressOf(text))) : undefined;
  const seen = {
    source,
    destination,
    sourcePort: taken('sourcePort', Number),
    destinationPort: taken('destinationPort', Number),
    protocol: taken('protocol', protocolOf),
    tcpFlags: taken('tcpFlags', flagsOf),
    direction: taken('direction', directionOf),
    packets: taken('packets', (text) => BigInt(String(text))),
    bytes: taken('bytes', (text) => BigInt(String(text))),
    start: time('start', 'startNs', 'startSeconds', 'firstAfterBoot'),
    end: time('end', 'endNs', 'endSeconds', 'lastAfterBoot'),
    postNatSource: nat('postNatSource'),
    postNatDestination: nat('postNatDestination'),
    samplingRate: taken('samplingRate', Number),
  };
  return Object.fromEntries(Object.entries(seen).filter(([, each]) => each !== undefined)) as Seen;
}
