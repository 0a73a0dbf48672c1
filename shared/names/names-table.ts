import * as v from 'valibot';
import { addressOrPrefixOf } from '../flow/prefix.ts';
import { readShape, ShapeError } from '../read-shape.ts';
import { csvRow } from '../text/csv-row.ts';
import { printable } from '../text/printable.ts';
import { shorten } from '../text/shorten.ts';
import type { Claim } from './claim.ts';

/** The columns and members with a meaning of their own, by the words for them; all others are labels. */
const MEANINGS: Readonly<Record<string, 'address' | 'name' | 'from' | 'until'>> = {
  address: 'address',
  ip: 'address',
  cidr: 'address',
  name: 'name',
  from: 'from',
  valid_from: 'from',
  until: 'until',
  valid_until: 'until',
};
const LONGEST_VALUE = 61;
/** Unix seconds from here on would be after the year 5000: they are milliseconds. */
const FIRST_MILLISECONDS = 100_000_000_000;

type Cells = readonly (readonly [string, string])[];

const SCALAR = v.union([v.string(), v.number(), v.boolean(), v.null()]);
const LIST = v.array(
  v.pipe(
    v.looseObject({ labels: v.optional(v.record(v.string(), v.nullable(v.string()))) }),
    v.check((row) => Object.keys(row).some(isAddress), 'an object with an address or a cidr'),
  ),
);

/**
 * Claims of CSV text: a line of column names, and a line for each address or CIDR block.
 * @throws ShapeError naming the line that is wrong.
 */
export function csvClaims(text: string, what: string): Claim[] {
  const first = csvRow(text, 0);
  const columns = first.values.map((name) => name.trim());
  if (!columns.some(isAddress)) {
    throw new ShapeError(
      `${what}: line 1 names no column address or cidr, and the file is neither JSON nor what kubectl prints`,
    );
  }
  const claims: Claim[] = [];
  let line = 2;
  for (let at = first.end; at < text.length; ) {
    const { values, end } = csvRow(text, at);
    const where = `${what}: line ${line}`;
    line += text.slice(at, end).split('\n').length - 1;
    at = end;
    if (values.every((value) => value.trim() === '')) continue;
    if (values.length > columns.length) {
      throw new ShapeError(
        `${where} has ${values.length} values, and line 1 names ${columns.length} columns`,
      );
    }
    claims.push(
      claimOf(
        columns.map((name, index) => [name, values[index] ?? '']),
        where,
      ),
    );
  }
  return claims;
}

/**
 * Claims of a JSON list of objects with an address or cidr, and perhaps a name, labels, and from and until.
 * @throws ShapeError naming the member that is wrong.
 */
export function jsonClaims(value: unknown, what: string): Claim[] {
  return readShape(LIST, value, what).map(({ labels = {}, ...row }, index) => {
    const where = `${what}: ${index}`;
    const cells = Object.entries(row).map(
      ([key, cell]) => [key, textOf(readShape(SCALAR, cell, `${where}.${key}`))] as const,
    );
    const own = Object.entries(labels).map(([key, label]) => [key, label ?? ''] as const);
    return claimOf([...cells, ...own], where);
  });
}

function textOf(value: v.InferOutput<typeof SCALAR>): string {
  return value === null ? '' : String(value);
}

function isAddress(column: string): boolean {
  return meaningOf(column) === 'address';
}

function meaningOf(column: string): string | undefined {
  const word = column.trim().toLowerCase();
  return Object.hasOwn(MEANINGS, word) ? MEANINGS[word] : undefined;
}

function claimOf(cells: Cells, where: string): Claim {
  const filled = cells.map(([key, value]) => [key, value.trim()] as const);
  const said = filled.filter(([, value]) => value !== '');
  const cell = (meaning: string) => said.find(([key]) => meaningOf(key) === meaning)?.[1];
  const address = cell('address') ?? '';
  const prefix = addressOrPrefixOf(address);
  if (prefix === undefined)
    throw new ShapeError(`${where}: ${quoted(address)} is no address or CIDR block`);
  const [from, until] = [timeOf(cell('from'), where), timeOf(cell('until'), where)];
  if (from !== undefined && until !== undefined && until <= from) {
    throw new ShapeError(`${where}: until ${cell('until')} is not after from ${cell('from')}`);
  }
  return {
    ...{ prefix, kind: 'file', name: cell('name'), from, until },
    labels: Object.fromEntries(said.filter(([key]) => meaningOf(key) === undefined)),
  };
}

/** Unix seconds of an ISO 8601 time, UTC unless it says otherwise, or of Unix seconds or milliseconds. */
function timeOf(text: string | undefined, where: string): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{9,13}$/.test(text)) {
    const number = Number(text);
    return Math.floor(number < FIRST_MILLISECONDS ? number : number / 1000);
  }
  const iso = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d.*)?$/.test(text) ? text.replace(' ', 'T') : '';
  const isZoned = !iso.includes('T') || /(?:Z|[+-]\d\d:?\d\d)$/i.test(iso);
  const time = Date.parse(isZoned ? iso : `${iso}Z`);
  if (Number.isNaN(time)) {
    throw new ShapeError(`${where}: ${quoted(text)} is no time such as 2026-11-22T10:14:30Z`);
  }
  return Math.floor(time / 1000);
}

function quoted(text: string): string {
  return printable(JSON.stringify(shorten(text, LONGEST_VALUE)));
}
