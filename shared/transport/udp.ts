import { createSocket, type Socket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { type CollectorAddress, formatCollector } from '../netflow/collectors.ts';
import { Pace } from './pace.ts';

/** A datagram and how many flow records it carries, which is what pacing counts. */
interface Datagram {
  readonly bytes: Uint8Array;
  readonly records: number;
}

/** What went wrong on the way to one collector. */
export interface CollectorErrors {
  readonly collector: string;
  /** Datagrams that were not sent or not taken. */
  count: number;
  /** The last error in a few words. */
  message: string;
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused: nothing listens there',
  ENOTFOUND: 'unknown host',
  EAI_AGAIN: 'the name cannot be resolved now',
  ENETUNREACH: 'network unreachable',
  EHOSTUNREACH: 'host unreachable',
};

/** A refusal comes back after one round trip: from this machine or network it is here by then. */
const REFUSAL_MS = 20;

/** Datagrams under way at once, so that the event loop is not flooded with callbacks. */
const MAX_PENDING = 128;

class Connection {
  readonly errors: CollectorErrors;
  readonly #socket: Socket | undefined;
  readonly #onSent: (error: Error | null) => void;

  constructor(collector: string, socket: Socket | undefined, onSent: () => void) {
    this.errors = { collector, count: 0, message: '' };
    this.#socket = socket;
    this.#onSent = (error) => {
      if (error !== null) this.fail(error);
      onSent();
    };
    socket?.on('error', (error) => this.fail(error));
  }

  get localAddress(): Uint8Array | undefined {
    const address = this.#socket?.address().address;
    return address === undefined ? undefined : octetsOf(address);
  }

  send(bytes: Uint8Array): void {
    if (this.#socket === undefined) {
      this.errors.count++;
      this.#onSent(null);
    } else this.#socket.send(bytes, this.#onSent);
  }

  fail(error: NodeJS.ErrnoException): void {
    this.errors.count++;
    this.errors.message = REASONS[error.code ?? ''] ?? error.message;
  }

  close(): void {
    this.#socket?.close();
  }
}

/** The octets of an address in text, as inet_pton(3) gives them. */
function octetsOf(address: string): Uint8Array {
  if (!address.includes(':')) return Uint8Array.from(address.split('.'), Number);
  const [head = '', tail] = address.split('::');
  const groups = (text: string | undefined) => (text ? text.split(':') : []);
  const zeros = Array(8 - groups(head).length - groups(tail).length).fill('0');
  const words = [...groups(head), ...zeros, ...groups(tail)].map((group) =>
    Number.parseInt(group, 16),
  );
  return Uint8Array.from(words.flatMap((word) => [word >>> 8, word & 0xff]));
}

/** Sends datagrams to every collector, at a steady pace. An unreachable one costs the others nothing. */
export class Sender {
  #connections: readonly Connection[] = [];
  readonly #pace: Pace | undefined;
  #pending = 0;
  #drained: (() => void) | undefined;

  /** `recordsPerSecond` undefined sends as fast as the machine can. */
  static async open(
    collectors: readonly CollectorAddress[],
    recordsPerSecond?: number,
  ): Promise<Sender> {
    const sender = new Sender(recordsPerSecond);
    sender.#connections = await Promise.all(collectors.map((c) => sender.#connect(c)));
    return sender;
  }

  private constructor(recordsPerSecond: number | undefined) {
    this.#pace = recordsPerSecond === undefined ? undefined : new Pace(recordsPerSecond);
  }

  get errors(): readonly CollectorErrors[] {
    return this.#connections.map(({ errors }) => errors).filter(({ message }) => message !== '');
  }

  /** The address the first collector sees datagrams come from, in 4 or 16 octets. */
  get localAddress(): Uint8Array | undefined {
    return this.#connections[0]?.localAddress;
  }

  /** Resolves when all datagrams have been handed to the network, or failed, which is counted. */
  async send(datagrams: readonly Datagram[]): Promise<void> {
    for (const { bytes, records } of datagrams) {
      const wait = this.#pace?.spend(records) ?? 0;
      if (wait > 0) await this.#pace?.wait(wait);
      if (this.#pending >= MAX_PENDING) await this.#drain();
      this.#pending += this.#connections.length;
      for (const connection of this.#connections) connection.send(bytes);
    }
    await this.#drain();
  }

  /** What is still to be sent goes out as fast as the machine can. */
  hurry(): void {
    this.#pace?.hurry();
  }

  /** Closes the sockets once the refusals of the last datagrams have had time to arrive. */
  async close(): Promise<void> {
    if (this.errors.length < this.#connections.length) await sleep(REFUSAL_MS);
    for (const connection of this.#connections) connection.close();
  }

  async #connect(collector: CollectorAddress): Promise<Connection> {
    const name = formatCollector(collector);
    const onSent = () => this.#sent();
    try {
      return new Connection(name, await connectedSocket(collector), onSent);
    } catch (error) {
      const connection = new Connection(name, undefined, onSent);
      connection.fail(error as NodeJS.ErrnoException);
      connection.errors.count = 0;
      return connection;
    }
  }

  #sent(): void {
    this.#pending--;
    if (this.#pending === 0) this.#drained?.();
  }

  #drain(): Promise<void> {
    if (this.#pending === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#drained = resolve;
    });
  }
}

/**
 * A connected socket resolves the name once, sends a third faster, and learns of refusals. Of a
 * name with addresses of both families IPv4 is taken: that is where collectors listen by default.
 */
async function connectedSocket({ host, port }: CollectorAddress): Promise<Socket> {
  const { address, family } = await lookup(host, { order: 'ipv4first' });
  const socket = createSocket(family === 6 ? 'udp6' : 'udp4');
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.connect(port, address, () => {
      socket.off('error', reject);
      resolve();
    });
  });
  socket.unref();
  return socket;
}
