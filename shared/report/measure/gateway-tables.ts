import { FlowTables } from './flow-tables.ts';

/**
 * Sums by key of what went through NAT gateways. Proof may come after the lines that it is about: what waits for
 * it is kept apart by its owner, all owners together in bounded memory.
 */
export class GatewayTables {
  readonly proven: FlowTables;
  readonly #waiting: FlowTables;
  /** A word for each owner. */
  readonly #tags = new Map<object, number>();

  constructor(hasCells: boolean) {
    this.proven = new FlowTables(false, hasCells);
    this.#waiting = new FlowTables(true, hasCells);
  }

  /** Where the flows of an owner are added. */
  of(owner: object, isProven: boolean): FlowTables {
    if (isProven) return this.proven;
    this.#waiting.tag = this.#tagOf(owner);
    return this.#waiting;
  }

  /** What waited has gone through a gateway. */
  prove(owner: object): void {
    const tag = this.#tags.get(owner);
    if (tag !== undefined) this.proven.take(this.#waiting, tag);
  }

  #tagOf(owner: object): number {
    const tag = this.#tags.get(owner) ?? this.#tags.size;
    this.#tags.set(owner, tag);
    return tag;
  }
}
