import { isTranslated } from '../../flow/legs.ts';
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

/** Words of a key that an address takes: its family and 128 bits. */
export const ADDRESS_WORDS = 5;

/**
 * Whether a flow goes from client to peer. In the private leg of a NAT gateway, the gateway's own address
 * is the destination of an upload and the source of a download. Elsewhere the private side is the client. If
 * both or neither are private, egress is an upload; without a direction, the peer has the lower port.
 */
export function isUpload(flow: FlowRecord): boolean {
  if (!sameAddress(flow.destination, trueDestination(flow))) return true;
  if (!sameAddress(flow.source, trueSource(flow))) return false;
  const fromPrivate = isPrivate(flow.source);
  if (fromPrivate !== isPrivate(flow.destination)) return fromPrivate;
  if (flow.direction !== UNKNOWN_DIRECTION) return flow.direction === EGRESS;
  return flow.destinationPort <= flow.sourcePort;
}

/** The port that identifies the service: the peer's at a NAT gateway, elsewhere the lower of both. */
export function servicePort(flow: FlowRecord, upload: boolean): number {
  const { sourcePort, destinationPort } = flow;
  const peerPort = upload ? destinationPort : sourcePort;
  if (flow.regional || isTranslated(flow) || sourcePort === 0 || destinationPort === 0) {
    return peerPort;
  }
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

/** Writes an address into a key, from word `at` on. */
export function putAddress(key: Int32Array, at: number, { family, w0, w1, w2, w3 }: Address): void {
  key[at] = family;
  key[at + 1] = w0;
  const isLong = family === 6;
  key[at + 2] = isLong ? w1 : 0;
  key[at + 3] = isLong ? w2 : 0;
  key[at + 4] = isLong ? w3 : 0;
}

/** The address in a key, from word `at` on: dotted decimal, or IPv6 as RFC 5952 section 4 writes it. */
export function addressText(key: Int32Array, at: number): string {
  const [family, ...words] = key.subarray(at, at + ADDRESS_WORDS);
  if (family === 4) {
    const word = words[0] ?? 0;
    return [24, 16, 8, 0].map((shift) => (word >>> shift) & 0xff).join('.');
  }
  const groups = words.flatMap((word) => [word >>> 16, word & 0xffff]);
  const long = groups.map((group) => group.toString(16)).join(':');
  return new URL(`http://[${long}]`).hostname.slice(1, -1);
}
