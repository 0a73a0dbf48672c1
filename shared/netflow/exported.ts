import type { Packet } from './packet.ts';

/** What the collectors' sockets took; with several collectors, once for each whose socket did. */
export interface Exported {
  readonly datagrams: number;
  /** Flow records. */
  readonly records: number;
  /** The bytes that the flows count. */
  readonly bytes: number;
}

/** Counts packets of which each was taken by so many sockets; where `taken` ends, none took them. */
export function countExported(packets: readonly Packet[], taken: readonly number[]): Exported {
  const sum = (of: (packet: Packet) => number) =>
    packets.reduce((total, packet, index) => total + of(packet) * (taken[index] ?? 0), 0);
  return {
    datagrams: sum(() => 1),
    records: sum(({ records }) => records),
    bytes: sum(({ flowBytes }) => flowBytes),
  };
}
