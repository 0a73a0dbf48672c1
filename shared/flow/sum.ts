const TWO_32 = 0x1_0000_0000;

/** An exact sum of 64-bit counters given as two 32-bit halves. */
export class Sum {
  #high = 0;
  #low = 0;

  add(high: number, low: number): void {
    const sum = this.#low + (low >>> 0);
    const carry = sum >= TWO_32 ? 1 : 0;
    this.#low = sum - carry * TWO_32;
    this.#high += (high >>> 0) + carry;
  }

  /** Adds another sum. */
  take(other: Sum): void {
    const sum = this.#low + other.#low;
    const carry = sum >= TWO_32 ? 1 : 0;
    this.#low = sum - carry * TWO_32;
    this.#high += other.#high + carry;
  }

  toBigInt(): bigint {
    return BigInt(this.#high) * BigInt(TWO_32) + BigInt(this.#low);
  }

  toString(): string {
    return this.toBigInt().toString();
  }
}
