import { setTimeout as sleep } from 'node:timers/promises';
import type { CollectorAddress } from '../netflow/collectors.ts';
import { type CollectorErrors, Connection, type Target } from './connection.ts';
import { Pace } from './pace.ts';

/** A datagram and how many flow records it carries, which is what pacing counts. */
interface Datagram {
  readonly bytes: Uint8Array;
  readonly records: number;
}

/** A refusal comes back after one round trip: from this machine or network it is here by then. */
const REFUSAL_MS = 20;

/** Datagrams under way at once, so that the event loop is not flooded with callbacks. */
const MAX_PENDING = 128;

/** Sends datagrams to every collector, at a steady pace. An unreachable one costs the others nothing. */
export class Sender {
  readonly #connections: readonly Connection[];
  readonly #pace: Pace | undefined;
  #pending = 0;
  #drained: (() => void) | undefined;

  /** `recordsPerSecond` undefined sends as fast as the machine can. Sends nowhere before `refresh`. */
  constructor(collectors: readonly CollectorAddress[], recordsPerSecond?: number) {
    this.#connections = collectors.map((each) => new Connection(each, () => this.#sent()));
    this.#pace = recordsPerSecond === undefined ? undefined : new Pace(recordsPerSecond);
  }

  /** A sender whose collectors' names have been looked up. */
  static async open(
    collectors: readonly CollectorAddress[],
    recordsPerSecond?: number,
  ): Promise<Sender> {
    const sender = new Sender(collectors, recordsPerSecond);
    await sender.refresh();
    return sender;
  }

  /** What went wrong so far, of the collectors where something did. */
  get errors(): readonly CollectorErrors[] {
    return this.#connections.map(({ errors }) => errors).filter(({ message }) => message !== '');
  }

  /** The address the first collector sees datagrams come from, in 4 or 16 octets. */
  get localAddress(): Uint8Array | undefined {
    return this.#connections[0]?.localAddress;
  }

  /** Where datagrams go now. */
  get targets(): readonly Target[] {
    return this.#connections.flatMap(({ target }) => target ?? []);
  }

  /**
   * Looks up the collectors' names where that is due: they have not been found, datagrams fail, or
   * it is long ago. Waits so many milliseconds at most; what comes later is used later.
   */
  async refresh(patienceMs = Number.POSITIVE_INFINITY): Promise<void> {
    await inTime(
      Promise.all(this.#connections.map((connection) => connection.refresh())),
      patienceMs,
    );
  }

  /**
   * Resolves when all datagrams have been handed to the network, or failed, which is counted; or
   * when `performance.now()` has reached the deadline. Says how many have been handed over by then.
   */
  async send(datagrams: readonly Datagram[], deadline = Number.POSITIVE_INFINITY): Promise<number> {
    let handed = 0;
    for (const { bytes, records } of datagrams) {
      if (!this.#isFree(deadline) && !(await this.#turn(records, deadline))) return handed;
      this.#pending += this.#connections.length;
      for (const connection of this.#connections) connection.send(bytes);
      // The first may have to be sent again, and what it announces must not come after the others.
      if (handed === 0) await this.#drain(deadline);
      handed++;
    }
    await this.#drain(deadline);
    return handed;
  }

  /** What is still to be sent goes out as fast as the machine can. */
  hurry(): void {
    this.#pace?.hurry();
  }

  /** The errors since the last call. */
  takeErrors(): readonly CollectorErrors[] {
    const { errors } = this;
    for (const connection of this.#connections) connection.clearErrors();
    return errors;
  }

  /** Resolves when the refusals of the last datagrams have had time to arrive. */
  async settle(): Promise<void> {
    if (this.errors.length < this.#connections.length) await sleep(REFUSAL_MS);
  }

  /** Closes the sockets once the last refusals have arrived. */
  async close(): Promise<void> {
    await this.settle();
    for (const connection of this.#connections) connection.close();
  }

  /** Whether there is nothing to wait for: a promise for every datagram would be half of all garbage. */
  #isFree(deadline: number): boolean {
    const isUnbound = this.#pace === undefined && deadline === Number.POSITIVE_INFINITY;
    return isUnbound && this.#pending < MAX_PENDING;
  }

  /** Waits until a datagram may go; false when its time would come after the deadline. */
  async #turn(records: number, deadline: number): Promise<boolean> {
    const wait = this.#pace?.spend(records) ?? 0;
    if (performance.now() + wait >= deadline) return false;
    if (wait > 0) await this.#pace?.wait(wait);
    return this.#pending < MAX_PENDING || (await this.#drain(deadline));
  }

  #sent(): void {
    this.#pending--;
    if (this.#pending === 0) this.#drained?.();
  }

  /** Resolves with false when the network has not taken everything before the deadline. */
  async #drain(deadline: number): Promise<boolean> {
    if (this.#pending === 0) return true;
    const drained = new Promise<true>((resolve) => {
      this.#drained = () => resolve(true);
    });
    if (await inTime(drained, deadline - performance.now())) return true;
    // What waits in a socket would be overwritten before it is sent.
    for (const connection of this.#connections) connection.close();
    return false;
  }
}

async function inTime<T>(work: Promise<T>, ms: number): Promise<T | undefined> {
  if (ms === Number.POSITIVE_INFINITY) return await work;
  const timer = new AbortController();
  const late = sleep(Math.max(0, ms), undefined, { signal: timer.signal }).catch(() => undefined);
  try {
    return await Promise.race([work, late]);
  } finally {
    timer.abort();
  }
}
