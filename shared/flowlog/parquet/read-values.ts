import { Address } from '../../flow/record.ts';
import { compileReader } from '../compile.ts';
import { fieldKind } from '../fields.ts';
import { TextFlow } from '../text-flow.ts';
import { readAddress } from '../values.ts';
import { type Field, type Numbers, storeAddress } from './fields.ts';
import type { Integers } from './integers.ts';
import type { Texts } from './texts.ts';
import { viewOf } from './view-of.ts';

/**
 * These store the numbers of all values of a column, and return which values are malformed, if any are.
 */

/** Reads each value as a line of one field. */
export function readTexts(field: Field, values: Texts, numbers: Numbers): Uint8Array | undefined {
  const kind = fieldKind(field.name);
  if (kind === 'address') return readAddresses(values, numbers);
  const reader = compileReader(formatOf(field.name));
  const flow = new TextFlow();
  const { bytes, starts, ends } = values;
  const view = viewOf(bytes);
  let malformed: Uint8Array | undefined;
  for (let cell = 0; cell < starts.length; cell++) {
    const start = starts[cell] as number;
    let end = reader(bytes, view, start, flow);
    if (end !== ends[cell] && kind === 'text') {
      // A value of several words is read as one.
      values.word(cell);
      end = reader(bytes, view, start, flow);
    }
    if (end < 0) {
      malformed ??= new Uint8Array(starts.length);
      malformed[cell] = 1;
    } else field.store(flow, numbers, cell * field.width);
  }
  return malformed;
}

function readAddresses({ bytes, starts, ends }: Texts, numbers: Numbers): Uint8Array | undefined {
  const address = new Address();
  let malformed: Uint8Array | undefined;
  for (let cell = 0; cell < starts.length; cell++) {
    if (readAddress(bytes, starts[cell] as number, address) !== ends[cell]) {
      malformed ??= new Uint8Array(starts.length);
      malformed[cell] = 1;
    } else storeAddress(address, numbers, cell * 5);
  }
  return malformed;
}

export function readIntegers(
  { width, absent = 0, storeIntegers }: Field,
  values: Integers,
  numbers: Numbers,
): Uint8Array | undefined {
  if (storeIntegers === undefined) throw new TypeError('this field has no integers');
  let malformed: Uint8Array | undefined;
  storeIntegers(values, numbers, (cell) => {
    malformed ??= new Uint8Array(values.size);
    malformed[cell] = 1;
  });
  numbers.fill(absent, values.present * width);
  return malformed;
}

const formats = new Map<string, readonly [string]>();

/** The format of one field: always the same one, because its reader is made once. */
function formatOf(field: string): readonly [string] {
  const format = formats.get(field) ?? [field];
  formats.set(field, format);
  return format;
}
