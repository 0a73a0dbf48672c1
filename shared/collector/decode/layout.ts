import { elementOf, scopeNameOf } from '../element-names.ts';
import type { Field, Template, Value } from './packet.ts';
import { type ReadValue, readerOf } from './values.ts';

/** RFC 7011 section 7: the template length of a variable-length field; each record states its own length. */
const VARIABLE = 65_535;

interface Column {
  readonly name: string;
  readonly length: number;
  readonly variable: boolean;
  readonly read: ReadValue;
}

/** A template and how to read its records; `minimum` is the shortest record it allows, in octets. */
export interface Layout {
  readonly template: Template;
  readonly columns: readonly Column[];
  readonly minimum: number;
}

function nameOf(field: Field, v9Scope: boolean): string {
  if (field.pen !== undefined) return `pen${field.pen}.ie${field.id}`;
  return v9Scope ? scopeNameOf(field.id) : (elementOf(field.id)?.name ?? `ie${field.id}`);
}

function columnOf(field: Field, v9Scope: boolean, version: 9 | 10): Column {
  const variable = version === 10 && field.length === VARIABLE;
  const element = field.pen === undefined && !v9Scope ? elementOf(field.id) : undefined;
  const read = readerOf(element?.type, variable);
  return { name: nameOf(field, v9Scope), length: field.length, variable, read };
}

/** How to read the records of a template. An element of no octets has no column. */
export function layOut(template: Template, version: 9 | 10): Layout {
  const columns = template.fields
    .map((field, i) => columnOf(field, version === 9 && i < template.scope, version))
    .filter(({ length }) => length > 0);
  const minimum = columns.reduce((sum, column) => sum + (column.variable ? 1 : column.length), 0);
  return { template, columns, minimum };
}

/** The length and start of a variable-length value; undefined when the octets end first. */
function variableLength(view: DataView, at: number, end: number) {
  if (at >= end) return undefined;
  const short = view.getUint8(at);
  if (short < 255) return { at: at + 1, length: short };
  return at + 3 <= end ? { at: at + 3, length: view.getUint16(at + 1) } : undefined;
}

/**
 * One record and the start of the next; undefined when it runs past `end`. Of an element that occurs several times,
 * as RFC 7011 section 8 allows, the last value counts, as in other collectors.
 */
export function readRecord(
  view: DataView,
  start: number,
  end: number,
  layout: Layout,
): { values: Record<string, Value>; next: number } | undefined {
  const values: Record<string, Value> = {};
  let next = start;
  for (const column of layout.columns) {
    const place = column.variable
      ? variableLength(view, next, end)
      : { at: next, length: column.length };
    if (place === undefined || place.at + place.length > end) return undefined;
    const value = column.read(view, place.at, place.length);
    if (value !== undefined) values[column.name] = value;
    next = place.at + place.length;
  }
  return { values, next };
}
