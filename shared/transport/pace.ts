import { setTimeout as sleep } from 'node:timers/promises';

/**
 * The largest burst after a pause, in flow records. Linux's default socket buffer of 208 KiB holds about ninety
 * full datagrams; a burst is less than half of that.
 */
const MAX_BURST_RECORDS = 900;
/** At low rates, the burst is the records of this many seconds. */
const BURST_SECONDS = 0.05;

/** A token bucket: paces sending at a steady rate, in flow records per second, with small bursts. */
export class Pace {
  readonly #recordsPerSecond: number;
  #recordsPerMs = 0;
  #burst = 0;
  #credit: number;
  #at = performance.now();
  readonly #stop = new AbortController();

  constructor(recordsPerSecond: number) {
    this.#recordsPerSecond = recordsPerSecond;
    this.share(1);
    this.#credit = this.#burst;
  }

  /** The rate is shared with others, so many senders in all. */
  share(senders: number): void {
    const rate = this.#recordsPerSecond / senders;
    this.#recordsPerMs = rate / 1000;
    this.#burst = Math.min(MAX_BURST_RECORDS, rate * BURST_SECONDS);
  }

  /** The milliseconds to wait before a packet of this many records may be sent; 0 when it may be sent now. */
  spend(records: number): number {
    const now = performance.now();
    const earned = (now - this.#at) * this.#recordsPerMs;
    this.#at = now;
    this.#credit = Math.min(this.#credit + earned, this.#burst) - records;
    return this.#credit >= 0 ? 0 : -this.#credit / this.#recordsPerMs;
  }

  /** Resolves after this many milliseconds, or when pacing stops. */
  async wait(milliseconds: number): Promise<void> {
    const { signal } = this.#stop;
    if (signal.aborted) return;
    await sleep(Math.max(1, milliseconds), undefined, { signal }).catch(() => {});
  }

  /** Ends all waits, present and future. */
  stop(): void {
    this.#stop.abort();
  }
}
