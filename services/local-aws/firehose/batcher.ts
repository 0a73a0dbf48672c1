/** The time of a stand-in. `after` returns a function that cancels the timer. */
export interface Clock {
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly after: (ms: number, run: () => void) => () => void;
}

/** The real time. Its timers do not keep the process alive. */
export const REAL_CLOCK: Clock = {
  now: Date.now,
  after: (ms, run) => {
    const timer = setTimeout(run, ms).unref();
    return () => clearTimeout(timer);
  },
};

/** When a buffer is delivered: at this size, or this long after its first item. */
export interface BufferingHints {
  readonly bytes: number;
  readonly ms: number;
}

/** Buffers items and delivers them together. */
export class Batcher<T> {
  #items: T[] = [];
  #collected = 0;
  #cancel: (() => void) | undefined;
  readonly #clock: Clock;
  readonly #limits: BufferingHints;
  readonly #deliver: (items: T[]) => void;

  constructor(clock: Clock, limits: BufferingHints, deliver: (items: T[]) => void) {
    this.#clock = clock;
    this.#limits = limits;
    this.#deliver = deliver;
  }

  get size(): number {
    return this.#items.length;
  }

  add(item: T, bytes: number): void {
    this.#cancel ??= this.#clock.after(this.#limits.ms, () => this.flush());
    this.#items.push(item);
    this.#collected += bytes;
    if (this.#collected >= this.#limits.bytes) this.flush();
  }

  /** Delivers the buffered items now. */
  flush(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    const items = this.#items;
    this.#items = [];
    this.#collected = 0;
    if (items.length > 0) this.#deliver(items);
  }
}
