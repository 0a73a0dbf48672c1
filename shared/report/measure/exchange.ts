import { ADDRESS_WORDS, familyIn, markIn } from '../../flow/address-key.ts';
import { NOT_TOLD, openerOf, SOURCE } from '../../flow/opener.ts';
import { isPrivate } from '../../flow/private-addresses.ts';
import {
  type Address,
  EGRESS,
  type FlowRecord,
  sameAddress,
  trueDestination,
  trueSource,
  UNKNOWN_DIRECTION,
} from '../../flow/record.ts';

/** A flow as traffic between a client behind the gateway and its peer. Service and VPC are numbers of texts. */
export interface Exchange {
  client: Address;
  /** What tells the client apart from others with its address, numbered by `Origins`. */
  origin: number;
  peer: Address;
  /** The numbers of the peer's domain name and of its domain; 0: none. */
  name: number;
  domain: number;
  /** How the name was found, as in `FOUND`; undefined: names are not looked up. */
  found: number | undefined;
  /** The number of the peer's AS, as in `AsnDatabase`; undefined: it is not looked up. */
  asn: number | undefined;
  isUpload: boolean;
  port: number;
  /** 0: not an AWS service; negative: unknown. */
  service: number;
  vpc: number;
  /** The number of the interface, if it is known to be a NAT gateway's; 0: any other. */
  gateway: number;
}

/**
 * Whether a flow goes from client to peer. The private side is the client; of two of a kind, the one that opened
 * the connection; where that is not told, what leaves the interface goes up; without a direction, the peer has the
 * lower port.
 */
export function isUpload(flow: FlowRecord): boolean {
  const fromPrivate = isPrivate(trueSource(flow));
  if (fromPrivate !== isPrivate(trueDestination(flow))) return fromPrivate;
  const opener = openerOf(flow);
  if (opener !== NOT_TOLD) return opener === SOURCE;
  if (flow.direction !== UNKNOWN_DIRECTION) return flow.direction === EGRESS;
  return flow.destinationPort <= flow.sourcePort;
}

/**
 * The same in the private leg of a NAT gateway, whose own address is the destination of an upload and the source
 * of a download.
 */
export function isUploadThroughGateway(flow: FlowRecord): boolean {
  if (!sameAddress(flow.destination, trueDestination(flow))) return true;
  if (!sameAddress(flow.source, trueSource(flow))) return false;
  return isUpload(flow);
}

/** The port that identifies the service: the peer's at a NAT gateway, elsewhere the lower of both. */
export function servicePort(flow: FlowRecord, upload: boolean, isThroughGateway: boolean): number {
  const { sourcePort, destinationPort } = flow;
  const peerPort = upload ? destinationPort : sourcePort;
  if (isThroughGateway || sourcePort === 0 || destinationPort === 0) return peerPort;
  return Math.min(sourcePort, destinationPort);
}

/** Port and IP protocol in one word of a key. */
export function portWord(port: number, protocol: number): number {
  return (port << 8) | protocol;
}

/** The port and protocol in a word made by `portWord`. */
export function readPortWord(word: number): { port: number; protocol: number } {
  return { port: (word >>> 8) & 0xffff, protocol: word & 0xff };
}

/** What stands for an address that the lines do not say. */
const NOT_SAID = 'not said';

/** The number of the origin of a key's source. */
export function originIn(key: Int32Array, at: number): number {
  return markIn(key[at] ?? 0);
}

/** What names a source in a report: the address in a key, and the number of its origin if it has one: `10.0.0.9#2`. */
export function sourceText(key: Int32Array, at: number): string {
  const origin = originIn(key, at);
  return origin === 0 ? addressText(key, at) : `${addressText(key, at)}#${origin}`;
}

/**
 * The address in a key, from word `at` on: dotted decimal, or IPv6 as RFC 5952 section 4 writes it; `not said` for
 * one that is absent.
 */
export function addressText(key: Int32Array, at: number): string {
  const [first = 0, ...words] = key.subarray(at, at + ADDRESS_WORDS);
  const family = familyIn(first);
  if (family === 0) return NOT_SAID;
  if (family === 4) {
    const word = words[0] ?? 0;
    return [24, 16, 8, 0].map((shift) => (word >>> shift) & 0xff).join('.');
  }
  const groups = words.flatMap((word) => [word >>> 16, word & 0xffff]);
  const long = groups.map((group) => group.toString(16)).join(':');
  return new URL(`http://[${long}]`).hostname.slice(1, -1);
}
