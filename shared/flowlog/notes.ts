/** More different values than this in one field are one and the same: memory has an end. */
const MOST_VALUES = 4096;
const LONGEST_VALUE = 256;
const DASH = 45;

/** The number of a value that is absent, and of all those that came too late to be told apart. */
export const ABSENT = 0;
export const OTHERS = 1;

/**
 * What text fields say in the line at hand, for who asks for them. The reader of a line only marks where
 * they stand; a value is looked at when it is asked for, and is then a small number, so that who counts
 * by it needs no string per line. One parser after another may use them, not two at a time.
 */
export class Notes {
  readonly fields: readonly string[];
  /** Where each field's value begins and ends in the window; the same place where the format lacks it. */
  readonly from: Int32Array;
  readonly to: Int32Array;
  /** The text that the line at hand stands in. */
  window: Uint8Array = new Uint8Array();
  readonly #values: readonly Values[];

  /** Fields of one group share their numbers. */
  constructor(...groups: readonly (readonly string[])[]) {
    this.fields = groups.flat();
    this.from = new Int32Array(this.fields.length);
    this.to = new Int32Array(this.fields.length);
    this.#values = groups.flatMap((group) => {
      const values = new Values();
      return group.map(() => values);
    });
  }

  /** Whether the format has the field. */
  has(field: number): boolean {
    return this.from[field] !== this.to[field];
  }

  /** The number of what the field says: the same for the same text in its group, ABSENT for `-`. */
  id(field: number): number {
    const from = this.from[field] ?? 0;
    return this.#values[field]?.idOf(this.window, from, this.to[field] ?? 0) ?? ABSENT;
  }

  /** The text of the field in the line at hand; empty where it is absent or `-`. Makes a string each time. */
  said(field: number): string {
    const from = this.from[field] ?? 0;
    const to = Math.min(this.to[field] ?? 0, from + LONGEST_VALUE);
    const text = new TextDecoder().decode(this.window.subarray(from, to));
    return text === '-' ? '' : text;
  }

  /** The text that has this number in the field. */
  text(field: number, id: number): string {
    return this.#values[field]?.texts[id] ?? '';
  }
}

class Values {
  readonly texts = ['', '(others)'];
  /** Of each text; none of these two stands in a line. */
  readonly #bytes = [new Uint8Array(), new Uint8Array()];
  readonly #ids = new Map<number, number>();
  /** Neighbouring lines mostly say the same. */
  #last = ABSENT;

  idOf(window: Uint8Array, from: number, end: number): number {
    if (end === from || (end - from === 1 && window[from] === DASH)) return ABSENT;
    const to = Math.min(end, from + LONGEST_VALUE);
    if (!this.#is(this.#last, window, from, to)) this.#last = this.#find(window, from, to);
    return this.#last;
  }

  #find(window: Uint8Array, from: number, to: number): number {
    let hash = 0;
    for (let at = from; at < to; at++) hash = Math.imul(hash ^ (window[at] ?? 0), 0x01000193);
    for (; ; hash = (hash + 1) | 0) {
      const id = this.#ids.get(hash);
      if (id === undefined) return this.#learn(hash, window.slice(from, to));
      if (this.#is(id, window, from, to)) return id;
    }
  }

  #learn(hash: number, bytes: Uint8Array<ArrayBuffer>): number {
    const id = this.texts.length;
    if (id === MOST_VALUES) return OTHERS;
    this.texts.push(new TextDecoder().decode(bytes));
    this.#bytes.push(bytes);
    this.#ids.set(hash, id);
    return id;
  }

  #is(id: number, window: Uint8Array, from: number, to: number): boolean {
    const bytes = this.#bytes[id];
    if (bytes?.length !== to - from) return false;
    for (let at = 0; at < bytes.length; at++) if (bytes[at] !== window[from + at]) return false;
    return true;
  }
}
