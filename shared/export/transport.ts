import type { Packet } from '../netflow/packet.ts';

/** Where a collector listens: an address in 4 or 16 octets, and a port. */
export interface Endpoint {
  readonly address: Uint8Array;
  readonly port: number;
}

/** The result of one `send`. A packet that a socket took may still be lost on the network. */
export interface Sent {
  /** For each packet, the number of collectors' sockets that took it. Ends early when the deadline passed. */
  readonly taken: readonly number[];
  /** The deadline passed before every socket had taken or refused every packet. */
  readonly isLate: boolean;
}

/** The errors of sending to one collector. */
export interface CollectorErrors {
  readonly collector: string;
  /** Packets that its host refused or that its socket did not take. */
  readonly count: number;
  /** A short text on the last error. */
  readonly message: string;
}

/**
 * Sends export packets to all collectors. An unreachable collector does not affect the others. There is one
 * implementation for each scheme of `CollectorAddress`: UDP today.
 */
export interface Transport {
  /**
   * Resolves the collectors' names that are due, and waits at most this many milliseconds for a first answer.
   * A later answer is used from then on.
   */
  refresh(patienceMs?: number): Promise<void>;
  /** The collectors whose address is known, which packets are sent to. */
  readonly targets: readonly Endpoint[];
  /**
   * Resolves when every socket has taken or refused every packet, or at the deadline, a time of
   * `performance.now()`; from then on the packets may be overwritten. Pacing counts `records`.
   */
  send(packets: readonly Pick<Packet, 'bytes' | 'records'>[], deadline?: number): Promise<Sent>;
  /** The errors so far, of each collector that has any. */
  readonly errors: readonly CollectorErrors[];
  /** The errors since the last call. */
  takeErrors(): readonly CollectorErrors[];
  /** Resolves when it would be known that a collector refuses the packets that were sent last. */
  settle(): Promise<void>;
  /** The remaining packets are sent without pacing. */
  stopPacing(): void;
  /** The source address of packets to the first collector, in 4 or 16 octets. */
  readonly localAddress: Uint8Array | undefined;
  /** Settles, and closes the sockets. */
  close(): Promise<void>;
}
