import { setTimeout as sleep } from 'node:timers/promises';

interface Planned {
  readonly at: number;
  readonly run: () => void | Promise<void>;
}

/** How a clock is played. */
export interface Pace {
  /** Seconds of the story per second of real time; Infinity does not wait at all. */
  readonly speed: number;
  /** Resolves when the work that has been started is done. The clock stands still until then. */
  readonly settle: () => Promise<void>;
  /** Ends the story. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The time of a story. It jumps from one planned moment to the next and stands still while work is being
 * done, so that the story has the same times on a slow machine and on a fast one.
 */
export class StoryClock {
  #now: number;
  #planned: Planned[] = [];

  /** `start` in Unix milliseconds. */
  constructor(start: number) {
    this.#now = start;
  }

  readonly now = (): number => this.#now;

  readonly after = (ms: number, run: Planned['run']): (() => void) => this.at(this.#now + ms, run);

  /** Plans work for a time, after other work for the same time. Returns how to cancel it. */
  at(time: number, run: Planned['run']): () => void {
    const planned = { at: Math.max(time, this.#now), run };
    const index = this.#planned.findIndex(({ at }) => at > planned.at);
    this.#planned.splice(index < 0 ? this.#planned.length : index, 0, planned);
    return () => {
      this.#planned = this.#planned.filter((each) => each !== planned);
    };
  }

  /** Does all work that is planned up to this time, including work that is planned on the way. */
  async play(until: number, { speed, settle, signal }: Pace): Promise<void> {
    const [from, realFrom] = [this.#now, performance.now()];
    for (let next = this.#next(until); next !== undefined; next = this.#next(until)) {
      const early = (next.at - from) / speed - (performance.now() - realFrom);
      if (early > 1) await sleep(early, undefined, { signal }).catch(() => {});
      if (signal?.aborted) return;
      this.#planned.splice(this.#planned.indexOf(next), 1);
      this.#now = next.at;
      await next.run();
      await settle();
    }
    this.#now = Math.max(this.#now, until);
  }

  #next(until: number): Planned | undefined {
    const [first] = this.#planned;
    return first !== undefined && first.at <= until ? first : undefined;
  }
}
