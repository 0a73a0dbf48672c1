import type { ProofBy } from '../../flow/gateway-proof.ts';
import type { Address } from '../../flow/record.ts';
import { FlowTotals, Total } from './flow-totals.ts';
import type { OwnAddress } from './own-address.ts';

/** What is known of an interface when its first line comes. */
export interface InterfaceFacts {
  /** Empty when it has none. */
  readonly name: string;
  /** From 1 on; 0 for those beyond the limit, which stand for each other. */
  readonly number: number;
  readonly isWanted: boolean;
  readonly by: ProofBy | undefined;
  /** It is known not to be a NAT gateway's. */
  readonly isOther: boolean;
  /** The gateway's own private address, where it is described. */
  readonly ownAddress: Address | undefined;
}

/** An interface in the lines, or a regional gateway, with the sums of its flows. */
export class Interface {
  readonly name: string;
  readonly number: number;
  readonly isWanted: boolean;
  /** Why it counts as a NAT gateway's; undefined: it does not, or not yet. */
  by: ProofBy | undefined;
  isOther: boolean;
  readonly ownAddress: Address | undefined;
  /** All flows, the rejected ones, and those that count as what --legs asks for. */
  flows = 0;
  refused = 0;
  asked = 0;
  /** Flows of lines that tell their leg: the private one, if this is a gateway. */
  readonly leg = new FlowTotals();
  /** Forwarded flows of the other lines that tell it. */
  readonly rest = new Total();
  /** Forwarded flows of lines that lack packet addresses, all of them. */
  readonly plain = new Total();
  /** What tells the legs of those, at a gateway. */
  own: OwnAddress | undefined;

  constructor({ name, number, isWanted, by, isOther, ownAddress }: InterfaceFacts) {
    this.name = name;
    this.number = number;
    this.isWanted = isWanted;
    this.by = isOther ? undefined : by;
    this.isOther = isOther;
    this.ownAddress = ownAddress;
  }

  /** Whether its lines may still show that it is a gateway's. */
  get isOpen(): boolean {
    return this.by === undefined && !this.isOther;
  }

  /** Whether it has flows of the private leg of a gateway; what it has of other legs does not matter then. */
  get hasLeg(): boolean {
    return this.by !== undefined && this.leg.upload.flows + this.leg.download.flows > 0;
  }

  /** What is known to have gone through a NAT gateway here, each byte once. */
  get through(): readonly FlowTotals[] {
    if (this.by === undefined) return [];
    const plain = this.own?.sure?.leg;
    return [this.leg, ...(plain === undefined ? [] : [plain])].filter(({ flows }) => flows > 0);
  }

  /** Forwarded flows that are not known to have. */
  get notProven(): readonly Total[] {
    if (this.through.length > 0) return [this.own?.sure?.notTold ?? this.plain];
    return [this.leg.upload, this.leg.download, this.rest, this.plain];
  }
}
