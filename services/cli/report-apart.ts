import { type DomainsContents, nameIn } from '../../shared/names/domains.ts';
import { FlowTables, type TablesContents } from '../../shared/report/measure/flow-tables.ts';
import type { FoundNames, TableKeeper } from '../../shared/report/measure/kept-tables.ts';
import { type Block, newBlock, StepWriter } from '../../shared/report/measure/table-steps.ts';
import type { LogsOutcome, ReportTables } from './report-tables.ts';
import { Thread } from './thread.ts';
import type { ThreadWork } from './thread-work.ts';

/** So many blocks may wait for the thread. They have the flows that are read while it reads query logs. */
const MOST_BLOCKS = 96;

/** What the thread that keeps the sums is given. */
export interface ThreadData {
  readonly dns: readonly string[] | undefined;
  readonly cells: boolean;
}

/** Tables that were asked for, and the names in them. */
interface KeptThere {
  readonly tables: TablesContents;
  readonly names:
    | (Pick<FoundNames, 'answers' | 'dropped'> & { readonly domains: DomainsContents })
    | undefined;
  readonly logs: LogsOutcome;
}

/** It is asked for the tables with a number. */
type KeepingThread = Thread<Block, number, KeptThere>;
export type KeepingWork = ThreadWork<Block, number, KeptThere>;

/** Tables that another thread keeps. It is told in blocks what is added, and adds it in the same order. */
export function tablesApart(data: ThreadData): ReportTables {
  const thread: KeepingThread = new Thread('report', data, { newBlock, most: MOST_BLOCKS });
  let tables: TablesApart | undefined;
  return {
    keeper: (vpcName) => {
      tables = new TablesApart(thread, data.cells, vpcName);
      return tables;
    },
    finish: async (counted) => {
      tables?.flush();
      const { logs, ...kept } = await thread.ask(counted);
      tables?.take(kept);
      return logs;
    },
    close: () => thread.close(),
  };
}

class TablesApart extends StepWriter implements TableKeeper {
  resolved: FoundNames | undefined;
  readonly #thread: KeepingThread;
  readonly #tables: FlowTables;

  constructor(thread: KeepingThread, hasCells: boolean, vpcName: (id: number) => string) {
    super((block, words) => thread.hand(block, words), vpcName);
    this.#thread = thread;
    this.#tables = new FlowTables(false, hasCells);
  }

  /** The tables that were asked for at the end, of which there is one. */
  tables(): FlowTables {
    return this.#tables;
  }

  room(): Promise<void> | undefined {
    return this.#thread.room();
  }

  take({ tables, names }: Omit<KeptThere, 'logs'>): void {
    this.#tables.contents = tables;
    if (names === undefined) return;
    const { domains, ...counts } = names;
    this.resolved = { ...counts, domains: { of: (number) => nameIn(domains, number) } };
  }
}
