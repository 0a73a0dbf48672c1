/** The datagrams of one `send`, until the sockets have answered for all of them. */
export class Transfer {
  /** See `Sent`. */
  readonly taken: number[] = [];
  /** The number of outstanding answers of sockets. */
  pending = 0;
  #onIdle: (() => void) | undefined;

  /** Adds a datagram for this many sockets. Each socket answers once whether it took the datagram. */
  add(sockets: number): (isTaken: boolean) => void {
    const index = this.taken.push(0) - 1;
    this.pending += sockets;
    return (isTaken) => {
      if (isTaken) this.taken[index] = (this.taken[index] ?? 0) + 1;
      this.pending--;
      if (this.pending === 0) this.#onIdle?.();
    };
  }

  /** Resolves with the last outstanding answer. */
  idle(): Promise<true> {
    return new Promise((resolve) => {
      this.#onIdle = () => resolve(true);
    });
  }
}
