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

/** Numbers an element that occurs several times in a template: `name`, `name.2`. */
function distinct(names: string[]): string[] {
  const seen = new Map<string, number>();
  return names.map((name) => {
    const turn = (seen.get(name) ?? 0) + 1;
    seen.set(name, turn);
    return turn === 1 ? name : `${name}.${turn}`;
  });
}

function columnOf(field: Field, name: string, v9Scope: boolean, version: 9 | 10): Column {
  const variable = version === 10 && field.length === VARIABLE;
  const element = field.pen === undefined && !v9Scope ? elementOf(field.id) : undefined;
  const read = readerOf(element?.type, field.length, variable);
  return { name, length: field.length, variable, read };
}

/** How to read the records of a template. */
export function layOut(template: Template, version: 9 | 10): Layout {
  const isV9Scope = (index: number) => version === 9 && index < template.scope;
  const names = distinct(template.fields.map((field, i) => nameOf(field, isV9Scope(i))));
  const columns = template.fields.map((field, i) =>
    columnOf(field, names[i] ?? '', isV9Scope(i), version),
  );
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

/** One record and the start of the next; undefined when it runs past `end`. */
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
    values[column.name] = column.read(view, place.at, place.length);
    next = place.at + place.length;
  }
  return { values, next };
}
