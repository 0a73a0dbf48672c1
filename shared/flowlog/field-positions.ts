import { DASH } from '../text/ascii.ts';
import { Readers } from './readers.ts';
import {
  type Dictionary,
  type LineFields,
  MAX_VALUE_BYTES,
  type TextFields,
} from './text-fields.ts';

const made = new WeakMap<TextFields, FieldPositions>();

/** Where the text fields of the current line are in a text; the reader of lines marks it for every line. */
export class FieldPositions implements LineFields {
  readonly names: readonly string[];
  /** Where each field's value begins and ends in the window; the same place where the format lacks it. */
  readonly from: Int32Array;
  readonly to: Int32Array;
  /** The readers that mark these positions. */
  readonly readers = new Readers();
  /** The text that has the current line. */
  window: Uint8Array = new Uint8Array();

  private constructor({ names }: TextFields) {
    this.names = names;
    this.from = new Int32Array(names.length);
    this.to = new Int32Array(names.length);
  }

  /** The positions of these fields, which have none yet in the text that is read next. They answer for the fields. */
  static of(fields: TextFields): FieldPositions {
    const positions = made.get(fields) ?? new FieldPositions(fields);
    made.set(fields, positions);
    positions.forget();
    fields.current = positions;
    return positions;
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

  isSaid(field: number): boolean {
    const from = this.from[field] ?? 0;
    const length = (this.to[field] ?? 0) - from;
    return length > 1 || (length === 1 && this.window[from] !== DASH);
  }

  said(field: number): string {
    const from = this.from[field] ?? 0;
    const to = Math.min(this.to[field] ?? 0, from + MAX_VALUE_BYTES);
    const text = new TextDecoder().decode(this.window.subarray(from, to));
    return text === '-' ? '' : text;
  }
}
