import { compileReader } from './compile.ts';
import { type FieldKind, fieldKind } from './fields.ts';
import type { Format } from './format.ts';
import type { LineReader } from './readers.ts';
import { TextFlow } from './text-flow.ts';

/** The value of a field: `-` is null, integers above 2^53-1 are decimal strings. */
export type Value = string | number | null;

/** A line's values by field name, and why it does not read as its format says, if so. */
export interface Description {
  readonly fields: Record<string, Value>;
  readonly reason?: string;
}

/** What separates values: the characters up to the blank, and none of Unicode's other spaces. */
const BLANKS = /[^!-\u{10ffff}]+/u;
/** A reader of lines may look at this many bytes after a line's newline. */
const SLACK = ' '.repeat(16);

const NOT_A: Record<FieldKind, string> = {
  text: 'not text',
  integer: 'not a number that fits',
  seconds: 'not a time in seconds',
  address: 'not an address',
};

/** Describes one line for a person or a program. It is slow: the data path does not use it. */
export function describeLine(text: string, format: Format): Description {
  if (text === '') return { fields: {}, reason: 'longer than any line there can be' };
  const values = text.split(BLANKS).filter((value) => value !== '');
  const faults: string[] = [];
  if (values.length !== format.length) {
    faults.push(
      `${values.length} ${values.length === 1 ? 'value' : 'values'}, the format has ${format.length}`,
    );
  }
  const fields: Record<string, Value> = {};
  for (const [index, name] of format.slice(0, values.length).entries()) {
    const value = values[index] ?? '-';
    fields[name] = readValue(value, name);
    if (!reads(value, name)) faults.push(`${name} is "${value}", ${NOT_A[fieldKind(name)]}`);
  }
  return faults.length === 0 ? { fields } : { fields, reason: faults.join('; ') };
}

function readValue(text: string, name: string): Value {
  if (text === '-') return null;
  const isNumber = ['integer', 'seconds'].includes(fieldKind(name)) && reads(text, name);
  return isNumber ? toNumber(text) : text;
}

const readers = new Map<string, LineReader>();

/** Whether the reader of lines accepts the value: it is asked, so that both say the same. */
function reads(value: string, name: string): boolean {
  const reader = readers.get(name) ?? compileReader([name]);
  readers.set(name, reader);
  const line = Buffer.from(`${value}\n${SLACK}`);
  const view = new DataView(line.buffer, line.byteOffset, line.length);
  return reader(line, view, 0, new TextFlow()) >= 0;
}

function toNumber(text: string): Value {
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : text.replace(/^0+(?=\d)/, '');
}
