import { isIP } from 'node:net';
import { fieldType } from './fields.ts';
import type { Format } from './format.ts';

/** The value of a field: `-` is null, integers above 2^53-1 are decimal strings. */
export type Value = string | number | null;

/** A line's values by field name, and why it does not read as its format says, if so. */
export interface Description {
  readonly fields: Record<string, Value>;
  readonly reason?: string;
}

const NOT_A: Record<string, string> = {
  integer: 'not a number',
  seconds: 'not a time',
  address: 'not an address',
};

/** Spells out one line for a person or a program to read; the data path never comes here. */
export function describeLine(text: string, format: Format): Description {
  const values = text.split(/[\x00-\x20]+/).filter((value) => value !== '');
  const fields: Record<string, Value> = {};
  const faults: string[] = [];
  if (values.length !== format.length) {
    faults.push(`${values.length} values, the format has ${format.length}`);
  }
  for (const [index, name] of format.entries()) {
    const value = values[index];
    if (value === undefined) continue;
    const type = fieldType(name);
    fields[name] = value === '-' ? null : value;
    if (value === '-' || type.kind === 'text') continue;
    if (!reads(value, name)) faults.push(`${name} is "${value}", ${NOT_A[type.kind]} it can be`);
    else if (type.kind !== 'address') fields[name] = toNumber(value);
  }
  return faults.length === 0 ? { fields } : { fields, reason: faults.join('; ') };
}

function reads(value: string, name: string): boolean {
  const type = fieldType(name);
  if (type.kind === 'address') return isIP(value.replace(/%.*/, '!')) !== 0;
  if (!/^\d+$/.test(value)) return false;
  const number = BigInt(value);
  if (type.kind === 'seconds') return toSeconds(number) < 2n ** 32n;
  return type.kind === 'integer' && number <= type.max;
}

function toSeconds(number: bigint): bigint {
  return number < 100_000_000_000n ? number : number / 1000n;
}

function toNumber(digits: string): Value {
  const number = Number(digits);
  return Number.isSafeInteger(number) ? number : BigInt(digits).toString();
}
