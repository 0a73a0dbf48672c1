import type { Address } from '../../flow/record.ts';
import { fieldKind } from '../fields.ts';
import type { TextFlow } from '../text-flow.ts';

export type Numbers = Int32Array | Float64Array;

/** What a field sets in a flow: numbers, which the reader of lines makes of a value once for all rows that have it. */
export interface Field {
  /** How many numbers. */
  readonly width: number;
  /** They may be as large as 2^32 - 1; others are of 32 bits with a sign. */
  readonly isUnsigned?: boolean;
  /** Stores those of a flow that was read of this field alone. */
  readonly store: (flow: TextFlow, numbers: Numbers, at: number) => void;
  /** Code that sets them in `flow`; `v[i]` is the first. */
  readonly code: string;
}

const one = (name: string, read: (flow: TextFlow) => number): Field => ({
  width: 1,
  store: (flow, numbers, at) => {
    numbers[at] = read(flow);
  },
  code: `flow.${name} = v[i];`,
});
const counter = (
  name: string,
  high: (flow: TextFlow) => number,
  low: (flow: TextFlow) => number,
): Field => ({
  width: 2,
  store: (flow, numbers, at) => {
    numbers[at] = high(flow);
    numbers[at + 1] = low(flow);
  },
  code: `flow.${name}High = v[i]; flow.${name}Low = v[i + 1];`,
});
const address = (name: string, read: (flow: TextFlow) => Address): Field => ({
  width: 5,
  store: (flow, numbers, at) => {
    const { family, w0, w1, w2, w3 } = read(flow);
    numbers[at] = family;
    numbers[at + 1] = w0;
    numbers[at + 2] = w1;
    numbers[at + 3] = w2;
    numbers[at + 4] = w3;
  },
  code: `const a = flow.${name};
a.family = v[i];
a.w0 = v[i + 1];
if (a.family === 6) { a.w1 = v[i + 2]; a.w2 = v[i + 3]; a.w3 = v[i + 4]; }`,
});
/** The number of the interface, of the resource, and of the attachment: the flow's is the first there is. */
const name = (variable: string): Field => ({
  ...one('', ({ interfaceIndex }) => interfaceIndex),
  code: `${variable} = v[i];`,
});

const FIELDS: ReadonlyMap<string, Field> = new Map([
  ['srcaddr', address('source', ({ source }) => source)],
  ['dstaddr', address('destination', ({ destination }) => destination)],
  ['pkt-srcaddr', address('packetSource', ({ packetSource }) => packetSource)],
  ['pkt-dstaddr', address('packetDestination', ({ packetDestination }) => packetDestination)],
  ['srcport', one('sourcePort', ({ sourcePort }) => sourcePort)],
  ['dstport', one('destinationPort', ({ destinationPort }) => destinationPort)],
  ['protocol', one('protocol', ({ protocol }) => protocol)],
  ['tcp-flags', one('tcpFlags', ({ tcpFlags }) => tcpFlags)],
  [
    'packets',
    counter(
      'packets',
      ({ packetsHigh }) => packetsHigh,
      ({ packetsLow }) => packetsLow,
    ),
  ],
  [
    'bytes',
    counter(
      'bytes',
      ({ bytesHigh }) => bytesHigh,
      ({ bytesLow }) => bytesLow,
    ),
  ],
  ['start', { ...one('start', ({ start }) => start), isUnsigned: true }],
  ['end', { ...one('end', ({ end }) => end), isUnsigned: true }],
  ['action', one('forwardingStatus', ({ forwardingStatus }) => forwardingStatus)],
  ['flow-direction', one('direction', ({ direction }) => direction)],
  ['log-status', one('logStatus', ({ logStatus }) => logStatus)],
  ['interface-id', name('own')],
  ['resource-id', name('resource')],
  ['tgw-attachment-id', name('attachment')],
]);

/** A field that sets nothing: its values are only checked. */
const CHECKED: Field = { width: 0, store: () => {}, code: '' };

/** What reads the numbers of a field's values; undefined where any text will do and nothing is set. */
export function numbersOf(field: string): Field | undefined {
  return FIELDS.get(field) ?? (fieldKind(field) === 'text' ? undefined : CHECKED);
}

/** The numbers of a column's values, one after the other, and which of them each row has. */
export interface NumberColumn {
  readonly numbers: Numbers;
  readonly rows: ArrayLike<number>;
  /** The first row that is not read. */
  readonly at: number;
}

/** Fills the flow from each of the next rows, and calls back with how many rows were before it. */
export type RowReader = (
  columns: readonly NumberColumn[],
  count: number,
  flow: TextFlow,
  onRow: (row: number) => void,
) => void;

/** The reader of rows with these fields: straight code, as compile.ts writes it for lines. */
export function compileRows(fields: readonly string[]): RowReader {
  const columns = fields.flatMap((name, index) => {
    const field = FIELDS.get(name);
    return field === undefined ? [] : [{ index, ...field }];
  });
  const head = columns.map(
    ({ index }) =>
      `const { rows: r${index}, at: a${index}, numbers: v${index} } = columns[${index}];`,
  );
  const body = columns.map(
    ({ index, width, code }) =>
      `{ const v = v${index}, i = r${index}[a${index} + row] * ${width}; ${code} }`,
  );
  return new Function(`'use strict';
return function readRows(columns, count, flow, onRow) {
${head.join('\n')}
for (let row = 0; row < count; row++) {
let own = 0, resource = 0, attachment = 0;
${body.join('\n')}
flow.regional = own === 0 && resource !== 0;
flow.interfaceIndex = own || resource || attachment;
onRow(row);
}
};`)();
}
