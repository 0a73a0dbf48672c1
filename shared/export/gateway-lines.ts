import { LineProof } from '../flow/gateway-proof.ts';
import { interfaceIndex } from '../flow/interface-index.ts';
import { isTranslated, type Legs } from '../flow/legs.ts';
import { FlowRecord, hasPacketAddresses } from '../flow/record.ts';
import type { CurrentLine } from '../flowlog/source.ts';

/** Bounds memory: beyond it the oldest flow that waits for a proof is left out. */
const MOST_HELD = 10_000;

type Next = (flow: FlowRecord, current: CurrentLine) => void;

/**
 * The flows of NAT gateways among those of any interfaces, where one leg is exported. A gateway is one that is
 * named, a regional one, or one whose lines show it; the flows before the proof wait for it. Where all legs are
 * exported all flows take part, or those of the one that is named.
 */
export class GatewayLines {
  /** Whether flows of a NAT gateway were passed on. */
  hasGateway = false;
  readonly #legs: Legs;
  readonly #named: ReadonlySet<number> | undefined;
  readonly #proof = new LineProof();
  readonly #gateways = new Set<number>();
  readonly #others = new Set<number>();
  #held: FlowRecord[] = [];
  #leftOut = 0;

  /** With a name, of an interface or a regional gateway, its flows alone. */
  constructor(legs: Legs, name?: string) {
    this.#legs = legs;
    this.#named = name === undefined ? undefined : new Set([interfaceIndex(name)]);
  }

  /** Flows that were not passed on: not of what is known to be a gateway's, or without what tells their leg. */
  get leftOut(): number {
    return this.#leftOut + this.#held.length;
  }

  /** Passes on a flow of a gateway, and with the one that proves it those before. */
  sift(flow: FlowRecord, current: CurrentLine, next: Next): void {
    if (this.#named?.has(flow.interfaceIndex) === false) this.#leftOut++;
    else if (this.#legs === 'all') this.#passAny(flow, current, next);
    else if (!tellsLeg(flow)) this.#leftOut++;
    else if (this.#isGateway(flow, current)) this.#pass(flow, current, next);
    else if (this.#others.has(flow.interfaceIndex)) this.#leftOut++;
    else this.#hold(flow);
  }

  #passAny(flow: FlowRecord, current: CurrentLine, next: Next): void {
    this.hasGateway ||= this.#isGateway(flow, current);
    next(flow, current);
  }

  #isGateway(flow: FlowRecord, current: CurrentLine): boolean {
    const { interfaceIndex: index, regional } = flow;
    if (this.#named !== undefined || regional || this.#gateways.has(index)) return true;
    if (this.#others.has(index) || !this.#proof.shows(flow)) return false;
    (hasInstance(current) ? this.#others : this.#gateways).add(index);
    return this.#gateways.has(index);
  }

  /** Passes on a flow of a gateway, after those of it that waited. */
  #pass(flow: FlowRecord, current: CurrentLine, next: Next): void {
    this.hasGateway = true;
    const isSame = (each: FlowRecord) => each.interfaceIndex === flow.interfaceIndex;
    if (this.#held.some(isSame)) {
      const released = this.#held.filter(isSame);
      this.#held = this.#held.filter((each) => !isSame(each));
      for (const each of released) next(each, current);
    }
    next(flow, current);
  }

  #hold(flow: FlowRecord): void {
    if (this.#held.length >= MOST_HELD) {
      this.#held.splice(0, MOST_HELD / 2);
      this.#leftOut += MOST_HELD / 2;
    }
    this.#held.push(copyOf(flow));
  }
}

/** Whether a line of a gateway tells its leg. */
function tellsLeg(flow: FlowRecord): boolean {
  return flow.regional || hasPacketAddresses(flow) || isTranslated(flow);
}

/** Whether the line names an instance: a NAT instance's lines are otherwise like a gateway's. */
function hasInstance({ line: { text, format } }: CurrentLine): boolean {
  const value = text.split(/\s+/)[format.indexOf('instance-id')];
  return value !== undefined && value !== '-';
}

function copyOf(flow: FlowRecord): FlowRecord {
  const copy = new FlowRecord();
  const { source, destination, packetSource, packetDestination, ...rest } = flow;
  Object.assign(copy, rest);
  Object.assign(copy.source, source);
  Object.assign(copy.destination, destination);
  Object.assign(copy.packetSource, packetSource);
  Object.assign(copy.packetDestination, packetDestination);
  return copy;
}
