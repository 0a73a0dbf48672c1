/** What became of the datagrams of one `send`; a socket that takes one says nothing of its arrival. */
export interface Sent {
  /** Of each datagram, how many collectors' sockets took it; those that no time was left for are missing. */
  readonly taken: readonly number[];
  /** The deadline came before every socket had taken or refused every datagram. */
  readonly isLate: boolean;
}

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
