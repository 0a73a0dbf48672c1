/** An information element of a template: its number in the IANA registry, and its octets on the wire. */
export type Field = readonly [element: number, octets: number];

/**
 * Template ids. An id keeps its layout for ever: collectors hold templates by it, some of them for
 * all exporters together, so a changed layout takes a new id.
 */
export const IPV4_TEMPLATE = 256;
export const IPV6_TEMPLATE = 257;
/** IPv4 with the addresses after translation by the NAT gateway. */
export const TRANSLATED_TEMPLATE = 258;

/**
 * What each record holds besides its addresses and times, in this order. The list is short on
 * purpose: a single element that a collector does not know, or knows too well (natEvent,
 * firewallEvent, flowId turn flows into events), costs the whole record there.
 */
const COMMON: readonly Field[] = [
  [7, 2], // sourceTransportPort
  [11, 2], // destinationTransportPort
  [4, 1], // protocolIdentifier
  [6, 1], // tcpControlBits
  [61, 1], // flowDirection
  [89, 1], // forwardingStatus
  [10, 4], // ingressInterface
  [14, 4], // egressInterface
  [2, 8], // packetDeltaCount
  [1, 8], // octetDeltaCount
];

const IPV4_ADDRESSES: readonly Field[] = [
  [8, 4], // sourceIPv4Address
  [12, 4], // destinationIPv4Address
];

const IPV6_ADDRESSES: readonly Field[] = [
  [27, 16], // sourceIPv6Address
  [28, 16], // destinationIPv6Address
];

const POST_NAT_ADDRESSES: readonly Field[] = [
  [225, 4], // postNATSourceIPv4Address
  [226, 4], // postNATDestinationIPv4Address
];

/** v9 tells times as milliseconds of SysUptime: all that goflow2 reads there. */
export const UPTIME_TIMES: readonly Field[] = [
  [22, 4], // flowStartSysUpTime
  [21, 4], // flowEndSysUpTime
];

/** IPFIX tells times as milliseconds since 1970: nfdump before 1.7.8 takes seconds for the year 1970. */
export const ABSOLUTE_TIMES: readonly Field[] = [
  [152, 8], // flowStartMilliseconds
  [153, 8], // flowEndMilliseconds
];

/** The layouts by template id, for times told in one of the two ways. */
export function layouts(times: readonly Field[]): ReadonlyMap<number, readonly Field[]> {
  return new Map([
    [IPV4_TEMPLATE, [...IPV4_ADDRESSES, ...COMMON, ...times]],
    [IPV6_TEMPLATE, [...IPV6_ADDRESSES, ...COMMON, ...times]],
    [TRANSLATED_TEMPLATE, [...IPV4_ADDRESSES, ...COMMON, ...times, ...POST_NAT_ADDRESSES]],
  ]);
}

export function recordOctets(layout: readonly Field[]): number {
  return layout.reduce((octets, field) => octets + field[1], 0);
}

/** The template set (v9: FlowSet) that announces the layouts: RFC 3954 section 5.2, RFC 7011 section 3.4.1. */
export function templateSet(
  setId: number,
  byId: ReadonlyMap<number, readonly Field[]>,
): Uint8Array {
  const words = [...byId].flatMap(([id, layout]) => [id, layout.length, ...layout.flat()]);
  const set = new DataView(new ArrayBuffer(4 + words.length * 2));
  set.setUint16(0, setId);
  set.setUint16(2, set.byteLength);
  for (const [index, word] of words.entries()) set.setUint16(4 + index * 2, word);
  return new Uint8Array(set.buffer);
}
