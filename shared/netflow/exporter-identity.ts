import type { Exporter } from './exporter.ts';
import type { Packet } from './packet.ts';
import type { Version } from './protocol.ts';

/** By how much each version's sequence number advances: flows in v5, packets in v9, data records in IPFIX. */
export type SequenceUnits = Readonly<Partial<Record<Version, number>>>;

/** The domain to export under, and the first of the reserved sequence numbers. */
export interface Reservation {
  readonly domain: number;
  readonly sequence: Readonly<Record<Version, number>>;
  /** Why the fallback identity was used; absent when it was not. */
  readonly fallback?: string;
  /** How many exporters send at this time, this one included; absent when that is not known. */
  readonly senders?: number | undefined;
}

/** An exporter's source of its observation domain and sequence numbers. No range is given twice. */
export interface ExporterIdentity {
  /** Reserves numbers for encoded packets, before they are sent. One call at a time. */
  readonly reserve: (units: SequenceUnits) => Promise<Reservation>;
}

/** Lower domains, from 1, are for exporter slots: each is leased to one environment at a time. */
export const FIRST_DERIVED_DOMAIN = 0x8000;

/**
 * An identity without coordination: a domain derived from the exporter's name, and numbers kept in memory. The
 * highest bit of the domain is set, both of its 32 bits (v9, IPFIX) and of its low 16 bits (v5).
 */
export function derivedIdentity(name: string): ExporterIdentity {
  return identityInMemory((hash(name) | 0x8000_0000 | FIRST_DERIVED_DOMAIN) >>> 0);
}

/** An identity of this domain whose numbers are kept in memory. */
export function identityInMemory(domain: number): ExporterIdentity {
  let next = firstSequence();
  return {
    reserve: async (units) => {
      const sequence = next;
      next = advance(next, units);
      return { domain, sequence };
    },
  };
}

/** Packets under the identity reserved for them; `fallback` as in the reservation. */
export interface ReservedPackets {
  readonly packets: readonly Packet[];
  readonly fallback: string | undefined;
}

/** Takes the finished packets of an exporter under numbers reserved for them. Without packets, reserves nothing. */
export async function takeReserved(
  exporter: Exporter,
  reserve: ExporterIdentity['reserve'],
): Promise<ReservedPackets> {
  const { pendingUnits, version } = exporter;
  if (pendingUnits === 0) return { packets: [], fallback: undefined };
  const { domain, sequence, fallback } = await reserve({ [version]: pendingUnits });
  exporter.domain = domain;
  exporter.sequence = sequence[version];
  return { packets: exporter.take(), fallback };
}

/** The first sequence numbers. */
function firstSequence(): Record<Version, number> {
  return { 5: 0, 9: 0, 10: 0 };
}

/** The sequence numbers advanced by these units, modulo 2^32. */
export function advance(
  sequence: Readonly<Record<Version, number>>,
  units: SequenceUnits,
): Record<Version, number> {
  const after = (version: Version) => (sequence[version] + (units[version] ?? 0)) % 2 ** 32;
  return { 5: after(5), 9: after(9), 10: after(10) };
}

/** FNV-1a, because loading node:crypto would add several milliseconds to a cold start. */
function hash(name: string): number {
  let value = 0x811c_9dc5;
  for (const byte of Buffer.from(name)) value = Math.imul(value ^ byte, 0x0100_0193);
  return value;
}
