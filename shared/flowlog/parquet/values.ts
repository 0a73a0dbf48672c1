import type { Dictionary } from '../text-fields.ts';

/** Values of a column, the last of which is the absent one. */
export interface Values {
  /** The number of values, with the absent one. */
  readonly size: number;
  /** The bytes that the value takes in a line, with what separates it from the next. */
  bytesOf(cell: number): number;
  /** The bytes that all values but the absent one take. */
  readonly bytesOfAll: number;
  /** The value as it stands in a line, cut to so many bytes. */
  text(cell: number, most?: number): string;
  isAbsent(cell: number): boolean;
  id(cell: number, dictionary: Dictionary): number;
}
