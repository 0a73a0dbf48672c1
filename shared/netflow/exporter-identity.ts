import type { Exporter, Version } from './exporter.ts';
import type { Packet } from './packet.ts';

/** How far each version's sequence moves on: v5 flows, v9 packets, IPFIX data records. */
export type SequenceUnits = Readonly<Partial<Record<Version, number>>>;

/** Who exports what was reserved, and from which sequence number on. */
export interface Reservation {
  readonly domain: number;
  readonly sequence: Readonly<Record<Version, number>>;
  /** Why this is not the identity it should be, when it is not. */
  readonly fallback?: string;
}

/** Gives an exporter its observation domain and its sequence numbers; a range is given once. */
export interface ExporterIdentity {
  /** Called for one delivery at a time, when its packets are encoded and before they are sent. */
  readonly reserve: (units: SequenceUnits) => Promise<Reservation>;
}

/** Domains from 1 up to this are for exporter slots, which are leased to one environment at a time. */
export const FIRST_DERIVED_DOMAIN = 0x8000;

/**
 * An identity without coordination: a domain derived from the exporter's name, and numbers kept in memory.
 * The domain's high bits are set in the 32 bits of v9 and IPFIX and in the 16 bits v5 has for it.
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

/** Takes the packets that an exporter has finished, with numbers reserved for exactly those; nothing for nothing. */
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

/** Where every sequence begins. */
function firstSequence(): Record<Version, number> {
  return { 5: 0, 9: 0, 10: 0 };
}

/** The sequence numbers after so many units, modulo 2^32. */
export function advance(
  sequence: Readonly<Record<Version, number>>,
  units: SequenceUnits,
): Record<Version, number> {
  const after = (version: Version) => (sequence[version] + (units[version] ?? 0)) % 2 ** 32;
  return { 5: after(5), 9: after(9), 10: after(10) };
}

/** FNV-1a: node:crypto would cost an environment several milliseconds of its start. */
function hash(name: string): number {
  let value = 0x811c_9dc5;
  for (const byte of Buffer.from(name)) value = Math.imul(value ^ byte, 0x0100_0193);
  return value;
}
