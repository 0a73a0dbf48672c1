import { createSocket, type Socket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { type CollectorAddress, formatCollector } from '../netflow/collectors.ts';
import { octetsOf } from './octets.ts';

/** What went wrong on the way to one collector. */
export interface CollectorErrors {
  readonly collector: string;
  /** Datagrams that were not sent or not taken. */
  readonly count: number;
  /** The last error in a few words. */
  readonly message: string;
}

/** Where a collector's datagrams go: an address in 4 or 16 octets, and a port. */
export interface Target {
  readonly address: Uint8Array;
  readonly port: number;
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused: nothing listens there',
  ENOTFOUND: 'unknown host',
  EAI_AGAIN: 'the name cannot be resolved now',
  ENETUNREACH: 'network unreachable',
  EHOSTUNREACH: 'host unreachable',
};

/** A collector that moves keeps its name: how old an answer of the name service may be. */
const RESOLVED_MS = 5 * 60_000;
/** The same when datagrams fail. */
const FAILING_MS = 10_000;

/** The way to one collector: a connected socket for as long as the name leads to the same address. */
export class Connection {
  readonly #collector: CollectorAddress;
  readonly #onSent: () => void;
  readonly #onRetried: (error: Error | null) => void;
  #socket: Socket | undefined;
  #address = '';
  #resolvedAt = Number.NEGATIVE_INFINITY;
  #resolving: Promise<void> | undefined;
  #isFailing = false;
  #failed = 0;
  #message = '';

  /** `onSent` is called once for every `send`, however that ends. */
  constructor(collector: CollectorAddress, onSent: () => void) {
    this.#collector = collector;
    this.#onSent = onSent;
    this.#onRetried = (error) => {
      if (error !== null) this.#fail(error, 1);
      onSent();
    };
  }

  get errors(): CollectorErrors {
    const collector = formatCollector(this.#collector);
    return { collector, count: this.#failed, message: this.#message };
  }

  /** The address the collector sees datagrams come from. */
  get localAddress(): Uint8Array | undefined {
    const address = this.#socket?.address().address;
    return address === undefined ? undefined : octetsOf(address);
  }

  /** Undefined while the name is not resolved. */
  get target(): Target | undefined {
    const { port } = this.#collector;
    return this.#socket && { address: octetsOf(this.#address), port };
  }

  /** Resolves the name when that is due; waits for it only while there is nowhere to send to. */
  async refresh(): Promise<void> {
    const age = performance.now() - this.#resolvedAt;
    if (age >= (this.#isFailing ? FAILING_MS : RESOLVED_MS)) {
      this.#resolvedAt = performance.now();
      this.#resolving = this.#resolve();
    }
    if (this.#socket === undefined) await this.#resolving;
  }

  /** The bytes may be overwritten once `onSent` has been called. */
  send(bytes: Uint8Array): void {
    const socket = this.#socket;
    if (socket === undefined) {
      this.#failed++;
      this.#onSent();
      return;
    }
    socket.send(bytes, (error) => {
      if (isRefusal(error) && socket === this.#socket) {
        // It tells of an earlier datagram; this one has not been sent.
        this.#fail(error, 1);
        socket.send(bytes, this.#onRetried);
      } else this.#onRetried(error);
    });
  }

  /** Forgets the errors that have been told; a name that leads nowhere still does. */
  clearErrors(): void {
    this.#failed = 0;
    if (this.#socket !== undefined) this.#message = '';
  }

  /** What has not been sent yet fails; the next `refresh` begins anew. */
  close(): void {
    this.#socket?.close();
    this.#socket = undefined;
    this.#resolvedAt = Number.NEGATIVE_INFINITY;
  }

  async #resolve(): Promise<void> {
    try {
      // Of both families IPv4: that is where collectors listen by default.
      const { address } = await lookup(this.#collector.host, { order: 'ipv4first' });
      this.#isFailing = false;
      if (this.#socket !== undefined && address === this.#address) return;
      const socket = await this.#connect(address);
      this.#socket?.close();
      this.#socket = socket;
      this.#address = address;
    } catch (error) {
      this.#fail(error as NodeJS.ErrnoException, 0);
    }
  }

  /** A connected socket sends a third faster, and learns of refusals. */
  async #connect(address: string): Promise<Socket> {
    const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.connect(this.#collector.port, address, () => {
        socket.off('error', reject);
        resolve();
      });
    });
    socket.on('error', (error) => this.#fail(error, 1));
    return socket.unref();
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
