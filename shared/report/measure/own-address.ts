import { isPrivate } from '../../flow/private-addresses.ts';
import { Address, type FlowRecord, sameAddress } from '../../flow/record.ts';
import { FlowTotals, Total } from './flow-totals.ts';

/** An address that may be the gateway's own, and what its lines are if it is. */
export class Candidate {
  readonly address = new Address();
  /** Flows of the private leg, and forwarded ones that do not tell their leg. */
  readonly leg = new FlowTotals();
  readonly notTold = new Total();

  constructor(address: Address) {
    Object.assign(this.address, address);
  }
}

/**
 * The own address of a NAT gateway's interface, found among lines that lack packet addresses: one end of every
 * line is it. Until one line is without the other end of those before, both may be, and both are counted.
 */
export class OwnAddress {
  #candidates: readonly Candidate[];

  constructor(candidates: readonly Candidate[]) {
    this.#candidates = candidates;
  }

  /** The address that is described, or the ends of a line that may be it: the private one, where only one is. */
  static of(flow: FlowRecord, described?: Address): OwnAddress {
    if (described !== undefined) return new OwnAddress([new Candidate(described)]);
    const ends = [flow.source, flow.destination];
    const inside = ends.filter(isPrivate);
    const possible = inside.length === 1 ? inside : ends;
    return new OwnAddress(possible.map((address) => new Candidate(address)));
  }

  /** The only candidate; undefined while there are two. */
  get sure(): Candidate | undefined {
    return this.#candidates.length === 1 ? this.#candidates[0] : undefined;
  }

  /** The candidates that are an end of the line, which are those from now on; a forwarded line without any is not told. */
  narrow(flow: FlowRecord): readonly Candidate[] {
    const ends = this.#candidates.filter(
      ({ address }) => sameAddress(address, flow.source) || sameAddress(address, flow.destination),
    );
    if (ends.length > 0) this.#candidates = ends;
    else for (const { notTold } of this.#candidates) notTold.addForwarded(flow);
    return ends;
  }
}
