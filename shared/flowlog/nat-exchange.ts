import type { Format } from './format.ts';

/** The values of a line by field name. A field without a value is written as `-`. */
export type LineValues = Readonly<Record<string, string | number>>;

/** Packets and bytes sent in one direction. */
export interface Counter {
  readonly packets: number;
  readonly bytes: number;
}

/** What a client and a host on the internet sent each other through a NAT gateway in one aggregation window. */
export interface Exchange {
  /** Unix seconds of the first and the last packet. */
  readonly start: number;
  readonly end: number;
  readonly client: string;
  readonly clientPort: number;
  readonly peer: string;
  readonly peerPort: number;
  /** The source port that the gateway gives the connection on its public side. */
  readonly gatewayPort: number;
  /** AWS's name for the peer's address range (`pkt-dst-aws-service`), `-` when it has none. */
  readonly service: string;
  /** From client to peer. */
  readonly up: Counter;
  /** From peer to client. */
  readonly down: Counter;
  readonly tcpFlags: number;
}

/** A NAT gateway as its flow log describes it. */
export interface LoggedGateway {
  /** The private address of its interface. */
  readonly address: string;
  /** A regional gateway has no interface: the private leg shows the peer in place of the gateway's address. */
  readonly isRegional?: boolean;
  /** The fields that are the same in every line: version, account-id, interface-id, vpc-id, … */
  readonly values: LineValues;
}

/** One side of a line: where packets come from or go to. */
interface End {
  readonly address: string;
  readonly port: number;
  readonly service: string;
}

/** What differs between the four lines of an exchange. */
interface Leg {
  readonly from: End;
  readonly to: End;
  /** The ends of the packet itself, which at an interface of a NAT gateway are not those of the line. */
  readonly packetFrom: End;
  readonly packetTo: End;
  readonly sent: Counter;
  readonly direction: 'ingress' | 'egress';
  /** AWS's number for the way an egress packet takes: 1 within the VPC, 8 through an internet gateway. */
  readonly path: 1 | 8 | '-';
}

type Column = (leg: Leg, exchange: Exchange) => string | number;

const COLUMNS = new Map<string, Column>([
  ['srcaddr', ({ from }) => from.address],
  ['srcport', ({ from }) => from.port],
  ['dstaddr', ({ to }) => to.address],
  ['dstport', ({ to }) => to.port],
  ['pkt-srcaddr', ({ packetFrom }) => packetFrom.address],
  ['pkt-dstaddr', ({ packetTo }) => packetTo.address],
  ['pkt-src-aws-service', ({ packetFrom }) => packetFrom.service],
  ['pkt-dst-aws-service', ({ packetTo }) => packetTo.service],
  ['packets', ({ sent }) => sent.packets],
  ['bytes', ({ sent }) => sent.bytes],
  ['flow-direction', ({ direction }) => direction],
  ['traffic-path', ({ path }) => path],
  ['start', (_, { start }) => start],
  ['end', (_, { end }) => end],
  ['tcp-flags', (_, { tcpFlags }) => tcpFlags],
  ['protocol', () => 6],
  ['type', () => 'IPv4'],
  ['action', () => 'ACCEPT'],
  ['log-status', () => 'OK'],
]);

/**
 * Writes the four lines that AWS logs for an exchange: client to gateway, gateway to peer, peer to gateway,
 * gateway to client. The first and the last are the private leg, the two between are the public leg.
 * https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-records-examples.html
 */
export function exchangeWriter(
  format: Format,
  gateway: LoggedGateway,
): (exchange: Exchange) => string[] {
  const columns = format.map((name): Column => {
    const value = gateway.values[name] ?? '-';
    return COLUMNS.get(name) ?? (() => value);
  });
  return (exchange) =>
    legsOf(gateway, exchange).map((leg) =>
      columns.map((column) => column(leg, exchange)).join(' '),
    );
}

function legsOf({ address, isRegional }: LoggedGateway, exchange: Exchange): Leg[] {
  const { up, down, service } = exchange;
  const client = { address: exchange.client, port: exchange.clientPort, service: '-' };
  const peer = { address: exchange.peer, port: exchange.peerPort, service };
  const outside = { address, port: exchange.gatewayPort, service: '-' };
  // On the private leg the interface stands in for the peer: its own address, the peer's port.
  const inside = isRegional ? peer : { address, port: peer.port, service: '-' };
  const toPeer = { sent: up, packetTo: peer };
  const toClient = { sent: down, packetFrom: peer };
  return [
    { ...toPeer, from: client, to: inside, packetFrom: client, direction: 'ingress', path: '-' },
    { ...toPeer, from: outside, to: peer, packetFrom: outside, direction: 'egress', path: 8 },
    { ...toClient, from: peer, to: outside, packetTo: outside, direction: 'ingress', path: '-' },
    { ...toClient, from: inside, to: client, packetTo: client, direction: 'egress', path: 1 },
  ];
}

/** The line for a window (Unix seconds) without traffic, or in which AWS did not capture all of it. */
export function statusLine(
  format: Format,
  values: LineValues,
  status: 'NODATA' | 'SKIPDATA',
  [start, end]: readonly [start: number, end: number],
): string {
  const all: LineValues = { ...values, start, end, 'log-status': status };
  return format.map((name) => all[name] ?? '-').join(' ');
}
