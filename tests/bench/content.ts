const HEADER_BYTES = 24;
const RECORD_BYTES = 48;
/** Interface indexes, First and Last, which may differ between two correct exporters. */
const OWN_WORDS = new Set([12, 24, 28]);
const COMPARED_WORDS = [0, 4, 8, 12, 16, 20, 24, 28, 32, 36, 40, 44].filter(
  (at) => !OWN_WORDS.has(at),
);

function mix(hash: number, word: number): number {
  const mixed = Math.imul(hash ^ word, 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
}

/** A digest of the flows in a v5 stream, independent of their order (see content.h). */
export interface Content {
  packets: number;
  records: number;
  octets: number;
  digest: number;
}

/** The digest of no datagrams. */
export function noContent(): Content {
  return { packets: 0, records: 0, octets: 0, digest: 0 };
}

function recordDigest(view: DataView, record: number): number {
  const duration = view.getUint32(record + 28) - view.getUint32(record + 24);
  return COMPARED_WORDS.reduce(
    (hash, at) => mix(hash, view.getUint32(record + at)),
    mix(0, duration),
  );
}

/** Adds the records of one v5 datagram to a digest. */
export function addContent(seen: Content, packet: Uint8Array): void {
  const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
  seen.packets += 1;
  for (let at = HEADER_BYTES; at + RECORD_BYTES <= packet.byteLength; at += RECORD_BYTES) {
    seen.records += 1;
    seen.octets += view.getUint32(at + 20);
    seen.digest = (seen.digest + recordDigest(view, at)) >>> 0;
  }
}
