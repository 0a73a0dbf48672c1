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

/** A collector that moves keeps its name: the age at which an answer of the name server is renewed. */
const RESOLVED_MS = 5 * 60_000;
/** The same when datagrams fail. */
const FAILING_MS = 10_000;
/**
 * How long deliveries wait, all together, for a name to be resolved. A resolver gives up its first name
 * server after five seconds (resolv.conf(5)): the answer of the second is still in time.
 */
const PATIENCE_MS = 6000;

/** The way to one collector: a connected socket for as long as the name leads to the same address. */
export class Connection {
  readonly #collector: HostPort;
  readonly #lookup: Lookup;
  #socket: Socket | undefined;
  #address = '';
  #resolvedAt = 0;
  #resolving: Promise<void> | undefined;
  /** What is left of it for a name that is not resolved. */
  #patienceMs = PATIENCE_MS;
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

  /** The address the collector sees datagrams come from. */
  get localAddress(): Uint8Array | undefined {
    const address = this.#socket?.address().address;
    return address === undefined ? undefined : octetsOf(address);
  }

  /** Undefined while the name is not resolved. */
  get target(): Endpoint | undefined {
    const { port } = this.#collector;
    return this.#socket && { address: octetsOf(this.#address), port };
  }

  /**
   * Resolves the name when that is due; waits for it only while there is nowhere to send to. The
   * patience is used up once, not by every delivery: a name server may stay silent for hours.
   */
  async refresh(patienceMs: number): Promise<void> {
    const began = performance.now();
    const isOld = began - this.#resolvedAt >= (this.#isFailing ? FAILING_MS : RESOLVED_MS);
    if (!this.isOpen || isOld) this.#resolving ??= this.#resolve();
    if (this.isOpen || this.#resolving === undefined) return;
    this.#message ||= UNRESOLVED;
    const granted = Math.min(patienceMs, this.#patienceMs);
    await inTime(this.#resolving, granted);
    // Less than has passed where the environment was frozen.
    const waited = Math.min(granted, performance.now() - began);
    this.#patienceMs = this.isOpen ? PATIENCE_MS : this.#patienceMs - waited;
  }

  /** Calls `onAnswer` once; from then on the bytes may be overwritten. */
  send(bytes: Uint8Array, onAnswer: (isTaken: boolean) => void): void {
    const socket = this.#socket;
    if (socket === undefined) {
      this.#failed++;
      onAnswer(false);
      return;
    }
    const answer = (error: Error | null) => {
      // The errors of a socket that was closed meanwhile say nothing of the collector. A refusal tells
      // of another datagram than this one, which was not sent.
      if (error !== null && socket === this.#socket) this.#fail(error, isRefusal(error) ? 2 : 1);
      onAnswer(error === null);
    };
    socket.send(bytes, (error) => {
      if (isRefusal(error) && socket === this.#socket) {
        this.#fail(error, 1);
        socket.send(bytes, answer);
      } else answer(error);
    });
  }

  /** Forgets the errors that have been reported, except why there is no socket. */
  clearErrors(): void {
    this.#failed = 0;
    if (this.isOpen) this.#message = '';
  }

  /** What the socket has not taken yet is not sent; the next `refresh` begins anew. */
  close(): void {
    this.#socket?.close();
    this.#socket = undefined;
  }

  /** Never rejects: without an address there is no socket, and a message. */
  async #resolve(): Promise<void> {
    this.#resolvedAt = performance.now();
    try {
      // Of both families IPv4: that is where collectors listen by default.
      const { address } = await this.#lookup(this.#collector.host, { order: 'ipv4first' });
      this.#isFailing = false;
      if (!this.isOpen || address !== this.#address) await this.#connect(address);
    } catch (error) {
      this.#fail(error as NodeJS.ErrnoException, 0);
    }
    this.#resolving = undefined;
  }

  /** A connected socket sends a third faster, and learns of refusals. */
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
