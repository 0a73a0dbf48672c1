import { setTimeout as sleep } from 'node:timers/promises';
import { inTime, msUntil, NEVER } from '../deadline.ts';
import type { CollectorErrors, Endpoint, Sent, Transport } from '../export/transport.ts';
import type { HostPort } from '../netflow/collectors.ts';
import { Connection, type Lookup } from './connection.ts';
import { Pace } from './pace.ts';
import { Transfer } from './transfer.ts';

/** A datagram and its number of flow records, which pacing counts. */
interface Datagram {
  readonly bytes: Uint8Array;
  readonly records: number;
}

/** The wait for a refusal, which takes one round trip. Enough for this machine's network, and for itself. */
const REFUSAL_MS = 20;
const OWN_REFUSAL_MS = 5;

/** What a datagram without flow records counts for: as much as one that is full of them. */
const OPTIONS_RECORDS = 30;

/** The most datagrams in flight, so that the event loop is not flooded with callbacks. */
const MAX_PENDING = 128;

/** How to send. */
interface UdpOptions {
  /** Undefined: not paced. */
  readonly recordsPerSecond?: number | undefined;
  readonly lookup?: Lookup;
}

/** Export packets as datagrams, at a steady pace. */
export class UdpTransport implements Transport {
  readonly #connections: readonly Connection[];
  readonly #pace: Pace | undefined;
  /** When datagrams were sent that no refusal was waited for: the last ones, and the first of those close to them. */
  #sent: { first: number; last: number } | undefined;

  /** Has no address to send to before `refresh`. */
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

  /** A lookup is due while there is no address, while datagrams fail, and when the last answer is old. */
  async refresh(patienceMs = NEVER): Promise<void> {
    await Promise.all(this.#connections.map((connection) => connection.refresh(patienceMs)));
  }

  async send(datagrams: readonly Datagram[], deadline = NEVER): Promise<Sent> {
    const transfer = new Transfer();
    const { taken } = transfer;
    if (datagrams.length > 0) this.#noteTime();
    for (const { bytes, records } of datagrams) {
      if (!this.#isFree(transfer, deadline) && !(await this.#turn(transfer, records, deadline)))
        break;
      const answer = transfer.add(this.#connections.length);
      for (const connection of this.#connections) connection.send(bytes, answer);
      // The first is awaited: it carries the templates, and must not be resent after the others.
      if (taken.length === 1 && !(await this.#drain(transfer, deadline))) break;
    }
    const isDrained = await this.#drain(transfer, deadline);
    return { taken, isLate: !isDrained || taken.length < datagrams.length };
  }

  /** The pace is shared with other transports, so many in all. */
  share(senders: number): void {
    this.#pace?.share(senders);
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
    const sent = this.#sent;
    this.#sent = undefined;
    if (sent === undefined || this.errors.length === this.#connections.length) return;
    // A collector that refuses has refused the first of them, which the sending of a later one tells.
    const wait = sent.first + this.#refusalMs - performance.now();
    if (wait > 0) await sleep(wait);
  }

  async close(): Promise<void> {
    await this.settle();
    for (const connection of this.#connections) connection.close();
  }

  get #refusalMs(): number {
    const areHere = this.#connections.every(({ isLoopback }) => isLoopback);
    return areHere ? OWN_REFUSAL_MS : REFUSAL_MS;
  }

  #noteTime(): void {
    const now = performance.now();
    const before = this.#sent;
    const isClose = before !== undefined && now < before.last + this.#refusalMs;
    this.#sent = { first: isClose ? before.first : now, last: now };
  }

  /** Whether no wait is needed. Avoids a promise per datagram, which would be half of all garbage. */
  #isFree({ pending }: Transfer, deadline: number): boolean {
    if (!this.#connections.some(({ isOpen }) => isOpen)) return true;
    const isUnbound = this.#pace === undefined && deadline === NEVER;
    return isUnbound && pending < MAX_PENDING;
  }

  /** Waits until a datagram may be sent; false when that would be after the deadline. */
  async #turn(transfer: Transfer, records: number, deadline: number): Promise<boolean> {
    const wait = this.#pace?.spend(records || OPTIONS_RECORDS) ?? 0;
    if (wait >= msUntil(deadline)) return false;
    if (wait > 0) await this.#pace?.wait(wait);
    return transfer.pending < MAX_PENDING || (await this.#drain(transfer, deadline));
  }

  /** Resolves when the sockets have answered for every datagram; with false when the deadline passes first. */
  async #drain(transfer: Transfer, deadline: number): Promise<boolean> {
    if (transfer.pending === 0) return true;
    if (await inTime(transfer.idle(), msUntil(deadline))) return true;
    // Closing drops queued datagrams, whose memory will be overwritten.
    for (const connection of this.#connections) connection.close();
    return false;
  }
}
