import type { Field } from './elements.ts';

/** The options templates and records of v9 (RFC 3954 section 6.1) and of IPFIX (RFC 7011 section 3.4.2.2). */
export interface OptionsDialect {
  readonly templateSetId: number;
  /** The scope fields, of four octets each. */
  readonly exporterScope: Field;
  readonly interfaceScope: Field;
  /** The counts in an options template. v9: octets of scope and of options. IPFIX: all fields, then scope fields. */
  counts(optionFields: number): readonly [number, number];
  readonly interfaceFields: readonly Field[];
  /** A name as the octets of a name field. */
  encodeName(name: string): Uint8Array;
}

const NAME_OCTETS = 32;

/** Interface names have the interface as their scope, scope type 2 of RFC 3954 section 6.1. */
export const V9_OPTIONS: OptionsDialect = {
  templateSetId: 1,
  exporterScope: [1, 4], // System
  interfaceScope: [2, 4], // Interface
  interfaceFields: [
    [82, NAME_OCTETS], // interfaceName
    [83, NAME_OCTETS], // interfaceDescription
  ],
  counts: (optionFields) => [4, optionFields * 4],
  encodeName: (name) =>
    Buffer.concat([Buffer.from(name), Buffer.alloc(NAME_OCTETS)]).subarray(0, NAME_OCTETS),
};

/** A value of a variable-length field, whose template length is 65,535: RFC 7011 section 7. */
const VARIABLE_LENGTH = 65_535;
const LONGEST_NAME = 254;

export const IPFIX_OPTIONS: OptionsDialect = {
  templateSetId: 3,
  exporterScope: [149, 4], // observationDomainId
  interfaceScope: [10, 4], // ingressInterface
  interfaceFields: [
    [82, VARIABLE_LENGTH], // interfaceName
    [83, VARIABLE_LENGTH], // interfaceDescription
  ],
  counts: (optionFields) => [optionFields + 1, 1],
  encodeName: (name) => {
    const octets = Buffer.from(name).subarray(0, LONGEST_NAME);
    return Buffer.concat([Uint8Array.of(octets.length), octets]);
  },
};
