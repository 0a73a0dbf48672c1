/** An information element in a template: its number, and its length in octets. */
export type Field = readonly [element: number, octets: number];

/**
 * The information elements that natflow exports, by their names in IANA's IPFIX registry, with the length that
 * natflow uses for each. v9 uses the same numbers (RFC 3954 section 8).
 */
export const ELEMENTS = {
  octetDeltaCount: [1, 8],
  packetDeltaCount: [2, 8],
  protocolIdentifier: [4, 1],
  tcpControlBits: [6, 1],
  sourceTransportPort: [7, 2],
  sourceIPv4Address: [8, 4],
  ingressInterface: [10, 4],
  destinationTransportPort: [11, 2],
  destinationIPv4Address: [12, 4],
  egressInterface: [14, 4],
  flowEndSysUpTime: [21, 4],
  flowStartSysUpTime: [22, 4],
  sourceIPv6Address: [27, 16],
  destinationIPv6Address: [28, 16],
  flowDirection: [61, 1],
  forwardingStatus: [89, 1],
  flowStartMilliseconds: [152, 8],
  flowEndMilliseconds: [153, 8],
  postNATSourceIPv4Address: [225, 4],
  postNATDestinationIPv4Address: [226, 4],
} as const satisfies Readonly<Record<string, Field>>;

export type ElementName = keyof typeof ELEMENTS;
