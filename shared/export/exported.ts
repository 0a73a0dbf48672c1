import type { Packet } from '../netflow/packet.ts';

/** What the collectors' sockets took. A packet counts once for each collector whose socket took it. */
export interface Exported {
  readonly datagrams: number;
  /** Flow records. */
  readonly records: number;
  /** The byte counts of the flows. */
  readonly bytes: number;
}

export const NOTHING_EXPORTED: Exported = { datagrams: 0, records: 0, bytes: 0 };

/** Adds packets; `taken` has the number of sockets that took each. A missing number is 0. */
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
