import { type Header, type Packet, streamId } from './decode/packet.ts';
import { RecentMap } from './recent-map.ts';

/** A gap in an exporter's sequence numbers: the expected and the received number. */
export interface Gap {
  readonly expected: number;
  readonly received: number;
  /** What the numbers count: RFC 3954 counts packets, RFC 7011 data records, v5 flows. */
  readonly unit: 'flows' | 'packets' | 'data records';
}

const MODULUS = 2 ** 32;
/** The most streams remembered. Bounds memory when source ids are forged. */
const MAX_STREAMS = 10_000;
const UNITS = { 5: 'flows', 9: 'packets', 10: 'data records' } as const;

/**
 * By how much this packet advances the sequence number of its stream. Undefined when an IPFIX message holds
 * data sets without a template, whose records cannot be counted. Options data records count: RFC 7011
 * section 3.1.
 */
function advance(header: Header, packet: Packet): number | undefined {
  switch (header.version) {
    case 5:
      return header.count;
    case 9:
      return 1;
    case 10: {
      const complete = packet.error === undefined && packet.unknownTemplates.length === 0;
      return complete ? packet.records.length : undefined;
    }
  }
}

/** Follows the sequence numbers of every stream (sender, version, id), modulo 2^32. */
export class SequenceTracker {
  readonly #next = new RecentMap<{ readonly sequence: number | undefined }>(MAX_STREAMS);

  /** Returns the gap before this packet, if its number is not the expected one. The first packet sets the expectation. */
  check(packet: Packet, sender: string): Gap | undefined {
    const { header } = packet;
    if (header === undefined) return undefined;
    const stream = `${sender} ${header.version} ${streamId(header)}`;
    const expected = this.#next.get(stream)?.sequence;
    const step = advance(header, packet);
    const next = step === undefined ? undefined : (header.sequence + step) % MODULUS;
    this.#next.set(stream, { sequence: next });
    if (expected === undefined || expected === header.sequence) return undefined;
    return { expected, received: header.sequence, unit: UNITS[header.version] };
  }
}
