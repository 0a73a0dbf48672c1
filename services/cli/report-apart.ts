import { once } from 'node:events';
import type { Worker } from 'node:worker_threads';
import { type DomainsContents, nameIn } from '../../shared/names/domains.ts';
import { FlowTables, type TablesContents } from '../../shared/report/measure/flow-tables.ts';
import type { FoundNames, TableKeeper } from '../../shared/report/measure/kept-tables.ts';
import { type Block, newBlock, StepWriter } from '../../shared/report/measure/table-steps.ts';
import { RunError, UsageError } from './errors.ts';
import type { LogsOutcome, ReportTables } from './report-tables.ts';
import { startThread } from './thread.ts';

/** So many blocks may wait for the thread. They have the flows that are read while it reads query logs. */
const MOST_BLOCKS = 96;

/** What the thread that keeps the sums is given. */
export interface ThreadData {
  readonly dns: readonly string[] | undefined;
  readonly cells: boolean;
}

/** What the thread is told: a block of so many words; at the end, which tables are asked for. */
export type ToThread =
  | { readonly block: Block; readonly words: number }
  | { readonly counted: number };

/** What the thread tells: that a block can be used again, why it cannot go on, and at its end what it has kept. */
export type FromThread =
  | { readonly block: Block }
  | { readonly refused: string; readonly isUsage: boolean }
  | KeptThere;

/** Tables that were asked for, and the names in them. */
interface KeptThere {
  readonly tables: TablesContents;
  readonly names:
    | (Pick<FoundNames, 'answers' | 'dropped'> & { readonly domains: DomainsContents })
    | undefined;
  readonly logs: LogsOutcome;
}

/** Tables that another thread keeps. It is told in blocks what is added, and adds it in the same order. */
export function tablesApart(data: ThreadData): ReportTables {
  const link = new Link(startThread('report', data));
  let tables: TablesApart | undefined;
  return {
    keeper: (vpcName) => {
      tables = new TablesApart(link, data.cells, vpcName);
      return tables;
    },
    finish: async (counted) => {
      tables?.flush();
      const { logs, ...kept } = await link.end(counted);
      tables?.take(kept);
      return logs;
    },
    close: () => link.close(),
  };
}

class TablesApart extends StepWriter implements TableKeeper {
  resolved: FoundNames | undefined;
  readonly #link: Link;
  readonly #tables: FlowTables;

  constructor(link: Link, hasCells: boolean, vpcName: (id: number) => string) {
    super((block, words) => link.send(block, words), vpcName);
    this.#link = link;
    this.#tables = new FlowTables(false, hasCells);
  }

  /** The tables that were asked for at the end, of which there is one. */
  tables(): FlowTables {
    return this.#tables;
  }

  room(): Promise<void> | undefined {
    return this.#link.room();
  }

  take({ tables, names }: Omit<KeptThere, 'logs'>): void {
    this.#tables.contents = tables;
    if (names === undefined) return;
    const { domains, ...counts } = names;
    this.resolved = { ...counts, domains: { of: (number) => nameIn(domains, number) } };
  }
}

/** What goes to the thread and comes back. */
class Link {
  readonly #worker: Worker;
  readonly #free: Block[] = [];
  /** Blocks that the thread has not given back. */
  #waiting = 0;
  #failure: Error | undefined;
  #kept: KeptThere | undefined;

  constructor(worker: Worker) {
    this.#worker = worker;
    worker.on('message', (message: FromThread) => this.#hear(message));
    worker.on('error', (error) => {
      this.#failure = error as Error;
    });
  }

  /** Hands over a block, and gives one that can be written to. */
  send(block: Block, words: number): Block {
    this.#tell({ block, words }, [block.buffer]);
    this.#waiting++;
    return this.#free.pop() ?? newBlock();
  }

  /** Resolves when no more blocks wait than may; undefined while none do. Rejects when the thread cannot go on. */
  room(): Promise<void> | undefined {
    const isRoom = () => this.#waiting < MOST_BLOCKS;
    return isRoom() && this.#failure === undefined ? undefined : this.#until(isRoom);
  }

  /** Asks for tables, when all blocks have been sent. */
  async end(counted: number): Promise<KeptThere> {
    this.#tell({ counted });
    await this.#until(() => this.#kept !== undefined);
    return this.#kept as KeptThere;
  }

  close(): void {
    void this.#worker.terminate();
  }

  async #until(isSo: () => boolean): Promise<void> {
    for (;;) {
      if (this.#failure !== undefined) throw this.#failure;
      if (isSo()) return;
      await once(this.#worker, 'message');
    }
  }

  #tell(message: ToThread, transfers: readonly ArrayBuffer[] = []): void {
    this.#worker.postMessage(message, [...transfers]);
  }

  #hear(message: FromThread): void {
    if ('block' in message) {
      this.#waiting--;
      this.#free.push(message.block);
    } else if ('refused' in message) {
      const { refused, isUsage } = message;
      this.#failure = isUsage ? new UsageError(refused) : new RunError(refused);
    } else this.#kept = message;
  }
}
