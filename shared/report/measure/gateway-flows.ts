import { LineProof } from '../../flow/gateway-proof.ts';
import { isPrivateLeg, legByOwnAddress } from '../../flow/legs.ts';
import { DROPPED, type FlowRecord, hasPacketAddresses, sameAddress } from '../../flow/record.ts';
import type { Exchange } from './exchange.ts';
import { isUploadThroughGateway } from './exchange.ts';
import type { ExchangeReader } from './exchange-reader.ts';
import { FIELD, type ReportFields } from './fields.ts';
import type { Interface } from './interface.ts';
import { KEPT, type KeptTables } from './kept-tables.ts';
import { type Candidate, OwnAddress } from './own-address.ts';

/** What a flow is read by, and where its sums by key are kept. */
interface Beside {
  readonly fields: ReportFields;
  readonly reader: ExchangeReader;
  readonly tables: KeptTables;
  /** Whether sums by key are kept of what goes through gateways. */
  readonly isKept: boolean;
}

/**
 * Adds up what goes through NAT gateways, by interface, and by key as far as that is kept. Proof may come after the lines
 * that it is about: what waits for it is kept apart by its owner, an interface or an address that may be a gateway's.
 */
export class GatewayFlows {
  readonly #fields: ReportFields;
  readonly #reader: ExchangeReader;
  readonly #tables: KeptTables;
  readonly #isKept: boolean;
  readonly #proof = new LineProof();
  /** The number of each owner of what waits. */
  readonly #owners = new Map<object, number>();

  constructor({ fields, reader, tables, isKept }: Beside) {
    this.#fields = fields;
    this.#reader = reader;
    this.#tables = tables;
    this.#isKept = isKept;
  }

  /** Adds a flow of an interface, forwarded or rejected. */
  add(place: Interface, flow: FlowRecord): void {
    if (place.isOpen && this.#proof.shows(flow)) this.#prove(place);
    if (isPrivateLeg(flow)) this.#addLeg(place, flow);
    else if (!flow.regional && !hasPacketAddresses(flow)) this.#addPlain(place, flow);
    else if (!place.hasLeg) place.rest.addForwarded(flow);
    if (flow.forwardingStatus === DROPPED) this.#reject(place, flow);
  }

  /** The interface turns out to be a gateway's: what it had until now has gone through it. */
  #prove(place: Interface): void {
    place.isOther = this.#fields.isSaid(FIELD.instance);
    if (place.isOther) return;
    place.by = 'lines';
    this.#takeWaiting(place);
  }

  #addLeg(place: Interface, flow: FlowRecord): void {
    const upload = isUploadThroughGateway(flow);
    place.leg.add(flow, upload);
    if (!this.#isKept || place.isOther || flow.forwardingStatus === DROPPED) return;
    const exchange = this.#reader.read(flow, upload, true, place.number);
    this.#keep(place, place.by !== undefined, flow, exchange);
  }

  /** A line that lacks packet addresses: the own address of a gateway tells its leg. The far side is not said. */
  #addPlain(place: Interface, flow: FlowRecord): void {
    place.plain.addForwarded(flow);
    if (place.by === undefined) return;
    place.own ??= OwnAddress.of(flow, place.ownAddress);
    const { own } = place;
    const wasSure = own.sure !== undefined;
    for (const each of own.narrow(flow)) this.#addCandidate(place, each, wasSure, flow);
    if (!wasSure && own.sure !== undefined) this.#takeWaiting(own.sure);
  }

  #addCandidate(place: Interface, candidate: Candidate, isSure: boolean, flow: FlowRecord): void {
    const leg = legByOwnAddress(flow, candidate.address);
    if (leg === undefined) candidate.notTold.addForwarded(flow);
    if (leg !== 'private') return;
    const upload = !sameAddress(flow.source, candidate.address);
    candidate.leg.add(flow, upload);
    if (!this.#isKept || flow.forwardingStatus === DROPPED) return;
    const exchange = this.#reader.read(flow, upload, true, place.number);
    this.#reader.forgetPeer();
    this.#keep(candidate, isSure, flow, exchange);
  }

  #reject(place: Interface, flow: FlowRecord): void {
    if (!this.#isKept || place.isOther) return;
    if (place.by !== undefined) this.#tables.reject(KEPT.proven, 0, flow);
    else this.#tables.reject(KEPT.waiting, this.#numberOf(place), flow);
  }

  #keep(owner: object, isProven: boolean, flow: FlowRecord, exchange: Exchange): void {
    if (isProven) this.#tables.add(KEPT.proven, 0, flow, exchange);
    else this.#tables.add(KEPT.waiting, this.#numberOf(owner), flow, exchange);
  }

  #takeWaiting(owner: object): void {
    const number = this.#owners.get(owner);
    if (number !== undefined) this.#tables.prove(number);
  }

  #numberOf(owner: object): number {
    const number = this.#owners.get(owner) ?? this.#owners.size;
    this.#owners.set(owner, number);
    return number;
  }
}
