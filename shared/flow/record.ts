/** An IP address as 32-bit words in network order of significance; IPv4 uses `w0` alone. */
export class Address {
  /** 4 or 6; 0 when there is no address. */
  family = 0;
  w0 = 0;
  w1 = 0;
  w2 = 0;
  w3 = 0;
}

/** Copies an address into another one, which code that keeps it has for itself. */
export function copyAddress(from: Address, to: Address): void {
  to.family = from.family;
  to.w0 = from.w0;
  to.w1 = from.w1;
  to.w2 = from.w2;
  to.w3 = from.w3;
}

/** The value of `start` and `end` when the line has none. */
export const NO_TIME = -1;

/** Seen from the interface, RFC 5102 flowDirection; `UNKNOWN_DIRECTION` when the line has none. */
export const INGRESS = 0;
export const EGRESS = 1;
export const UNKNOWN_DIRECTION = -1;

/** RFC 7270 forwardingStatus: forwarded, or dropped because an access list denied it. */
export const FORWARDED = 64;
export const DROPPED = 129;
export const UNKNOWN_STATUS = 0;

/** log-status. A line with another word, or with `-`, is not counted as a flow. A format may lack the field. */
export const OK = 0;
export const NODATA = 1;
export const SKIPDATA = 2;
export const OTHER_STATUS = 3;

/**
 * One flow, as sources fill it and encoders read it. A source has one instance, which it fills anew for
 * every line: code that keeps a flow has to copy it.
 */
export class FlowRecord {
  /** The interface's side of the exchange: srcaddr and dstaddr. */
  readonly source = new Address();
  readonly destination = new Address();
  /** The packet's own addresses: pkt-srcaddr and pkt-dstaddr. */
  readonly packetSource = new Address();
  readonly packetDestination = new Address();
  sourcePort = 0;
  destinationPort = 0;
  protocol = 0;
  tcpFlags = 0;
  /** 64-bit counters as two 32-bit halves; each half holds the bits of an unsigned number. */
  packetsHigh = 0;
  packetsLow = 0;
  bytesHigh = 0;
  bytesLow = 0;
  /** Unix seconds, or NO_TIME. */
  start = NO_TIME;
  end = NO_TIME;
  direction = UNKNOWN_DIRECTION;
  forwardingStatus = UNKNOWN_STATUS;
  /** A stable number for the interface, 1 to 2^31-1; 0 when the line names none. */
  interfaceIndex = 0;
  /** A regional NAT gateway: no interface, but a resource that the flow belongs to. */
  regional = false;
  logStatus = OK;
}

/** A 64-bit counter of its two halves; above 2^53 it is not exact. */
export function counter(high: number, low: number): number {
  return (high >>> 0) * 2 ** 32 + (low >>> 0);
}

/** Whether two addresses are the same; two that are absent are. */
export function sameAddress(a: Address, b: Address): boolean {
  return (
    a.family === b.family &&
    a.w0 === b.w0 &&
    (a.family !== 6 || (a.w1 === b.w1 && a.w2 === b.w2 && a.w3 === b.w3))
  );
}

/** Whether the line has both addresses of the packet, without which nothing shows that it is not translated. */
export function hasPacketAddresses({ packetSource, packetDestination }: FlowRecord): boolean {
  return packetSource.family !== 0 && packetDestination.family !== 0;
}

/** The address that the packet itself had, if the line has it, else srcaddr. */
export function trueSource(flow: FlowRecord): Address {
  return flow.packetSource.family === 0 ? flow.source : flow.packetSource;
}

export function trueDestination(flow: FlowRecord): Address {
  return flow.packetDestination.family === 0 ? flow.destination : flow.packetDestination;
}
