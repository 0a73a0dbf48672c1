import type { Packet } from '../netflow/packet.ts';

/** What the collectors' sockets took; with several collectors, once for each whose socket did. */
export interface Exported {
  readonly datagrams: number;
  /** Flow records. */
  readonly records: number;
  /** The bytes that the flows count. */
  readonly bytes: number;
}

export const NOTHING_EXPORTED: Exported = { datagrams: 0, records: 0, bytes: 0 };

/** Adds packets of which each was taken by so many sockets; where `taken` ends, none took them. */
export function addExported(
  { datagrams, records, bytes }: Exported,
  packets: readonly Packet[],
  taken: readonly number[],
): Exported {
  const sum = (of: (packet: Packet) => number) =>
    packets.reduce((total, packet, index) => total + of(packet) * (taken[index] ?? 0), 0);
  return {
    datagrams: datagrams + sum(() => 1),
    records: records + sum((packet) => packet.records),
    bytes: bytes + sum(({ flowBytes }) => flowBytes),
  };
}
