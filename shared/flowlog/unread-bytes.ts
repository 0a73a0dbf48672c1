/**
 * The bytes of an input that are not read yet. They may be put back, and looked at before they are taken.
 * What was taken is valid until the next bytes are asked for.
 */
export class UnreadBytes {
  /** The bytes that have come and are not taken. */
  bytes: Uint8Array = new Uint8Array();
  readonly #pieces: AsyncIterator<Uint8Array>;

  constructor(pieces: AsyncIterable<Uint8Array>) {
    this.#pieces = pieces[Symbol.asyncIterator]();
  }

  /** Adds a piece of the input to `bytes`; false when the input is over. */
  async more(): Promise<boolean> {
    // What is not taken is mostly nothing. It is copied, because the next piece may take its place.
    const kept = Uint8Array.from(this.bytes);
    this.bytes = kept;
    const next = await this.#pieces.next();
    if (next.done === true) return false;
    this.bytes = kept.length === 0 ? next.value : Buffer.concat([kept, next.value]);
    return true;
  }

  /** Takes this many bytes, or those there are; undefined when the input is over. */
  async take(count: number): Promise<Uint8Array | undefined> {
    while (this.bytes.length === 0) if (!(await this.more())) return undefined;
    const taken = this.bytes.subarray(0, count);
    this.bytes = this.bytes.subarray(taken.length);
    return taken;
  }

  /** Puts the end of what was taken last back. */
  putBack(rest: Uint8Array): void {
    if (rest.length === 0) return;
    this.bytes = this.bytes.length === 0 ? rest : Buffer.concat([rest, this.bytes]);
  }

  async close(): Promise<void> {
    await this.#pieces.return?.();
  }
}
