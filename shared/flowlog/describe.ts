import { isIP } from 'node:net';
import { type FieldType, fieldType } from './fields.ts';
import type { Format } from './format.ts';

/** The value of a field: `-` is null, integers above 2^53-1 are decimal strings. */
export type Value = string | number | null;

/** A line's values by field name, and why it does not read as its format says, if so. */
export interface Description {
  readonly fields: Record<string, Value>;
  readonly reason?: string;
}

/** What separates values: the characters up to the blank, and none of Unicode's other spaces. */
const BLANKS = /[^!-\u{10ffff}]+/u;
/** Of the largest integer of 64 bits. */
const MOST_DIGITS = 20;

const NOT_A: Record<FieldType['kind'], string> = {
  text: 'not text',
  integer: 'not a number that fits',
  seconds: 'not a time in seconds',
  address: 'not an address',
};

/** Spells out one line for a person or a program to read; the data path never comes here. */
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
    if (!reads(value, name)) faults.push(`${name} is "${value}", ${NOT_A[fieldType(name).kind]}`);
  }
  return faults.length === 0 ? { fields } : { fields, reason: faults.join('; ') };
}

function readValue(text: string, name: string): Value {
  if (text === '-') return null;
  const isNumber = ['integer', 'seconds'].includes(fieldType(name).kind) && reads(text, name);
  return isNumber ? toNumber(text) : text;
}

function reads(value: string, name: string): boolean {
  const type = fieldType(name);
  if (value === '-' || type.kind === 'text') return true;
  if (type.kind === 'address') return isIP(value.replace(/%.*/, '!')) !== 0;
  if (!/^\d+$/.test(value)) return false;
  const digits = withoutZeros(value);
  // BigInt takes quadratic time, and nothing longer fits.
  if (digits.length > MOST_DIGITS) return false;
  const number = BigInt(digits);
  if (type.kind === 'seconds') return toSeconds(number) < 2n ** 32n;
  return type.kind === 'integer' && number <= type.max;
}

function toSeconds(number: bigint): bigint {
  return number < 100_000_000_000n ? number : number / 1000n;
}

function toNumber(text: string): Value {
  const digits = withoutZeros(text);
  const number = Number(digits);
  return Number.isSafeInteger(number) ? number : digits;
}

function withoutZeros(digits: string): string {
  return digits.replace(/^0+(?=\d)/, '');
}
