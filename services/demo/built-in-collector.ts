import { setTimeout as sleep } from 'node:timers/promises';
import { FlowCollector } from '../../shared/collector/collect-flows.ts';
import type { FlowLine } from '../../shared/collector/flow-line.ts';
import { type ListenAddress, type Listener, listen } from '../../shared/transport/listen.ts';
import type { CollectorTotals } from './outcome.ts';

/** Called with what comes in. */
export interface CollectorWatcher {
  onFlows(flows: readonly FlowLine[]): void;
  onTrouble(message: string): void;
}

/** A datagram on the loopback interface arrives within this time, or never. */
const MAX_TRANSIT_MS = 5_000;

/** The collector of the demo: a real UDP socket with natflow's own decoder. */
export class BuiltInCollector {
  readonly #collector = new FlowCollector();
  #watcher: CollectorWatcher = { onFlows() {}, onTrouble() {} };
  #listener: Listener | undefined;
  #flows = 0;
  #bytes = 0n;
  #onArrival = () => {};
  #isDown = false;

  /** @throws the system's error (`code` EADDRINUSE, …) when it cannot listen there. */
  static async open(where: ListenAddress): Promise<BuiltInCollector> {
    const collector = new BuiltInCollector();
    collector.#listener = await listen(where, {
      onDatagram: (bytes, sender) => collector.#receive(bytes, sender),
      onError: ({ message }) => collector.#watcher.onTrouble(`cannot listen any more: ${message}`),
    });
    return collector;
  }

  /** Replaces the watcher. */
  watch(watcher: CollectorWatcher): void {
    this.#watcher = watcher;
  }

  /** Where it listens; undefined when it is down or closed. */
  get address(): ListenAddress | undefined {
    return this.#isDown ? undefined : this.#listener?.address;
  }

  get totals(): CollectorTotals {
    const sequenceErrors = this.#collector
      .exporters()
      .reduce((sum, exporter) => sum + exporter.sequenceErrors, 0);
    return {
      flows: this.#flows,
      bytes: this.#bytes,
      datagrams: this.#collector.datagrams,
      sequenceErrors,
    };
  }

  /** Resolves when this many flows have arrived, or when the rest must be lost. */
  async received(flows: number): Promise<void> {
    if (this.#listener === undefined || this.#isDown) return;
    const all = new Promise<void>((resolve) => {
      this.#onArrival = () => this.#flows >= flows && resolve();
      this.#onArrival();
    });
    await Promise.race([all, sleep(MAX_TRANSIT_MS, undefined, { ref: false })]);
  }

  /** From now on datagrams to it are refused. Its port stays taken. */
  async goDown(): Promise<void> {
    this.#isDown = true;
    await this.#listener?.refuse();
  }

  async close(): Promise<void> {
    const listener = this.#listener;
    this.#listener = undefined;
    await listener?.close();
  }

  #receive(bytes: Uint8Array, sender: string): void {
    const { flows, troubles } = this.#collector.take(bytes, sender, Date.now());
    this.#flows += flows.length;
    for (const flow of flows) this.#bytes += BigInt(flow.bytes);
    this.#watcher.onFlows(flows);
    for (const { message } of troubles) this.#watcher.onTrouble(message);
    this.#onArrival();
  }
}
