import fc from 'fast-check';
import { bytes, u16, u32 } from './wire.ts';

/** A field of a template; a length of 65535 is variable in IPFIX. */
export interface ExportField {
  readonly id: number;
  readonly length: number;
  readonly pen?: number;
}

/** A template with its records: the octets of each field in hex. */
export interface ExportSets {
  readonly fields: readonly ExportField[];
  /** In data sets of their own. */
  readonly dataSets: readonly (readonly string[][])[];
  /** Zeros at the end of each data set, as far as they are shorter than a record. */
  readonly padding: number;
  /** Whether lengths of variable fields take three octets. */
  readonly longLengths: boolean;
}

const VARIABLE = 65_535;
/** Elements that are integers, with the octets of their type. */
const INTEGERS: Readonly<Record<number, number>> = {
  ...{ 1: 8, 2: 8, 85: 8, 86: 8, 4: 1, 6: 2, 7: 2, 11: 2, 10: 4, 14: 4, 61: 1, 89: 1 },
  ...{ 34: 4, 50: 4, 158: 4, 159: 4, 161: 4, 162: 4, 48: 1, 302: 8 },
};
/** Elements whose length is fixed: addresses and times. */
const FIXED: Readonly<Record<number, number>> = {
  ...{ 8: 4, 12: 4, 27: 16, 28: 16, 225: 4, 226: 4 },
  ...{ 150: 4, 151: 4, 152: 8, 153: 8, 154: 8, 155: 8, 156: 8, 157: 8 },
};
const TEXTS = [82, 83, 96];
const UNKNOWN = [20_000, 32_000];

type Version = 9 | 10;

const idOf = (lengths: Readonly<Record<number, number>>) =>
  fc.constantFrom(...Object.keys(lengths).map(Number));
const lengthFrom = (least: number, most: number) => fc.integer({ min: least, max: most });

function anyField(version: Version): fc.Arbitrary<ExportField> {
  const integer = idOf(INTEGERS).chain((id) =>
    lengthFrom(1, INTEGERS[id] ?? 0).map((length) => ({ id, length })),
  );
  const fixed = idOf(FIXED).map((id) => ({ id, length: FIXED[id] ?? 0 }));
  const other = fc.record({ id: fc.constantFrom(...TEXTS, ...UNKNOWN), length: lengthFrom(1, 12) });
  const empty = fc.oneof(idOf(INTEGERS), idOf(FIXED)).map((id) => ({ id, length: 0 }));
  const kinds = [
    { arbitrary: integer, weight: 6 },
    { arbitrary: fixed, weight: 5 },
    { arbitrary: other, weight: 1 },
    { arbitrary: empty, weight: 1 },
  ];
  if (version === 9) return fc.oneof(...kinds);
  const pen = fc.constantFrom(9, 29_305, 32_473);
  const enterprise = fc.record({ id: fc.constantFrom(1, 8, 40), length: lengthFrom(1, 9), pen });
  const variable = fc
    .oneof(integer, fixed, other, enterprise)
    .map((field) => ({ ...field, length: VARIABLE }));
  return fc.oneof(
    ...kinds,
    { arbitrary: enterprise, weight: 1 },
    { arbitrary: variable, weight: 2 },
  );
}

/** Octets that a field may have: of its own length, or of its type's where the length is variable. */
function anyOctets({ id, length, pen }: ExportField): fc.Arbitrary<string> {
  const known = pen === undefined ? (INTEGERS[id] ?? FIXED[id]) : undefined;
  const octets = length === VARIABLE ? known : length;
  // Lengths of 255 and more take three octets.
  const lengths =
    octets === undefined ? fc.constantFrom(0, 1, 9, 254, 255, 256) : fc.constant(octets);
  return lengths.chain((size) => (isSampler(id) ? samplerOctets(size) : anyHex(size)));
}

const isSampler = (id: number) => id === 48 || id === 302;
const samplerId = fc.nat(4);
const samplerOctets = (size: number) =>
  samplerId.map((id) => (size === 0 ? '' : id.toString(16).padStart(2 * size, '0')));
const anyHex = (size: number) =>
  fc
    .uint8Array({ minLength: size, maxLength: size, size: 'max' })
    .map((array) => Buffer.from(array).toString('hex'));

