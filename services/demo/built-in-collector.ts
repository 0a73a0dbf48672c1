import { setTimeout as sleep } from 'node:timers/promises';
import { FlowCollector } from '../../shared/collector/collect-flows.ts';
import type { FlowLine } from '../../shared/collector/flow-line.ts';
import { type ListenAddress, type Listener, listen } from '../../shared/transport/listen.ts';

/** What a collector has received. */
export interface CollectorTotals {
  readonly flows: number;
  readonly bytes: bigint;
  readonly datagrams: number;
  readonly sequenceErrors: number;
}

/** Is told of what comes in. */
export interface CollectorWatcher {
  onFlows(flows: readonly FlowLine[]): void;
  onTrouble(message: string): void;
}

/** How long datagrams may be under way on one machine. */
const PATIENCE_MS = 5_000;

/** The collector that comes with the story: a real UDP socket with natflow's own decoder behind it. */
export class BuiltInCollector {
  readonly #collector = new FlowCollector();
  #watcher: CollectorWatcher = { onFlows() {}, onTrouble() {} };
  #listener: Listener | undefined;
  #flows = 0;
  #bytes = 0n;
  #arrived = () => {};
  #isDown = false;

  /** @throws the system's error (`code` EADDRINUSE, …) when it cannot listen there. */
  static async open(where: ListenAddress): Promise<BuiltInCollector> {
    const collector = new BuiltInCollector();
    collector.#listener = await listen(where, {
      onDatagram: (bytes, sender) => collector.#take(bytes, sender),
      onError: ({ message }) => collector.#watcher.onTrouble(`cannot listen any more: ${message}`),
    });
    return collector;
  }

  /** From now on this one is told, and nobody else. */
  watch(watcher: CollectorWatcher): void {
    this.#watcher = watcher;
  }

  /** Where it listens; when it is down or closed, nowhere. */
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

  /** Resolves when so many flows have arrived, or no more will. */
  async received(flows: number): Promise<void> {
    if (this.#listener === undefined || this.#isDown) return;
    const all = new Promise<void>((resolve) => {
      this.#arrived = () => this.#flows >= flows && resolve();
      this.#arrived();
    });
    await Promise.race([all, sleep(PATIENCE_MS, undefined, { ref: false })]);
  }

  /** Goes down: what is sent to it from now on is refused. */
  async goDown(): Promise<void> {
    this.#isDown = true;
    await this.#listener?.refuse();
  }

  async close(): Promise<void> {
    const listener = this.#listener;
    this.#listener = undefined;
    await listener?.close();
  }

  #take(bytes: Uint8Array, sender: string): void {
    const { flows, troubles } = this.#collector.take(bytes, sender, Date.now());
    this.#flows += flows.length;
    for (const flow of flows) this.#bytes += BigInt(flow.bytes);
    this.#watcher.onFlows(flows);
    for (const { message } of troubles) this.#watcher.onTrouble(message);
    this.#arrived();
  }
}
