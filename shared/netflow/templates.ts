import { ELEMENTS, type ElementName, type Field } from './elements.ts';
import { type Layout, layoutOf } from './layout.ts';

/**
 * Template ids. An id keeps its elements in every release: some collectors share templates between all
 * exporters, so changed elements take a new id.
 */
const IPV4_TEMPLATE = 256;
const IPV6_TEMPLATE = 257;
const TRANSLATED_TEMPLATE = 258;

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

export const IPV4_ADDRESSES = elements(['sourceIPv4Address', 'destinationIPv4Address']);
export const IPV6_ADDRESSES = elements(['sourceIPv6Address', 'destinationIPv6Address']);

/**
 * What each record holds besides its addresses and times. The list is short on purpose: a single element
 * that a collector does not know, or treats as an event (natEvent, firewallEvent, flowId), costs the whole
 * record there.
 */
export const COMMON = elements([
  'sourceTransportPort',
  'destinationTransportPort',
  'protocolIdentifier',
  'tcpControlBits',
  'flowDirection',
  'forwardingStatus',
  'ingressInterface',
  'egressInterface',
  'packetDeltaCount',
  'octetDeltaCount',
]);

/** v9 times are milliseconds of SysUptime, the only form that goflow2 reads in v9. */
export const UPTIME_TIMES = elements(['flowStartSysUpTime', 'flowEndSysUpTime']);

/** IPFIX times are milliseconds since 1970, because nfdump before 1.7.8 misreads times in seconds. */
export const ABSOLUTE_TIMES = elements(['flowStartMilliseconds', 'flowEndMilliseconds']);

export const POST_NAT_ADDRESSES = elements([
  'postNATSourceIPv4Address',
  'postNATDestinationIPv4Address',
]);

/** The templates with times in one of the two forms. `translated` is IPv4 with its addresses after NAT. */
export function templatesWith(times: Part) {
  return {
    ipv4: template(IPV4_TEMPLATE, IPV4_ADDRESSES, times),
    ipv6: template(IPV6_TEMPLATE, IPV6_ADDRESSES, times),
    translated: template(TRANSLATED_TEMPLATE, IPV4_ADDRESSES, times, POST_NAT_ADDRESSES),
  };
}

function elements<const Name extends ElementName>(names: readonly Name[]): Part & Layout<Name> {
  const octets = Object.fromEntries(names.map((name) => [name, ELEMENTS[name][1]]));
  return {
    fields: names.map((name) => ELEMENTS[name]),
    ...layoutOf(octets as Record<Name, number>),
  };
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
