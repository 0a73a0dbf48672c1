import type { FlowRecord } from '../../flow/record.ts';
import type { Domains } from '../../names/domains.ts';
import type { ResolvedNames } from '../../names/resolved-names.ts';
import { type Exchange, FlowTables } from './flow-tables.ts';

/** The tables that are kept: of what the legs ask for, of what went through NAT gateways, and of what may have. */
export const KEPT = { shown: 0, proven: 1, waiting: 2 } as const;

/** Names that were found by query logs, when all flows have been added. */
export interface FoundNames extends Pick<ResolvedNames, 'answers' | 'dropped'> {
  readonly domains: Pick<Domains, 'of'>;
}

/**
 * Keeps the sums by key, in this thread or in another one. What is given to it may be overwritten afterwards. An owner
 * is a number that tells apart what waits for a proof; it is 0 in the other tables.
 */
export interface TableKeeper {
  /** Names found by query logs; undefined when there are none. */
  readonly resolved: FoundNames | undefined;
  /** Adds a forwarded flow. */
  add(kept: number, owner: number, flow: FlowRecord, exchange: Exchange): void;
  /** Adds a rejected flow. */
  reject(kept: number, owner: number, flow: FlowRecord): void;
  /** What waited and is of this owner has gone through a gateway. */
  prove(owner: number): void;
  /** What is shown is not asked for any more. */
  dropShown(): void;
  /** The tables with what has been added. */
  tables(kept: number): FlowTables;
  /** Resolves when there is room for more; undefined while there is. */
  room(): Promise<void> | undefined;
}

/** What tables are kept. */
export interface KeptOptions {
  /** Also keeps sums by client, target and time together, from which a page adds up what is filtered. */
  readonly cells?: boolean | undefined;
  /** Finds names of peers by query logs; it is sealed. */
  readonly resolved?: ResolvedNames | undefined;
}

/** Keeps the sums in this thread. */
export class KeptTables implements TableKeeper {
  readonly resolved: ResolvedNames | undefined;
  readonly #hasCells: boolean;
  readonly #vpcName: (id: number) => string;
  readonly #tables: FlowTables[];
  /** Of the VPC of the last flow, which neighbouring ones share, the numbers in the lines and in the query logs. */
  #lastVpc = { id: Number.NaN, number: 0 };

  /** `vpcName` gives the id of the VPC with a number. */
  constructor({ cells = false, resolved }: KeptOptions, vpcName: (id: number) => string) {
    this.resolved = resolved;
    this.#hasCells = cells;
    this.#vpcName = vpcName;
    this.#tables = [KEPT.shown, KEPT.proven, KEPT.waiting].map((kept) => this.#newTables(kept));
  }

  add(kept: number, owner: number, flow: FlowRecord, exchange: Exchange): void {
    if (this.resolved !== undefined) this.#resolve(exchange, flow.start, this.resolved);
    this.#of(kept, owner).add(flow, exchange);
  }

  reject(kept: number, owner: number, flow: FlowRecord): void {
    this.#of(kept, owner).reject(flow);
  }

  /** Proof may come after the lines that it is about: until then all owners together are kept in bounded memory. */
  prove(owner: number): void {
    this.tables(KEPT.proven).take(this.tables(KEPT.waiting), owner);
  }

  dropShown(): void {
    this.#tables[KEPT.shown] = this.#newTables(KEPT.shown);
  }

  tables(kept: number): FlowTables {
    return this.#tables[kept] as FlowTables;
  }

  room(): undefined {
    return undefined;
  }

  #newTables(kept: number): FlowTables {
    return new FlowTables(kept === KEPT.waiting, this.#hasCells);
  }

  #of(kept: number, owner: number): FlowTables {
    const tables = this.tables(kept);
    tables.tag = owner;
    return tables;
  }

  #resolve(exchange: Exchange, start: number, resolved: ResolvedNames): void {
    const { vpc: id, client, peer } = exchange;
    if (id !== this.#lastVpc.id) this.#lastVpc = { id, number: resolved.vpcOf(this.#vpcName(id)) };
    resolved.find(client, peer, start, this.#lastVpc.number);
    exchange.name = resolved.name;
    exchange.domain = resolved.domain;
    exchange.found = resolved.found;
  }
}