function anySets(version: Version): fc.Arbitrary<ExportSets> {
  const someField = fc.array(anyField(version), { minLength: 1, maxLength: 14, size: 'max' });
  const fields = someField.filter((all) => all.some(({ length }) => length > 0));
  return fields.chain((all) => {
    const record = fc.tuple(...all.map(anyOctets)) as fc.Arbitrary<string[]>;
    return fc.record({
      fields: fc.constant(all),
      dataSets: fc.array(fc.array(record, { minLength: 1, maxLength: 4 }), { maxLength: 3 }),
      padding: fc.nat(7),
      longLengths: fc.boolean(),
    });
  });
}

/** Any templates and data of an exporter that RFC 3954 or RFC 7011 allows, and elements of no octets. */
export const anyExport = fc.constantFrom<Version>(9, 10).chain((version) =>
  fc.record({
    version: fc.constant(version),
    templates: fc.array(anySets(version), { minLength: 1, maxLength: 3 }),
    /** Whether the templates come in a datagram, and in one set, of their own. */
    apart: fc.boolean(),
    /** Zeros at the end of each template set. */
    padding: fc.nat(7),
    /** Samplers in options data before the flows: their ids and intervals. */
    samplers: fc.uniqueArray(fc.tuple(samplerId, fc.integer({ min: 1, max: 3 })), {
      selector: ([id]) => id,
      maxLength: 3,
    }),
  }),
);

function set(id: number, hex: string): string {
  return u16(id) + u16(4 + hex.length / 2) + hex;
}

function template(id: number, fields: readonly ExportField[]): string {
  const specifiers = fields.map(({ id, length, pen }) =>
    pen === undefined ? u16(id) + u16(length) : u16(id + 0x8000) + u16(length) + u32(pen),
  );
  return u16(id) + u16(fields.length) + specifiers.join('');
}

function data({ fields, dataSets, padding, longLengths }: ExportSets, id: number): string {
  const shortest = fields.reduce((sum, { length }) => sum + (length === VARIABLE ? 1 : length), 0);
  const zeros = '00'.repeat(Math.min(padding, shortest - 1));
  const value = (hex: string, index: number) =>
    fields[index]?.length === VARIABLE ? variable(hex, longLengths) : hex;
  return dataSets
    .map((records) => set(id, records.map((record) => record.map(value).join('')).join('') + zeros))
    .join('');
}

/** RFC 7011 section 7: one octet of length below 255, or 255 and two. */
function variable(hex: string, isLong: boolean): string {
  const length = hex.length / 2;
  if (isLong || length > 254) return `ff${u16(length)}${hex}`;
  return length.toString(16).padStart(2, '0') + hex;
}

/** The time in the headers, in Unix seconds. */
export const EXPORT_SECONDS = 1_700_000_060;

function datagram(version: Version, sets: string): Buffer {
  if (version === 9)
    return bytes(u16(9) + u16(1) + u32(60_000) + u32(EXPORT_SECONDS) + u32(0) + u32(1) + sets);
  return bytes(u16(10) + u16(16 + sets.length / 2) + u32(EXPORT_SECONDS) + u32(0) + u32(1) + sets);
}

type Export = typeof anyExport extends fc.Arbitrary<infer T> ? T : never;

/** RFC 3954 section 6.1 and RFC 7011 section 3.4.2.2: the one counts octets, the other fields. */
function optionsOf({ version, samplers, padding }: Export): string {
  const zeros = '00'.repeat(padding);
  if (version === 9) {
    const described =
      u16(400) + u16(4) + u16(8) + '0001 0004 0030 0002 0032 0004'.replaceAll(' ', '');
    const records = samplers.map(([id, rate]) => u32(1) + u16(id) + u32(rate));
    return set(1, described + zeros) + set(400, records.join(''));
  }
  const described = `${u16(400)}${u16(2)}${u16(1)}${u16(302)}${u16(4)}${u16(34)}${u16(2)}`;
  const records = samplers.map(([id, rate]) => u32(id) + u16(rate));
  return set(3, described + zeros) + set(400, records.join(''));
}

/** The datagrams of an export. */
export function datagramsOf(exported: Export): Buffer[] {
  const { version, templates, apart, padding } = exported;
  const templateSet = (described: string) =>
    set(version === 9 ? 0 : 2, described + '00'.repeat(padding));
  const described = templates.map(({ fields }, index) => template(256 + index, fields));
  const filled = templates.map((sets, index) => data(sets, 256 + index));
  const sets = apart
    ? [templateSet(described.join('')), ...filled]
    : [described.map((one, index) => templateSet(one) + filled[index]).join('')];
  return [optionsOf(exported), ...sets].map((one) => datagram(version, one));
}
