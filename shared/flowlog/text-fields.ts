import { DASH } from '../text/ascii.ts';
/** At most this many distinct values per field; further ones are numbered as `OTHERS`. Bounds memory. */
export const MAX_VALUES = 4096;
/** Longer values are cut. Bounds memory. */
export const MAX_VALUE_BYTES = 256;

/** The number of a value that is absent, and of all values beyond the limit. */
export const ABSENT = 0;
export const OTHERS = 1;

/** The text values of the line that a source has just read. `field` is an index of `TextFields.names`. */
export interface LineFields {
  /** Whether the source has the field. */
  has(field: number): boolean;
  /** The number of the field's value, as the dictionary gives it; ABSENT for none. */
  id(field: number, dictionary: Dictionary): number;
  /** The field's value, cut to MAX_VALUE_BYTES; empty for none. */
  said(field: number): string;
  /** Whether the field has a value; the same as that `said` is not empty. */
  isSaid(field: number): boolean;
}

const NOTHING = new Uint8Array();
const NO_FIELDS: LineFields = {
  has: () => false,
  id: () => ABSENT,
  said: () => '',
  isSaid: () => false,
};

/**
 * The text fields that a reader wants of each line. A value is looked up when it is asked for, and is
 * then a small number, so that counting by it needs no string per line. The numbers stay the same from
 * source to source; sources use the fields one after the other, not at the same time.
 */
export class TextFields {
  readonly names: readonly string[];
  /** Set by the source that is being read. */
  current: LineFields = NO_FIELDS;
  readonly #dictionaries: readonly Dictionary[];

  /** Fields of one group share their numbers. */
  constructor(...groups: readonly (readonly string[])[]) {
    this.names = groups.flat();
    this.#dictionaries = groups.flatMap((group) => {
      const dictionary = new Dictionary();
      return group.map(() => dictionary);
    });
  }

  /** Whether the source has the field. */
  has(field: number): boolean {
    return this.current.has(field);
  }

  /** The number of the field's value: the same for the same text in its group, ABSENT for none. */
  id(field: number): number {
    const dictionary = this.#dictionaries[field];
    return dictionary === undefined ? ABSENT : this.current.id(field, dictionary);
  }

  /** The field's value as text; empty for none. Makes a string each time. */
  said(field: number): string {
    return this.current.said(field);
  }

  /** Whether the field has a value. */
  isSaid(field: number): boolean {
    return this.current.isSaid(field);
  }

  /** The bytes of the value that has this number in the field. */
  value(field: number, id: number): Uint8Array {
    return this.#dictionaries[field]?.bytes[id] ?? NOTHING;
  }

  /** The text that has this number in the field. */
  text(field: number, id: number): string {
    return this.#dictionaries[field]?.texts[id] ?? '';
  }
}

/** Numbers values in the order in which they first come. */
export class Dictionary {
  readonly texts = ['', '(others)'];
  /** The bytes of each text; ABSENT and OTHERS have none. */
  readonly bytes: Uint8Array[] = [NOTHING, NOTHING];
  readonly #ids = new Map<number, number>();
  /** The value last found: neighbouring lines mostly have the same. */
  #last = ABSENT;

  /** The number of the value from `from` to `end`; ABSENT for an empty one and for `-`. */
  idOf(bytes: Uint8Array, from: number, end: number): number {
    if (end === from || (end - from === 1 && bytes[from] === DASH)) return ABSENT;
    const to = Math.min(end, from + MAX_VALUE_BYTES);
    if (!this.#is(this.#last, bytes, from, to)) this.#last = this.#find(bytes, from, to);
    return this.#last;
  }

  #find(bytes: Uint8Array, from: number, to: number): number {
    let hash = 0;
    for (let at = from; at < to; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
    for (; ; hash = (hash + 1) | 0) {
      const id = this.#ids.get(hash);
      if (id === undefined) return this.#add(hash, bytes.slice(from, to));
      if (this.#is(id, bytes, from, to)) return id;
    }
  }

  #add(hash: number, value: Uint8Array<ArrayBuffer>): number {
    const id = this.texts.length;
    if (id === MAX_VALUES) return OTHERS;
    this.texts.push(new TextDecoder().decode(value));
    this.bytes.push(value);
    this.#ids.set(hash, id);
    return id;
  }

  #is(id: number, bytes: Uint8Array, from: number, to: number): boolean {
    const value = this.bytes[id];
    if (value?.length !== to - from) return false;
    for (let at = 0; at < value.length; at++) if (value[at] !== bytes[from + at]) return false;
    return true;
  }
}
