import { type Block, newBlock, putPacket } from '../../shared/export/packet-blocks.ts';
import type { CollectorErrors, Sent, Transport } from '../../shared/export/transport.ts';
import type { CollectorAddress } from '../../shared/netflow/collectors.ts';
import type { Sender } from './replay-run.ts';
import { Thread } from './thread.ts';
import type { ThreadWork } from './thread-work.ts';

/** So many blocks may wait for the thread. They have what is read until it has started. */
const MOST_BLOCKS = 32;

/** What the thread that sends is given. */
export interface ThreadData {
  readonly collectors: readonly CollectorAddress[];
}

type SendingThread = Thread<Block, 'errors', readonly CollectorErrors[]>;
export type SendingWork = ThreadWork<Block, 'errors', readonly CollectorErrors[]>;

type Packets = Parameters<Transport['send']>[0];

/**
 * A transport of another thread, which sends at full rate what this one hands it in blocks. What the sockets took is not
 * told; errors are, when it is closed.
 */
export class TransportApart implements Sender {
  readonly localAddress: Uint8Array | undefined;
  errors: readonly CollectorErrors[] = [];
  readonly #thread: SendingThread;
  readonly #transport: Transport;
  #block = newBlock();
  #filled = 0;

  /** `transport` has found the collectors and is not used otherwise. */
  constructor(collectors: readonly CollectorAddress[], transport: Transport) {
    this.localAddress = transport.localAddress;
    this.#transport = transport;
    const data: ThreadData = { collectors };
    this.#thread = new Thread('replay', data, { newBlock, most: MOST_BLOCKS });
  }

  /** Resolves when the packets may be overwritten. A block is handed over when it is full. */
  async send(packets: Packets): Promise<Sent> {
    for (const packet of packets) {
      const filled = putPacket(this.#block, this.#filled, packet);
      if (filled < 0) this.#hand();
      this.#filled = filled < 0 ? putPacket(this.#block, 0, packet) : filled;
    }
    await this.#thread.room();
    return { taken: [], isLate: false };
  }

  /** Resolves when all packets have been sent, with the errors that there were. */
  async close(): Promise<void> {
    try {
      this.#hand();
      this.errors = await this.#thread.ask('errors');
    } finally {
      this.#thread.close();
      await this.#transport.close();
    }
  }

  #hand(): void {
    this.#block = this.#thread.hand(this.#block, this.#filled);
    this.#filled = 0;
  }
}
