import type { FlowRecord } from '../../flow/record.ts';
import type { ResolvedNames } from '../../names/resolved-names.ts';
import type { Exchange } from './exchange.ts';
import { FlowTables } from './flow-tables.ts';

/** The tables that are kept: of what the legs ask for, of what went through NAT gateways, and of what may have. */
export const KEPT = { shown: 0, proven: 1, waiting: 2 } as const;

/** What tables are kept. */
export interface KeptOptions {
  /** Also keeps sums by client, target and time together, from which a page adds up what is filtered. */
  readonly cells?: boolean | undefined;
  /** Finds names of peers by query logs; it is sealed. */
  readonly resolved?: ResolvedNames | undefined;
}

/**
 * Sums by key. What is given may be overwritten afterwards. An owner is a number that tells apart what waits for a proof;
 * it is 0 in the other tables.
 */
export class KeptTables {
  /** Names found by query logs; undefined when there are none. */
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

  /** Adds a forwarded flow. */
  add(kept: number, owner: number, flow: FlowRecord, exchange: Exchange): void {
    if (this.resolved !== undefined) this.#resolve(exchange, flow.start, this.resolved);
    this.#ownedBy(owner, kept).add(flow, exchange);
  }

  /** Adds a rejected flow. */
  reject(kept: number, owner: number, flow: FlowRecord): void {
    this.#ownedBy(owner, kept).reject(flow);
  }

  /**
   * What waited and is of this owner has gone through a gateway. Proof may come after the lines that it is about: until
   * then all owners together are kept in bounded memory.
   */
  prove(owner: number): void {
    this.of(KEPT.proven).take(this.of(KEPT.waiting), owner);
  }

  /** What is shown is not asked for any more. */
  dropShown(): void {
    this.#tables[KEPT.shown] = this.#newTables(KEPT.shown);
  }

  /** The tables with what has been added. */
  of(kept: number): FlowTables {
    return this.#tables[kept] as FlowTables;
  }

  #newTables(kept: number): FlowTables {
    return new FlowTables(kept === KEPT.waiting, this.#hasCells);
  }

  #ownedBy(owner: number, kept: number): FlowTables {
    const tables = this.of(kept);
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
