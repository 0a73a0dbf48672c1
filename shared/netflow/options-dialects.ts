import type { Field } from './elements.ts';

/** How v9 (RFC 3954 section 6.1) and IPFIX (RFC 7011 section 3.4.2.2) announce and write options. */
export interface OptionsDialect {
  readonly templateSetId: number;
  /** One field of four octets each: what the options are about. */
  readonly exporterScope: Field;
  readonly interfaceScope: Field;
  /** v9 counts the scope and the options in octets, IPFIX the fields, all and those of the scope. */
  counts(optionFields: number): readonly [number, number];
  readonly interfaceFields: readonly Field[];
  /** The octets of a name as the fields for names want them. */
  encodeName(name: string): Uint8Array;
}

const NAME_OCTETS = 32;

/** The scope of the interface names is the interface: scope type 2 of RFC 3954 section 6.1. */
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

/** RFC 7011 section 7: the octets of a field whose length its template gives as 65,535. */
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
