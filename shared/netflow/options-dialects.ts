import type { Field } from './templates.ts';

/** The options templates and records of v9 (RFC 3954 section 6.1) and of IPFIX (RFC 7011 section 3.4.2.2). */
export interface OptionsDialect {
  readonly templateSetId: number;
  /** Sets are padded to a multiple of this, as in `Dialect`. */
  readonly alignment: number;
  /** The scope fields, of SCOPE_OCTETS each. */
  readonly exporterScope: number;
  readonly interfaceScope: number;
  /** The counts in an options template. v9: octets of scope and of options. IPFIX: all fields, then scope fields. */
  counts(optionFields: number): readonly [number, number];
  /** The id of the template of `interfaceFields`. */
  readonly interfaceTemplate: number;
  readonly interfaceFields: readonly Field[];
}

export const SCOPE_OCTETS = 4;

/** Names are cut to this, and padded with zeros, because some collectors do not read fields of variable length. */
export const NAME_OCTETS = 32;

const NAMES: readonly Field[] = [
  [82, NAME_OCTETS], // interfaceName
  [83, NAME_OCTETS], // interfaceDescription
];

/** Interface names have the interface as their scope, scope type 2 of RFC 3954 section 6.1. */
export const V9_OPTIONS: OptionsDialect = {
  templateSetId: 1,
  alignment: 4,
  exporterScope: 1, // System
  interfaceScope: 2, // Interface
  counts: (optionFields) => [4, optionFields * 4],
  interfaceTemplate: 261,
  interfaceFields: NAMES,
};

/** Template 261 was one with names of variable length, and an id keeps its elements. */
export const IPFIX_OPTIONS: OptionsDialect = {
  templateSetId: 3,
  alignment: 1,
  exporterScope: 149, // observationDomainId
  interfaceScope: 10, // ingressInterface
  counts: (optionFields) => [optionFields + 1, 1],
  interfaceTemplate: 262,
  interfaceFields: NAMES,
};
