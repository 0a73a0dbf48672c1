import { createSocket, type Socket } from 'node:dgram';
import { lookup as systemLookup } from 'node:dns/promises';
import { inTime } from '../deadline.ts';
import type { CollectorErrors, Endpoint } from '../export/transport.ts';
import { formatCollector, type HostPort } from '../netflow/collectors.ts';
import { octetsOf } from './octets.ts';

/** The part of `dns.promises.lookup` that is used: the system's resolver. */
export type Lookup = (
  host: string,
  options: { readonly order: 'ipv4first' },
) => Promise<{ readonly address: string }>;

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused: nothing listens there',
  ENOTFOUND: 'unknown host',
  EAI_AGAIN: 'the name cannot be resolved now',
  ENETUNREACH: 'network unreachable',
  EHOSTUNREACH: 'host unreachable',
};
const UNRESOLVED = 'the name server has not answered yet';

/** The age at which a resolved address is re-resolved, because a collector may move to another address. */
const RESOLVED_MS = 5 * 60_000;
/** The same while datagrams fail. */
const FAILING_MS = 10_000;
/**
 * How long all deliveries together wait for a name to be resolved. A resolver tries its second name server after
 * five seconds (resolv.conf(5)), whose answer is still in time.
 */
const RESOLUTION_MS = 6000;

/** The connection to one collector: a connected socket, replaced when the name resolves to another address. */
export class Connection {
  readonly #collector: HostPort;
  readonly #lookup: Lookup;
  #socket: Socket | undefined;
  #address = '';
  #resolvedAt = 0;
  #resolving: Promise<void> | undefined;
  /** The rest of `RESOLUTION_MS` while the name is unresolved. */
  #patienceMs = RESOLUTION_MS;
  #isFailing = false;
  #failed = 0;
  #message = '';

  constructor(collector: HostPort, lookup: Lookup = systemLookup) {
    this.#collector = collector;
    this.#lookup = lookup;
  }

  get errors(): CollectorErrors {
    const collector = formatCollector(this.#collector);
    return { collector, count: this.#failed, message: this.#message };
  }

  get isOpen(): boolean {
    return this.#socket !== undefined;
  }

  /**
   * Whether datagrams go to this machine's loopback address: RFC 1122 section 3.2.1.3 (g), RFC 4291 section 2.5.3.
   * A refusal is there when a datagram has been sent.
   */
  get isLoopback(): boolean {
    return /^(127\.|::1$)/.test(this.#address);
  }

  /** The source address of datagrams. */
  get localAddress(): Uint8Array | undefined {
    const address = this.#socket?.address().address;
    return address === undefined ? undefined : octetsOf(address);
  }

  /** The collector's address and port; undefined while its name is unresolved. */
  get target(): Endpoint | undefined {
    const { port } = this.#collector;
    return this.#socket && { address: octetsOf(this.#address), port };
  }

  /**
   * Resolves the name if that is due. Waits for the answer only while there is no address. The wait is limited for
   * all deliveries together, because a name server may not answer for hours.
   */
  async refresh(patienceMs: number): Promise<void> {
    const began = performance.now();
    const isOld = began - this.#resolvedAt >= (this.#isFailing ? FAILING_MS : RESOLVED_MS);
    if (!this.isOpen || isOld) this.#resolving ??= this.#resolve();
    if (this.isOpen || this.#resolving === undefined) return;
    this.#message ||= UNRESOLVED;
    const granted = Math.min(patienceMs, this.#patienceMs);
    await inTime(this.#resolving, granted);
    // Capped, because the environment may have been frozen meanwhile.
    const waited = Math.min(granted, performance.now() - began);
    this.#patienceMs = this.isOpen ? RESOLUTION_MS : this.#patienceMs - waited;
  }

  /** Sends a datagram. Calls `onAnswer` once; after that the bytes may be overwritten. */
  send(bytes: Uint8Array, onAnswer: (isTaken: boolean) => void): void {
    const socket = this.#socket;
    if (socket === undefined) {
      this.#failed++;
      onAnswer(false);
      return;
    }
    socket.send(bytes, (error) => {
      if (error === null) onAnswer(true);
      else this.#notTaken(socket, bytes, error, onAnswer);
    });
  }

  #notTaken(
    socket: Socket,
    bytes: Uint8Array,
    error: Error,
    onAnswer: (isTaken: boolean) => void,
  ): void {
    const answer = (last: Error | null) => {
      // Errors of a socket that was closed meanwhile do not count. A refusal here is the error of an earlier
      // datagram, and this one was not sent either: that makes two.
      if (last !== null && socket === this.#socket) this.#fail(last, isRefusal(last) ? 2 : 1);
      onAnswer(last === null);
    };
    if (isRefusal(error) && socket === this.#socket) {
      this.#fail(error, 1);
      socket.send(bytes, answer);
    } else answer(error);
  }

  /** Forgets the errors that have been reported, except why there is no socket. */
  clearErrors(): void {
    this.#failed = 0;
    if (this.isOpen) this.#message = '';
  }

  /** Closes the socket and drops datagrams that it has not taken. The next `refresh` opens a new one. */
  close(): void {
    this.#socket?.close();
    this.#socket = undefined;
  }

  /** Never rejects. Without an address there is no socket, and the error is recorded. */
  async #resolve(): Promise<void> {
    this.#resolvedAt = performance.now();
    try {
      // IPv4 first, because collectors listen on IPv4 by default.
      const { address } = await this.#lookup(this.#collector.host, { order: 'ipv4first' });
      this.#isFailing = false;
      if (!this.isOpen || address !== this.#address) await this.#connect(address);
    } catch (error) {
      this.#fail(error as NodeJS.ErrnoException, 0);
    }
    this.#resolving = undefined;
  }

  /** A connected socket sends a third faster, and reports refusals. */
  async #connect(address: string): Promise<void> {
    const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4').unref();
    try {
      await new Promise<void>((resolve, reject) => {
        socket.once('error', reject);
        socket.connect(this.#collector.port, address, (error?: Error) => {
          socket.off('error', reject);
          if (error) reject(error);
          else resolve();
        });
      });
    } catch (error) {
      socket.close();
      throw error;
    }
    socket.on('error', (error) => this.#fail(error, 1));
    this.close();
    this.#socket = socket;
    this.#address = address;
    if (this.#failed === 0) this.#message = '';
  }

  #fail(error: NodeJS.ErrnoException, datagrams: number): void {
    this.#isFailing = true;
    this.#failed += datagrams;
    this.#message = REASONS[error.code ?? ''] ?? error.message;
  }
}

function isRefusal(error: NodeJS.ErrnoException | null): error is NodeJS.ErrnoException {
  return error?.code === 'ECONNREFUSED';
}
