import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Records that may go out at once after a pause. A collector's socket buffer of Linux's default
 * size, 208 KiB, holds about ninety full datagrams; this is less than half of them.
 */
const MAX_BURST_RECORDS = 900;
/** At slow rates a burst is what belongs to so many seconds. */
const BURST_SECONDS = 0.05;

/** Keeps sending at a steady rate, in flow records per second, without catching up in bursts. */
export class Pace {
  readonly #recordsPerMs: number;
  readonly #burst: number;
  #credit: number;
  #at = performance.now();
  readonly #stop = new AbortController();

  constructor(recordsPerSecond: number) {
    this.#recordsPerMs = recordsPerSecond / 1000;
    this.#burst = Math.min(MAX_BURST_RECORDS, recordsPerSecond * BURST_SECONDS);
    this.#credit = this.#burst;
  }

  /** How many milliseconds to wait before a packet of so many records; 0 when it may go now. */
  spend(records: number): number {
    const now = performance.now();
    const earned = (now - this.#at) * this.#recordsPerMs;
    this.#at = now;
    this.#credit = Math.min(this.#credit + earned, this.#burst) - records;
    return this.#credit >= 0 ? 0 : -this.#credit / this.#recordsPerMs;
  }

  /** Resolves after so many milliseconds, or when pacing stops. */
  async wait(milliseconds: number): Promise<void> {
    const { signal } = this.#stop;
    if (signal.aborted) return;
    await sleep(Math.max(1, milliseconds), undefined, { signal }).catch(() => {});
  }

  /** Nothing waits from now on. */
  stop(): void {
    this.#stop.abort();
  }
}
