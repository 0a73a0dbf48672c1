import type { Memory } from './memory.ts';
import { joined, type Texts } from './texts.ts';
import { viewOf } from './view-of.ts';

/** At most so many distinct values: each has its number in a byte, and the last number is the absent value's. */
const MOST = 255;
/** A power of two, so large that most values find their place at once. */
const PLACES = 1024;

/** Distinct texts, and which of them each value is. */
export interface RepeatedTexts {
  readonly texts: Texts;
  readonly cells: Uint8Array;
}

/**
 * The distinct values among values in Parquet's plain encoding, in which before each stands its length in four
 * bytes. Most fields of flow logs have few, and each is then read once. Undefined when there are more than MOST.
 * @throws RangeError when a value ends beyond its page.
 */
export function repeatedTexts(
  page: Uint8Array,
  cells: Uint8Array,
  memory: Memory,
): RepeatedTexts | undefined {
  const view = viewOf(page);
  const places = memory.take('places', 'integers', PLACES).fill(-1);
  const ends: number[] = [];
  const lengths: number[] = [];
  let at = 0;
  for (let index = 0; index < cells.length; index++) {
    const from = at + 4;
    const length = view.getUint32(at, true);
    at = from + length;
    if (at > page.length) throw new RangeError('a value ends beyond its page');
    // The four bytes before the end are there even of an empty value: those of its length.
    const hash = view.getInt32(at - 4, true) ^ view.getInt32(length < 4 ? at - 4 : from, true);
    let place = Math.imul(hash ^ length, 0x9e3779b1) >>> 22;
    let cell = places[place] as number;
    while (
      cell >= 0 &&
      !(lengths[cell] === length && areSame(view, ends[cell] as number, at, length))
    ) {
      place = (place + 1) % PLACES;
      cell = places[place] as number;
    }
    if (cell < 0) {
      cell = ends.length;
      if (cell === MOST) return undefined;
      places[place] = cell;
      ends.push(at);
      lengths.push(length);
    }
    cells[index] = cell;
  }
  const texts = ends.map((end, cell) => page.subarray(end - (lengths[cell] ?? 0), end));
  return { texts: joined(texts), cells };
}

/** Compares two values of this length in words from their ends. The first word may begin in the length before it. */
function areSame(view: DataView, end: number, otherEnd: number, length: number): boolean {
  for (let back = 4; back < length + 4; back += 4) {
    if (view.getInt32(end - back, true) !== view.getInt32(otherEnd - back, true)) return false;
  }
  return true;
}
