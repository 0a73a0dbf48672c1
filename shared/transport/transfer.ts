/** The datagrams of one `send` on their way into the sockets. */
export class Transfer {
  /** See `Sent`. */
  readonly taken: number[] = [];
  /** How many answers of sockets are missing. */
  pending = 0;
  #onIdle: (() => void) | undefined;

  /** Adds a datagram for so many sockets; each answers once whether it took the datagram. */
  add(sockets: number): (isTaken: boolean) => void {
    const index = this.taken.push(0) - 1;
    this.pending += sockets;
    return (isTaken) => {
      if (isTaken) this.taken[index] = (this.taken[index] ?? 0) + 1;
      this.pending--;
      if (this.pending === 0) this.#onIdle?.();
    };
  }

  /** Resolves with the last of the missing answers. */
  idle(): Promise<true> {
    return new Promise((resolve) => {
      this.#onIdle = () => resolve(true);
    });
  }
}
