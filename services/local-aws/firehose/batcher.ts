/** Time as the local stand-ins see it: `after` returns how to call the timer off. */
export interface Clock {
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly after: (ms: number, run: () => void) => () => void;
}

/** The real time; its timers do not keep the process alive. */
export const REAL_CLOCK: Clock = {
  now: Date.now,
  after: (ms, run) => {
    const timer = setTimeout(run, ms).unref();
    return () => clearTimeout(timer);
  },
};

/** What waits together: until it has this many bytes or has waited this many milliseconds. */
export interface BufferingHints {
  readonly bytes: number;
  readonly ms: number;
}

/** Collects items until they are large enough or the first has waited long enough, then hands them on. */
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

  /** Hands on what there is, now. */
  flush(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    const items = this.#items;
    this.#items = [];
    this.#collected = 0;
    if (items.length > 0) this.#deliver(items);
  }
}
