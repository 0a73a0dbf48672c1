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

/** An address in five words of a key: its family and the address. */
export const ADDRESS_WORDS = 5;

/**
 * Whether the bytes go out, from client to peer. At a NAT gateway its own address tells: it stands where
 * the packet is going (out) or where it came from (in). Elsewhere the private side is the client; where
 * both are alike, what leaves the interface goes out; and without a direction the server has the lower port.
 */
export function isUpload(flow: FlowRecord): boolean {
  if (!sameAddress(flow.destination, trueDestination(flow))) return true;
  if (!sameAddress(flow.source, trueSource(flow))) return false;
  const fromPrivate = isPrivate(flow.source);
  if (fromPrivate !== isPrivate(flow.destination)) return fromPrivate;
  if (flow.direction !== UNKNOWN_DIRECTION) return flow.direction === EGRESS;
  return flow.destinationPort <= flow.sourcePort;
}

/** The port that names the service: the peer's; beside a NAT gateway the lower one, if there are two. */
export function servicePort(flow: FlowRecord, upload: boolean): number {
  const { sourcePort, destinationPort } = flow;
  const peerPort = upload ? destinationPort : sourcePort;
  if (flow.regional || isTranslated(flow) || sourcePort === 0 || destinationPort === 0) {
    return peerPort;
  }
  return Math.min(sourcePort, destinationPort);
}

/** Port and protocol in one word of a key. */
export function portWord(port: number, protocol: number): number {
  return (port << 8) | protocol;
}

export function readPortWord(word: number): { port: number; protocol: number } {
  return { port: (word >>> 8) & 0xffff, protocol: word & 0xff };
}

/** Puts an address into a key. */
export function putAddress(key: Int32Array, at: number, { family, w0, w1, w2, w3 }: Address): void {
  key[at] = family;
  key[at + 1] = w0;
  const isLong = family === 6;
  key[at + 2] = isLong ? w1 : 0;
  key[at + 3] = isLong ? w2 : 0;
  key[at + 4] = isLong ? w3 : 0;
}

/** The address that stands in a key, as people write it (RFC 5952). */
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
