import { type Address, NO_TIME } from '../../flow/record.ts';
import { fieldKind } from '../fields.ts';
import type { TextFlow } from '../text-flow.ts';
import { secondsOf } from '../values.ts';
import type { Integers } from './integers.ts';

export type Numbers = Int32Array | Float64Array;

/** What a field sets in a flow: numbers, which are made of a value once for all rows that have it. */
export interface Field {
  readonly name: string;
  /** How many numbers. */
  readonly width: number;
  /** They may be as large as 2^32 - 1; others are of 32 bits with a sign. */
  readonly isUnsigned?: boolean;
  /** Stores those of a flow that was read of this field alone. */
  readonly store: (flow: TextFlow, numbers: Numbers, at: number) => void;
  /** Stores those of all integers but the absent one. Undefined where an integer is read as text. */
  readonly storeIntegers?: StoreIntegers;
  /** What an absent integer sets; 0 unless given. */
  readonly absent?: number;
  /** Code that sets them in `flow`; `v[i]` is the first. */
  readonly code: string;
}

/** Stores what integers set. `refuse` is called for each that the field does not have: a negative one, for example. */
type StoreIntegers = (values: Integers, numbers: Numbers, refuse: (cell: number) => void) => void;

type Read = (flow: TextFlow) => number;

const one = (name: string, member: string, read: Read): Field => ({
  name,
  width: 1,
  store: (flow, numbers, at) => {
    numbers[at] = read(flow);
  },
  code: `flow.${member} = v[i];`,
});
const integer = (name: string, member: string, max: number, read: Read): Field => ({
  ...one(name, member, read),
  storeIntegers: (values, numbers, refuse) => {
    for (let cell = 0; cell < values.present; cell++) {
      const low = values.low(cell);
      numbers[cell] = low;
      if (values.high(cell) !== 0 || low < 0 || low > max) refuse(cell);
    }
  },
});
const counter = (name: string, high: Read, low: Read): Field => ({
  name,
  width: 2,
  store: (flow, numbers, at) => {
    numbers[at] = high(flow);
    numbers[at + 1] = low(flow);
  },
  storeIntegers: (values, numbers, refuse) => {
    for (let cell = 0; cell < values.present; cell++) {
      const valueHigh = values.high(cell);
      numbers[2 * cell] = valueHigh;
      numbers[2 * cell + 1] = values.low(cell);
      if (valueHigh < 0) refuse(cell);
    }
  },
  code: `flow.${name}High = v[i]; flow.${name}Low = v[i + 1];`,
});
const seconds = (name: string, read: Read): Field => ({
  ...one(name, name, read),
  isUnsigned: true,
  absent: NO_TIME,
  storeIntegers: (values, numbers, refuse) => {
    for (let cell = 0; cell < values.present; cell++) {
      const time = values.high(cell) * 0x1_0000_0000 + (values.low(cell) >>> 0);
      numbers[cell] = time < 0 ? NO_TIME : secondsOf(time);
      if (numbers[cell] === NO_TIME) refuse(cell);
    }
  },
});
const address = (name: string, member: string, read: (flow: TextFlow) => Address): Field => ({
  name,
  width: 5,
  store: (flow, numbers, at) => storeAddress(read(flow), numbers, at),
  code: `const a = flow.${member};
a.family = v[i];
a.w0 = v[i + 1];
if (a.family === 6) { a.w1 = v[i + 2]; a.w2 = v[i + 3]; a.w3 = v[i + 4]; }`,
});
/** The number of the interface, of the resource, and of the attachment: the flow's is the first there is. */
const interfaceName = (name: string, variable: string): Field => ({
  ...one(name, '', ({ interfaceIndex }) => interfaceIndex),
  code: `${variable} = v[i];`,
});

const FIELDS: ReadonlyMap<string, Field> = new Map(
  [
    address('srcaddr', 'source', ({ source }) => source),
    address('dstaddr', 'destination', ({ destination }) => destination),
    address('pkt-srcaddr', 'packetSource', ({ packetSource }) => packetSource),
    address('pkt-dstaddr', 'packetDestination', ({ packetDestination }) => packetDestination),
    integer('srcport', 'sourcePort', 65_535, ({ sourcePort }) => sourcePort),
    integer('dstport', 'destinationPort', 65_535, ({ destinationPort }) => destinationPort),
    integer('protocol', 'protocol', 255, ({ protocol }) => protocol),
    integer('tcp-flags', 'tcpFlags', 255, ({ tcpFlags }) => tcpFlags),
    counter(
      'packets',
      ({ packetsHigh }) => packetsHigh,
      ({ packetsLow }) => packetsLow,
    ),
    counter(
      'bytes',
      ({ bytesHigh }) => bytesHigh,
      ({ bytesLow }) => bytesLow,
    ),
    seconds('start', ({ start }) => start),
    seconds('end', ({ end }) => end),
    one('action', 'forwardingStatus', ({ forwardingStatus }) => forwardingStatus),
    one('flow-direction', 'direction', ({ direction }) => direction),
    one('log-status', 'logStatus', ({ logStatus }) => logStatus),
    interfaceName('interface-id', 'own'),
    interfaceName('resource-id', 'resource'),
    interfaceName('tgw-attachment-id', 'attachment'),
  ].map((field) => [field.name, field]),
);

/** The field of this name; undefined where any text will do and nothing is set. */
export function fieldOf(name: string): Field | undefined {
  return FIELDS.get(name) ?? (fieldKind(name) === 'text' ? undefined : checked(name));
}

/** A field that sets nothing: its values are only checked. */
function checked(name: string): Field {
  const isInteger = fieldKind(name) === 'integer';
  return {
    ...{ name, width: 0, store: () => {}, code: '' },
    ...(isInteger && { storeIntegers: refuseNegative }),
  };
}

const refuseNegative: StoreIntegers = (values, _, refuse) => {
  for (let cell = 0; cell < values.present; cell++) if (values.high(cell) < 0) refuse(cell);
};

/** Stores what an address field sets. */
export function storeAddress(
  { family, w0, w1, w2, w3 }: Address,
  numbers: Numbers,
  at: number,
): void {
  numbers[at] = family;
  numbers[at + 1] = w0;
  numbers[at + 2] = w1;
  numbers[at + 3] = w2;
  numbers[at + 4] = w3;
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
