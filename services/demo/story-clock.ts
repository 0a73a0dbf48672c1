import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../local-aws/firehose/batcher.ts';

interface Planned {
  readonly at: number;
  readonly run: () => void | Promise<void>;
}

/** How a story is played. */
export interface Pace {
  /** Seconds of the story in a second of real time; Infinity does not wait at all. */
  readonly speed: number;
  /** Resolves when what was begun is done: only then does the clock go on. */
  readonly settle: () => Promise<void>;
  /** Ends the story. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The time of a story: it jumps from one planned moment to the next and stands still while something
 * is done, so that a slow machine tells the same story as a fast one, only later.
 */
export class StoryClock implements Clock {
  #now: number;
  #planned: Planned[] = [];

  /** `start` in Unix milliseconds. */
  constructor(start: number) {
    this.#now = start;
  }

  readonly now = (): number => this.#now;

  readonly after = (ms: number, run: Planned['run']): (() => void) => this.at(this.#now + ms, run);

  /** Plans something for a time, after what is planned for that time already. */
  at(time: number, run: Planned['run']): () => void {
    const planned = { at: Math.max(time, this.#now), run };
    const index = this.#planned.findIndex(({ at }) => at > planned.at);
    this.#planned.splice(index < 0 ? this.#planned.length : index, 0, planned);
    return () => {
      this.#planned = this.#planned.filter((each) => each !== planned);
    };
  }

  /** Plays what is planned up to and including that time; what is planned meanwhile as well. */
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
