import { ADDRESS_WORDS, putAddress } from './address-key.ts';
import { HeavyHitters } from './heavy-hitters.ts';
import { NOT_TOLD, openerOf, SOURCE } from './opener.ts';
import { isPrivate } from './private-addresses.ts';
import {
  type Address,
  type FlowRecord,
  hasPacketAddresses,
  sameAddress,
  trueDestination,
  trueSource,
} from './record.ts';

/**
 * Why an interface counts as a NAT gateway's: EC2's description says so (described), the caller does (named), its
 * lines are a regional gateway's (regional), or its lines show it (lines).
 */
export type ProofBy = 'described' | 'named' | 'regional' | 'lines';

/** What is known of interfaces beside their lines; by their ids, or by a gateway's. */
export interface KnownInterfaces {
  /** NAT gateways, with their own private address where it is known. */
  readonly gateways: ReadonlyMap<
    string,
    { readonly by: ProofBy; readonly address: Address | undefined }
  >;
  /** Interfaces that are of another kind. */
  readonly others: ReadonlySet<string>;
}

/** A key is an exchange as the interface sees it: who logs it, its own address, the far side's, port and protocol. */
const KEY = {
  interface: 0,
  own: 1,
  far: 1 + ADDRESS_WORDS,
  port: 1 + 2 * ADDRESS_WORDS,
  words: 2 + 2 * ADDRESS_WORDS,
};
/** Lines of an exchange, and how many of them are of each kind. */
const LINES = 0;
const FROM_CLIENT = 1;
const FROM_OWN = 2;
const FORWARDED = 3;
const COLUMNS = 4;

/**
 * Finds NAT gateways by their lines. A gateway's interface logs an exchange twice: a private client opens it to
 * a far side in whose place the line has the interface's own address; and the interface itself opens it, from its
 * own address, to the same far side and port. Lines that only look alike lack the second half: an interface with
 * secondary addresses or pods hides its own side, a firewall or router passes the client's address on, and at a
 * load balancer the hidden side is the one that opened. A NAT instance logs the same as a gateway.
 */
export class LineProof {
  readonly #exchanges = new HeavyHitters(KEY.words, COLUMNS);

  /**
   * Takes a line of an interface that is not known to be a gateway's; whether the lines until now show that it is.
   * Only lines with both packet addresses and an interface do.
   */
  shows(flow: FlowRecord): boolean {
    const opener = openerOf(flow);
    if (opener === NOT_TOLD || flow.interfaceIndex === 0 || !hasPacketAddresses(flow)) return false;
    const isFromSource = opener === SOURCE;
    const source = trueSource(flow);
    const destination = trueDestination(flow);
    return isFromSource
      ? this.#note(flow, flow.source, source, flow.destination, destination, flow.destinationPort)
      : this.#note(flow, flow.destination, destination, flow.source, source, flow.sourcePort);
  }

  /** `near` opened to `far`; each as the line and as the packet has it. */
  #note(
    { interfaceIndex, protocol }: FlowRecord,
    near: Address,
    nearPacket: Address,
    far: Address,
    farPacket: Address,
    port: number,
  ): boolean {
    const isNearHidden = !sameAddress(near, nearPacket);
    const isFarHidden = !sameAddress(far, farPacket);
    if (isFarHidden && (isNearHidden || !isPrivate(near))) return false;
    const { key, stride } = this.#exchanges;
    key[KEY.interface] = interfaceIndex;
    putAddress(key, KEY.own, isFarHidden ? far : near);
    putAddress(key, KEY.far, farPacket);
    key[KEY.port] = (port << 8) | protocol;
    const at = this.#exchanges.entry() * stride;
    const { values } = this.#exchanges;
    const kind = isFarHidden ? FROM_CLIENT : isNearHidden ? FORWARDED : FROM_OWN;
    for (const column of [LINES, kind]) (values[at + column] as number)++;
    const has = (column: number) => (values[at + column] as number) > 0;
    return has(FROM_CLIENT) && has(FROM_OWN) && !has(FORWARDED);
  }
}
