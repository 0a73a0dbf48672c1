import type { Memory } from './memory.ts';
import { joined, type Texts } from './texts.ts';
import { viewOf } from './view-of.ts';

/** At most so many distinct values: each has its number in a byte, and the last number is the absent value's. */
const MOST = 255;
/** A power of two, so large that most values find their place at once. */
const PLACES = 1024;
const PLACE_BITS = 10;
const EMPTY = -1;

/** Distinct texts, and which of them each value is. */
export interface RepeatedTexts {
  readonly texts: Texts;
  readonly cells: Uint8Array;
}

/**
 * The distinct values among values in Parquet's plain encoding, in which before each stands its length in four
 * bytes. Most fields of flow logs have few, and each is then read once. Undefined when there are more than MOST.
 * `cells` receives the number of each value.
 * @throws RangeError when a value ends beyond its page.
 */
export function repeatedTexts(
  page: Uint8Array,
  cells: Uint8Array,
  memory: Memory,
): RepeatedTexts | undefined {
  const view = viewOf(page);
  const distinct = new DistinctValues(view, memory.take('places', 'integers', PLACES));
  let at = 0;
  for (let index = 0; index < cells.length; index++) {
    const length = view.getUint32(at, true);
    at += 4 + length;
    if (at > page.length) throw new RangeError('a value ends beyond its page');
    const cell = distinct.numberOf(at, length);
    if (cell === MOST) return undefined;
    cells[index] = cell;
  }
  return { texts: joined(distinct.values(page)), cells };
}

/** Values of a page by where they end first, in a hash table with open addressing. */
class DistinctValues {
  readonly #view: DataView;
  readonly #places: Int32Array;
  readonly #ends: number[] = [];
  readonly #lengths: number[] = [];

  constructor(view: DataView, places: Int32Array) {
    this.#view = view;
    this.#places = places.fill(EMPTY);
  }

  /** The number of the value of this length that ends there. */
  numberOf(end: number, length: number): number {
    // The four bytes before the end are there even of an empty value: those of its length.
    const last = this.#view.getInt32(end - 4, true);
    const first = length < 4 ? last : this.#view.getInt32(end - length, true);
    let place = Math.imul(last ^ first ^ length, 0x9e3779b1) >>> (32 - PLACE_BITS);
    for (; ; place = (place + 1) % PLACES) {
      const cell = this.#places[place] as number;
      if (cell === EMPTY) return this.#add(place, end, length);
      if (
        this.#lengths[cell] === length &&
        this.#areSame(this.#ends[cell] as number, end, length)
      ) {
        return cell;
      }
    }
  }

  /** Compares values in words from their ends. The first word may begin in the length before the value. */
  #areSame(end: number, otherEnd: number, length: number): boolean {
    const view = this.#view;
    for (let back = 4; back < length + 4; back += 4) {
      if (view.getInt32(end - back, true) !== view.getInt32(otherEnd - back, true)) return false;
    }
    return true;
  }

  #add(place: number, end: number, length: number): number {
    this.#places[place] = this.#ends.length;
    this.#lengths.push(length);
    return this.#ends.push(end) - 1;
  }

  values(page: Uint8Array): Uint8Array[] {
    return this.#ends.map((end, cell) => page.subarray(end - (this.#lengths[cell] ?? 0), end));
  }
}
