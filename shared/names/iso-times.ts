import { COLON, DOT } from '../text/ascii.ts';

/** `2026-11-22T`, `10:13:55`, and the lengths of times that end with `Z` and with `.000Z`. */
const [DATE_BYTES, TIME_BYTES, SHORT, LONG] = [11, 8, 20, 24];
const LETTER_Z = 90;

/** The Unix seconds of a time as ISO 8601 writes it, without its fraction; NaN for other text. */
export function isoSeconds(text: string): number {
  return Math.floor(Date.parse(text) / 1000);
}

/**
 * Reads times in bytes. The date is mostly that of the time before, so the time of day alone is read: a log has a time
 * for each record, and `Date.parse` takes as long as the rest of the record.
 */
export class IsoTimes {
  readonly #date = Buffer.alloc(DATE_BYTES);
  /** When the date begins. */
  #midnight = Number.NaN;

  /** The Unix seconds of the time from `from` to `to`, as `isoSeconds` reads them. */
  secondsOf(bytes: Buffer, from: number, to: number): number {
    const ofDay = isUsual(bytes, from, to) ? secondsOfDay(bytes, from + DATE_BYTES) : Number.NaN;
    if (Number.isNaN(ofDay)) return isoSeconds(bytes.toString('latin1', from, to));
    if (!this.#isSameDate(bytes, from)) this.#learn(bytes, from);
    return this.#midnight + ofDay;
  }

  #isSameDate(bytes: Buffer, from: number): boolean {
    for (let at = 0; at < DATE_BYTES; at++) if (bytes[from + at] !== this.#date[at]) return false;
    return true;
  }

  #learn(bytes: Buffer, from: number): void {
    bytes.copy(this.#date, 0, from, from + DATE_BYTES);
    this.#midnight = isoSeconds(`${this.#date.toString('latin1')}00:00:00Z`);
  }
}

/** Whether it ends with Z, behind the time or behind milliseconds. */
function isUsual(bytes: Buffer, from: number, to: number): boolean {
  if (bytes[to - 1] !== LETTER_Z) return false;
  if (to - from === SHORT) return true;
  const fraction = from + DATE_BYTES + TIME_BYTES;
  if (to - from !== LONG || bytes[fraction] !== DOT) return false;
  return [1, 2, 3].every((digit) => digitAt(bytes, fraction + digit) < 10);
}

/** Seconds since midnight of `10:13:55`; NaN for other text. */
function secondsOfDay(bytes: Buffer, at: number): number {
  if (bytes[at + 2] !== COLON || bytes[at + 5] !== COLON) return Number.NaN;
  const hours = twoDigits(bytes, at, 23);
  return (hours * 60 + twoDigits(bytes, at + 3, 59)) * 60 + twoDigits(bytes, at + 6, 59);
}

/** The number there; NaN when it is none or larger than `most`. */
function twoDigits(bytes: Buffer, at: number, most: number): number {
  const [ten, one] = [digitAt(bytes, at), digitAt(bytes, at + 1)];
  const number = ten * 10 + one;
  return ten < 10 && one < 10 && number <= most ? number : Number.NaN;
}

/** The digit there, or a number above 9. */
function digitAt(bytes: Buffer, at: number): number {
  return (bytes[at] as number) ^ 48;
}
