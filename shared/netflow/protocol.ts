/** The version number in the packet header. IPFIX is 10. */
export type Version = 5 | 9 | 10;

const VERSION_NAMES: ReadonlyMap<string, Version> = new Map([
  ['5', 5],
  ['9', 9],
  ['10', 10],
  ['ipfix', 10],
]);

/** 4739 is IANA's port for IPFIX. NetFlow has no assigned port; 2055 is customary. */
export const DEFAULT_PORTS: Readonly<Record<Version, number>> = { 5: 2055, 9: 2055, 10: 4739 };

/**
 * Reads a version: 5, 9, 10 or ipfix.
 * @throws RangeError that quotes the invalid text.
 */
export function parseVersion(text: string): Version {
  const version = VERSION_NAMES.get(text.toLowerCase());
  if (version === undefined) throw new RangeError(`${text} is not NetFlow 5, 9 or 10 (ipfix)`);
  return version;
}

/**
 * What the options data of v9 and IPFIX tells: nothing, the sampling interval alone, or also the exporter's address
 * and the names of interfaces.
 */
export const OPTIONS_PARTS = ['none', 'sampling', 'all'] as const;
export type OptionsParts = (typeof OPTIONS_PARTS)[number];
