import { setTimeout as sleep } from 'node:timers/promises';
import { inTime } from '../deadline.ts';
import type { CollectorErrors, Endpoint, Sent, Transport } from '../export/transport.ts';
import type { HostPort } from '../netflow/collectors.ts';
import { Connection, type Lookup } from './connection.ts';
import { Pace } from './pace.ts';
import { Transfer } from './transfer.ts';

/** A datagram and how many flow records it carries, which is what pacing counts. */
interface Datagram {
  readonly bytes: Uint8Array;
  readonly records: number;
}

/** A refusal comes back after one round trip: from this machine or network it is here by then. */
const REFUSAL_MS = 20;

/** Datagrams under way at once, so that the event loop is not flooded with callbacks. */
const MAX_PENDING = 128;

/** How to send. */
interface UdpOptions {
  /** Without it datagrams go out as fast as the machine can. */
  readonly recordsPerSecond?: number | undefined;
  readonly lookup?: Lookup;
}

/** Export packets as datagrams, at a steady pace. */
export class UdpTransport implements Transport {
  readonly #connections: readonly Connection[];
  readonly #pace: Pace | undefined;

  /** Sends nowhere before `refresh`. */
  constructor(collectors: readonly HostPort[], options: UdpOptions = {}) {
    const { recordsPerSecond, lookup } = options;
    this.#connections = collectors.map((each) => new Connection(each, lookup));
    this.#pace = recordsPerSecond === undefined ? undefined : new Pace(recordsPerSecond);
  }

  /** A transport whose collectors' names have been looked up. */
  static async open(collectors: readonly HostPort[], options?: UdpOptions): Promise<UdpTransport> {
    const transport = new UdpTransport(collectors, options);
    await transport.refresh();
    return transport;
  }

  get errors(): readonly CollectorErrors[] {
    return this.#connections.map(({ errors }) => errors).filter(({ message }) => message !== '');
  }

  get localAddress(): Uint8Array | undefined {
    return this.#connections[0]?.localAddress;
  }

  get targets(): readonly Endpoint[] {
    return this.#connections.flatMap(({ target }) => target ?? []);
  }

  /** A lookup is due where there is no address yet, datagrams fail, or the last answer is old. */
  async refresh(patienceMs = Number.POSITIVE_INFINITY): Promise<void> {
    await Promise.all(this.#connections.map((connection) => connection.refresh(patienceMs)));
  }

  async send(datagrams: readonly Datagram[], deadline = Number.POSITIVE_INFINITY): Promise<Sent> {
    const transfer = new Transfer();
    const { taken } = transfer;
    for (const { bytes, records } of datagrams) {
      if (!this.#isFree(transfer, deadline) && !(await this.#turn(transfer, records, deadline)))
        break;
      const answer = transfer.add(this.#connections.length);
      for (const connection of this.#connections) connection.send(bytes, answer);
      // The first may have to be sent again, and its templates must not come after the others.
      if (taken.length === 1 && !(await this.#drain(transfer, deadline))) break;
    }
    const isDrained = await this.#drain(transfer, deadline);
    return { taken, isLate: !isDrained || taken.length < datagrams.length };
  }

  stopPacing(): void {
    this.#pace?.stop();
  }

  takeErrors(): readonly CollectorErrors[] {
    const { errors } = this;
    for (const connection of this.#connections) connection.clearErrors();
    return errors;
  }

  async settle(): Promise<void> {
    if (this.errors.length < this.#connections.length) await sleep(REFUSAL_MS);
  }

  async close(): Promise<void> {
    await this.settle();
    for (const connection of this.#connections) connection.close();
  }

  /** Whether there is nothing to wait for: a promise for every datagram would be half of all garbage. */
  #isFree({ pending }: Transfer, deadline: number): boolean {
    if (!this.#connections.some(({ isOpen }) => isOpen)) return true;
    const isUnbound = this.#pace === undefined && deadline === Number.POSITIVE_INFINITY;
    return isUnbound && pending < MAX_PENDING;
  }

  /** Waits until a datagram may go; false when its time would come after the deadline. */
  async #turn(transfer: Transfer, records: number, deadline: number): Promise<boolean> {
    const wait = this.#pace?.spend(records) ?? 0;
    if (performance.now() + wait >= deadline) return false;
    if (wait > 0) await this.#pace?.wait(wait);
    return transfer.pending < MAX_PENDING || (await this.#drain(transfer, deadline));
  }

  /** Resolves with false when the sockets have not answered for everything before the deadline. */
  async #drain(transfer: Transfer, deadline: number): Promise<boolean> {
    if (transfer.pending === 0) return true;
    if (await inTime(transfer.idle(), deadline - performance.now())) return true;
    // What waits in a socket would be overwritten before it is sent.
    for (const connection of this.#connections) connection.close();
    return false;
  }
}
