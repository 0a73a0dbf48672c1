/**
 * Flow log text with the flows that decoders differ in: IPv6, ICMP, SCTP, GRE without ports, REJECT, both
 * directions of a NAT gateway, and counters over 32 bits. No two flows have the same addresses and ports, so that a
 * decoded one shows which it is.
 */
const FORMAT =
  'version account-id interface-id srcaddr dstaddr pkt-srcaddr pkt-dstaddr srcport dstport protocol packets bytes start end action log-status tcp-flags flow-direction';
const GATEWAY = '10.0.0.220';
/** 2026-11-22, 09:00 UTC. */
const START = 1_795_338_000;

interface Kind {
  readonly source?: string;
  readonly destination?: string;
  /** The line's own addresses, where they are not the packet's. */
  readonly lineSource?: string;
  readonly lineDestination?: string;
  readonly ports?: readonly [source: string, destination: string];
  readonly protocol?: number;
  readonly counters?: readonly [packets: number, bytes: number];
  readonly action?: string;
  readonly flags?: string;
  readonly direction?: string;
}

type KindOf = (client: string, number: number) => Kind;

const KINDS: readonly KindOf[] = [
  () => ({}),
  () => ({ lineDestination: GATEWAY, direction: 'ingress' }),
  (client, number) => ({
    source: '203.0.113.5',
    destination: client,
    lineSource: GATEWAY,
    ports: ['443', `${1024 + number}`],
    direction: 'egress',
  }),
  (_, number) => ({
    source: `2001:db8::${number.toString(16)}`,
    destination: '2001:db8:1:2:3:4:5:6',
  }),
  () => ({ protocol: 1, ports: ['0', '0'], flags: '0' }),
  () => ({ protocol: 132, flags: '0', counters: [4_000_000, 5_000_000_000] }),
  () => ({ protocol: 47, ports: ['-', '-'], flags: '0' }),
  () => ({ protocol: 17, action: 'REJECT', flags: '0', counters: [2 ** 20, 2 ** 33 + 17] }),
];

/** A line, by its number from 0. */
function lineOf(number: number): string {
  const client = `10.${1 + (number >> 16)}.${(number >> 8) & 255}.${number & 255}`;
  const kind = KINDS[number % KINDS.length]?.(client, number) ?? {};
  const { source = client, destination = '203.0.113.5', protocol = 6, action = 'ACCEPT' } = kind;
  const { lineSource = source, lineDestination = destination, flags = '19' } = kind;
  const [sourcePort, destinationPort] = kind.ports ?? [`${1024 + number}`, '443'];
  const [packets, bytes] = kind.counters ?? [1 + (number % 50), 40 + 60 * (number % 1000)];
  const start = START + (number % 60);
  const addresses = [lineSource, lineDestination, source, destination];
  const rest = [protocol, packets, bytes, start, start + 1 + (number % 50), action, 'OK', flags];
  const line = [...addresses, sourcePort, destinationPort, ...rest, kind.direction ?? 'ingress'];
  return ['8 123456789012 eni-0a11bb22cc33dd44e', ...line].join(' ');
}

/** A flow log of this many flows, with its header. */
export function flowLogText(flows: number): string {
  const lines = Array.from({ length: flows }, (_, number) => lineOf(number));
  return `${[FORMAT, ...lines].join('\n')}\n`;
}
