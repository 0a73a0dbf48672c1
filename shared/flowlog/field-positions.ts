import type { LineReader } from './compile.ts';
import type { Format } from './format.ts';
import {
  type Dictionary,
  type LineFields,
  MAX_VALUE_BYTES,
  type TextFields,
} from './text-fields.ts';

/** Where the text fields of the current line are in a text; the reader of lines marks it for every line. */
export class FieldPositions implements LineFields {
  readonly names: readonly string[];
  /** Where each field's value begins and ends in the window; the same place where the format lacks it. */
  readonly from: Int32Array;
  readonly to: Int32Array;
  /** The readers that mark these positions, by format. */
  readonly readers = new WeakMap<Format, LineReader>();
  /** The text that has the current line. */
  window: Uint8Array = new Uint8Array();

  /** Answers for these fields from now on. */
  constructor(fields: TextFields) {
    this.names = fields.names;
    this.from = new Int32Array(this.names.length);
    this.to = new Int32Array(this.names.length);
    fields.current = this;
  }

  /** The format changes: fields that it lacks are absent. */
  forget(): void {
    this.from.fill(0);
    this.to.fill(0);
  }

  has(field: number): boolean {
    return this.from[field] !== this.to[field];
  }

  id(field: number, dictionary: Dictionary): number {
    return dictionary.idOf(this.window, this.from[field] ?? 0, this.to[field] ?? 0);
  }

  said(field: number): string {
    const from = this.from[field] ?? 0;
    const to = Math.min(this.to[field] ?? 0, from + MAX_VALUE_BYTES);
    const text = new TextDecoder().decode(this.window.subarray(from, to));
    return text === '-' ? '' : text;
  }
}
