import { type Layout, layoutOf } from './layout.ts';

/**
 * Template ids. An id keeps its elements in every release: some collectors share templates between all
 * exporters, so changed elements take a new id.
 */
const FIRST_TEMPLATE = 256;

/** An information element in a template: its number, and its length in octets. */
export type Field = readonly [element: number, octets: number];

/** Information elements that follow each other in a record, in wire order. */
export interface Part {
  readonly fields: readonly Field[];
  readonly octets: number;
}

/** A template: its id, its information elements, and where its parts stand in a record, in octets. */
export interface Template {
  readonly id: number;
  readonly fields: readonly Field[];
  readonly octets: number;
  readonly commonAt: number;
  readonly timesAt: number;
  readonly postNatAt: number;
}

/*
 * The information elements that natflow exports, by their names in IANA's IPFIX registry, with the length that
 * natflow uses for each. v9 uses the same numbers (RFC 3954 section 8).
 */

export const IPV4_ADDRESSES = part({
  sourceIPv4Address: [8, 4],
  destinationIPv4Address: [12, 4],
});
export const IPV6_ADDRESSES = part({
  sourceIPv6Address: [27, 16],
  destinationIPv6Address: [28, 16],
});

/**
 * What each record holds besides its addresses and times. The list is short on purpose: a single element
 * that a collector does not know, or treats as an event (natEvent, firewallEvent, flowId), costs the whole
 * record there.
 */
export const COMMON = part({
  sourceTransportPort: [7, 2],
  destinationTransportPort: [11, 2],
  protocolIdentifier: [4, 1],
  tcpControlBits: [6, 1],
  flowDirection: [61, 1],
  forwardingStatus: [89, 1],
  ingressInterface: [10, 4],
  egressInterface: [14, 4],
  packetDeltaCount: [2, 8],
  octetDeltaCount: [1, 8],
});

/** v9 times are milliseconds of SysUptime, the only form that goflow2 reads in v9. */
export const UPTIME_TIMES = part({ flowStartSysUpTime: [22, 4], flowEndSysUpTime: [21, 4] });

/** IPFIX times are milliseconds since 1970, because nfdump before 1.7.8 misreads times in seconds. */
export const ABSOLUTE_TIMES = part({
  flowStartMilliseconds: [152, 8],
  flowEndMilliseconds: [153, 8],
});

export const POST_NAT_ADDRESSES = part({
  postNATSourceIPv4Address: [225, 4],
  postNATDestinationIPv4Address: [226, 4],
});

/** The templates of a version, by what their records hold. */
export type Templates = Readonly<Record<'ipv4' | 'ipv6' | 'translated', Template>>;

/**
 * The templates with times in one of the two forms. `translated` is IPv4 with its addresses after NAT. Their ids are
 * `first` and the next two.
 */
export function templatesWith(times: Part, first = FIRST_TEMPLATE): Templates {
  return {
    ipv4: template(first, IPV4_ADDRESSES, times),
    ipv6: template(first + 1, IPV6_ADDRESSES, times),
    translated: template(first + 2, IPV4_ADDRESSES, times, POST_NAT_ADDRESSES),
  };
}

/** Elements by name, as they follow each other. */
export function part<const Name extends string>(
  elements: Readonly<Record<Name, Field>>,
): Part & Layout<Name> {
  const fields: Field[] = Object.values(elements);
  const octets = Object.entries<Field>(elements).map(([name, [, length]]) => [name, length]);
  return { fields, ...layoutOf<Name>(Object.fromEntries(octets)) };
}

function template(id: number, addresses: Part, times: Part, postNat?: Part): Template {
  const commonAt = addresses.octets;
  const timesAt = commonAt + COMMON.octets;
  const postNatAt = timesAt + times.octets;
  const fields = [addresses, COMMON, times, postNat].flatMap((part) => part?.fields ?? []);
  return { id, fields, octets: postNatAt + (postNat?.octets ?? 0), commonAt, timesAt, postNatAt };
}

/** The template set (v9: FlowSet) that announces the templates: RFC 3954 section 5.2, RFC 7011 section 3.4.1. */
export function templateSet(setId: number, templates: readonly Template[]): Uint8Array {
  const words = templates.flatMap(({ id, fields }) => [id, fields.length, ...fields.flat()]);
  const set = new DataView(new ArrayBuffer(4 + words.length * 2));
  set.setUint16(0, setId);
  set.setUint16(2, set.byteLength);
  for (const [index, word] of words.entries()) set.setUint16(4 + index * 2, word);
  return new Uint8Array(set.buffer);
}
