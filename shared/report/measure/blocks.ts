import type { Address } from '../../flow/record.ts';

/** Memory for entries of words, which two threads share. */
export type Block = Int32Array<SharedArrayBuffer>;

/** A megabyte. */
const BLOCK_WORDS = 256 * 1024;

/** An empty block. */
export function newBlock(): Block {
  return new Int32Array(new SharedArrayBuffer(BLOCK_WORDS * Int32Array.BYTES_PER_ELEMENT));
}

/** Takes blocks. */
export interface BlockTaker {
  /** Takes a block, of which so many words are written, and gives the one to be written next. */
  hand(block: Block, words: number): Block;
  /** Resolves when there is room for more blocks; undefined while there is. */
  room(): Promise<void> | undefined;
}

/** Writes entries into blocks, each into one, and hands over those that are full. */
export class BlockWriter {
  /** What an entry is written into, and where the next one begins. The code that writes an entry sets `at` to its end. */
  block = newBlock();
  at = 0;
  readonly #to: BlockTaker;

  constructor(to: BlockTaker) {
    this.#to = to;
  }

  /** Makes room for an entry of at most so many words, and returns where it begins. */
  begin(words: number): number {
    if (this.at + words > BLOCK_WORDS) this.flush();
    return this.at;
  }

  /** Hands over the block that is being written. */
  flush(): void {
    this.block = this.#to.hand(this.block, this.at);
    this.at = 0;
  }

  room(): Promise<void> | undefined {
    return this.#to.room();
  }
}

/** Writes the words that an address has, and returns where they end. */
export function putAddressWords(
  words: Int32Array,
  at: number,
  { family, w0, w1, w2, w3 }: Address,
): number {
  if (family === 0) return at;
  words[at] = w0;
  if (family === 4) return at + 1;
  words[at + 1] = w1;
  words[at + 2] = w2;
  words[at + 3] = w3;
  return at + 4;
}

/** Reads an address of this family, and returns where it ends. */
export function readAddressWords(
  words: Int32Array,
  at: number,
  family: number,
  address: Address,
): number {
  address.family = family;
  if (family === 0) return at;
  address.w0 = words[at] as number;
  if (family === 4) return at + 1;
  address.w1 = words[at + 1] as number;
  address.w2 = words[at + 2] as number;
  address.w3 = words[at + 3] as number;
  return at + 4;
}

/** Words that `putText` takes. */
export function wordsOf(text: string): number {
  return 1 + text.length;
}

/** Writes a text, a word for each UTF-16 unit, after its length, and returns where it ends. */
export function putText(words: Int32Array, at: number, text: string): number {
  words[at] = text.length;
  const from = at + 1;
  for (let unit = 0; unit < text.length; unit++) words[from + unit] = text.charCodeAt(unit);
  return from + text.length;
}

/** The text that `putText` wrote at `at`. */
export function textAt(words: Int32Array, at: number): string {
  const from = at + 1;
  return String.fromCharCode(...words.subarray(from, from + (words[at] as number)));
}
