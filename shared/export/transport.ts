import type { Packet } from '../netflow/packet.ts';

/** Where a collector listens: an address in 4 or 16 octets, and a port. */
export interface Endpoint {
  readonly address: Uint8Array;
  readonly port: number;
}

/** What became of the packets of one `send`; a socket that takes one says nothing of its arrival. */
export interface Sent {
  /** Of each packet, how many collectors' sockets took it; those that no time was left for are missing. */
  readonly taken: readonly number[];
  /** The deadline came before every socket had taken or refused every packet. */
  readonly isLate: boolean;
}

/** What went wrong on the way to one collector. */
export interface CollectorErrors {
  readonly collector: string;
  /** Packets that its host refused or that its socket did not take. */
  readonly count: number;
  /** The last error in a few words. */
  readonly message: string;
}

/**
 * The way of export packets to all collectors; a collector that cannot be reached costs the others nothing.
 * Each protocol of `CollectorAddress` has one: UDP today.
 */
export interface Transport {
  /**
   * Looks up the collectors' names where that is due, and waits this many milliseconds at most for a first
   * answer; one that comes later is used later.
   */
  refresh(patienceMs?: number): Promise<void>;
  /** Where packets go now: the collectors whose address is known. */
  readonly targets: readonly Endpoint[];
  /**
   * Resolves when every socket has taken or refused every packet, or at the deadline, a time of
   * `performance.now()`; from then on the packets may be overwritten. `records` is what pacing counts.
   */
  send(packets: readonly Pick<Packet, 'bytes' | 'records'>[], deadline?: number): Promise<Sent>;
  /** What went wrong so far, of the collectors where something did. */
  readonly errors: readonly CollectorErrors[];
  /** The errors since the last call. */
  takeErrors(): readonly CollectorErrors[];
  /** Resolves when the errors of the last packets have had time to arrive. */
  settle(): Promise<void>;
  /** What is still to be sent goes out as fast as the machine can. */
  stopPacing(): void;
  /** The address the first collector sees packets come from, in 4 or 16 octets. */
  readonly localAddress: Uint8Array | undefined;
  /** Settles, and closes the sockets. */
  close(): Promise<void>;
}
