import { isWanted, type Legs } from '../../flow/legs.ts';
import { DROPPED, FlowRecord, NO_TIME, trueDestination, trueSource } from '../../flow/record.ts';
import { type Counts, type CurrentLine, noLines, type Outcome } from '../../flowlog/source.ts';
import { TextFields } from '../../flowlog/text-fields.ts';
import { ADDRESS_WORDS, isUpload, portWord, putAddress, servicePort } from './exchange.ts';
import { type Exchange, FlowTotals, Total } from './flow-totals.ts';
import { HeavyHitters } from './heavy-hitters.ts';
import { type Geography, ServiceParts } from './service-parts.ts';

/** `auto`: the private leg of a NAT gateway's lines; all lines where none is a NAT gateway's. */
export type LegsAsked = Legs | 'auto';

/** Which flows count. */
export interface AggregateOptions {
  readonly legs?: LegsAsked | undefined;
  /** Names of the interfaces or resources whose flows count; undefined: all. */
  readonly gateway?: ReadonlySet<string> | undefined;
  /** Unix seconds; only flows that overlap this time count. */
  readonly between?: { readonly from: number; readonly to: number } | undefined;
  /** Tells services of other regions apart; undefined: a service is one, wherever its peers are. */
  readonly geography?: Geography | undefined;
}

const FIELDS = [
  ['pkt-src-aws-service', 'pkt-dst-aws-service'],
  ['vpc-id'],
  ['region'],
  ['az-id'],
  ['interface-id'],
  ['resource-id'],
] as const;
/** Their numbers in the text fields. */
const FIELD = {
  sourceService: 0,
  destinationService: 1,
  vpc: 2,
  region: 3,
  zone: 4,
  interface: 5,
  resource: 6,
} as const;

/** The number of a service when the lines have no field for it. */
const NOT_SAID = -1;

const REJECT_WORDS = 2 * ADDRESS_WORDS + 1;
/** Bounds memory: further interfaces count but have no name in the report, unless they are asked for. */
const MOST_INTERFACES = 4096;

interface Interface {
  readonly name: string;
  readonly isWanted: boolean;
  /** Whether any flow counted here, and whether any was of the wanted leg. */
  hasFlows: boolean;
  hasLeg: boolean;
}

/** Sums of the flows of one choice of legs. */
class LegTotals {
  readonly forwarded = new FlowTotals();
  readonly rejected = new Total();
  flows = 0;
  start = NO_TIME;
  end = NO_TIME;

  noteTime({ start, end }: FlowRecord): void {
    if (start !== NO_TIME && (this.start === NO_TIME || start < this.start)) this.start = start;
    if (end > this.end) this.end = end;
  }
}

/**
 * Adds up flows in bounded memory. A source reads its `fields` and passes every flow to `add`. One aggregate can
 * take any number of sources, one after another.
 */
export class Aggregate {
  readonly fields = new TextFields(...FIELDS);
  /** The lines read, counted by the sources. */
  readonly records: Counts = noLines();
  /** Bytes of text read, after decompression. */
  textBytes = 0;
  /** Flows left out because of their gateway, and because of their time. */
  otherGateway = 0;
  otherTime = 0;
  /** Lines of other gateways that are no flows. */
  readonly otherGatewayLines: Counts = noLines();
  /** What is counted apart because it is of another region. */
  readonly parts: ServiceParts | undefined;
  /** Rejected flows of all legs by source, destination and port: how many, and their bytes. */
  readonly rejects = new HeavyHitters(REJECT_WORDS, 2);
  refused = 0;
  /** The region and the availability zone's id that the lines name; empty when they name none. */
  region = '';
  zone = '';
  readonly #legs: LegsAsked;
  readonly #gateway: ReadonlySet<string> | undefined;
  readonly #from: number;
  readonly #to: number;
  /** Flows of the wanted leg, and under `auto` all flows until a line turns out to be a NAT gateway's. */
  readonly #leg = new LegTotals();
  #all: LegTotals | undefined;
  #flows = 0;
  readonly #interfaces = new Map<number, Interface>();
  #last: Interface | undefined;
  #lastIndex = 0;
  readonly #exchange: Exchange;

  constructor({ legs = 'auto', gateway, between, geography }: AggregateOptions = {}) {
    this.#legs = legs;
    this.#gateway = gateway;
    this.#from = between?.from ?? NO_TIME;
    this.#to = between?.to ?? Number.POSITIVE_INFINITY;
    this.#all = legs === 'auto' ? new LegTotals() : undefined;
    this.parts =
      geography && new ServiceParts(geography, (id) => this.fields.text(FIELD.sourceService, id));
    const { source: client, destination: peer } = new FlowRecord();
    this.#exchange = { client, peer, isUpload: true, port: 0, service: 0, vpc: 0 };
  }

  /** The legs that count. */
  get legs(): Legs {
    if (this.#all !== undefined) return 'all';
    return this.#legs === 'auto' ? 'private' : this.#legs;
  }

  /** Sums of the forwarded flows that count. */
  get forwarded(): FlowTotals {
    return this.#counted.forwarded;
  }

  /** Sums of the rejected flows that count. */
  get rejected(): Total {
    return this.#counted.rejected;
  }

  /** Flows that count, forwarded or rejected. */
  get flows(): number {
    return this.#counted.flows;
  }

  /** Unix seconds of the first packet that counts; NO_TIME when no line has a time. */
  get start(): number {
    return this.#counted.start;
  }

  /** Unix seconds of the last packet that counts; NO_TIME when no line has a time. */
  get end(): number {
    return this.#counted.end;
  }

  /** Flows of legs that do not count. */
  get otherLeg(): number {
    return this.#flows - this.#counted.flows;
  }

  /** Names of the interfaces (or resources) with a flow that counts, sorted. */
  get gateways(): string[] {
    const isCounted = ({ name, hasFlows, hasLeg }: Interface) =>
      name !== '' && (this.#all === undefined ? hasLeg : hasFlows);
    return [...this.#interfaces.values()]
      .filter(isCounted)
      .map(({ name }) => name)
      .sort();
  }

  /** AWS's name for the service with this number, and its region if it is counted apart: `S3 (eu-west-1)`. */
  serviceName(id: number): string {
    const part = this.parts?.part(id);
    return part ? `${part.service} (${part.region})` : this.fields.text(FIELD.sourceService, id);
  }

  /** The id of the VPC with this number. */
  vpcName(id: number): string {
    return this.fields.text(FIELD.vpc, id);
  }

  /** Adds a flow. The record may be overwritten afterwards. */
  add(flow: FlowRecord): void {
    const place = this.#interfaceOf(flow);
    if (!place.isWanted) {
      this.otherGateway++;
      return;
    }
    if (flow.end < this.#from || flow.start > this.#to) {
      this.otherTime++;
      return;
    }
    this.#flows++;
    place.hasFlows = true;
    const isOfLeg = isWanted(flow, this.#legs === 'auto' ? 'private' : this.#legs);
    if (isOfLeg) {
      this.#all = undefined;
      place.hasLeg = true;
    }
    if (flow.forwardingStatus === DROPPED) this.#reject(flow);
    if (isOfLeg || this.#all !== undefined) this.#count(flow);
  }

  /** Notes a line that is no flow. A malformed one does not tell its interface. */
  addOther(outcome: Exclude<Outcome, 'flow'>, line: CurrentLine): void {
    if (this.#gateway === undefined || outcome === 'malformed') return;
    if (!this.#gateway.has(line.interfaceName)) this.otherGatewayLines[outcome]++;
  }

  get #counted(): LegTotals {
    return this.#all ?? this.#leg;
  }

  #count(flow: FlowRecord): void {
    const leg = this.#counted;
    leg.flows++;
    leg.noteTime(flow);
    if (flow.forwardingStatus === DROPPED) leg.rejected.add(flow);
    else leg.forwarded.add(flow, this.#read(flow));
  }

  #read(flow: FlowRecord): Exchange {
    const exchange = this.#exchange;
    const upload = isUpload(flow);
    exchange.isUpload = upload;
    exchange.client = upload ? trueSource(flow) : trueDestination(flow);
    exchange.peer = upload ? trueDestination(flow) : trueSource(flow);
    exchange.port = servicePort(flow, upload);
    const service = upload ? FIELD.destinationService : FIELD.sourceService;
    const id = this.fields.has(service) ? this.fields.id(service) : NOT_SAID;
    exchange.service = this.parts === undefined ? id : this.parts.numberOf(id, exchange.peer);
    exchange.vpc = this.fields.id(FIELD.vpc);
    return exchange;
  }

  #reject(flow: FlowRecord): void {
    const { rejects } = this;
    this.refused++;
    putAddress(rejects.key, 0, trueSource(flow));
    putAddress(rejects.key, ADDRESS_WORDS, trueDestination(flow));
    rejects.key[2 * ADDRESS_WORDS] = portWord(flow.destinationPort, flow.protocol);
    const at = rejects.entry() * rejects.columns;
    (rejects.values[at] as number)++;
    (rejects.values[at + 1] as number) +=
      (flow.bytesHigh >>> 0) * 0x1_0000_0000 + (flow.bytesLow >>> 0);
  }

  #interfaceOf(flow: FlowRecord): Interface {
    const { interfaceIndex } = flow;
    if (this.#last === undefined || this.#lastIndex !== interfaceIndex) {
      this.#last = this.#interfaces.get(interfaceIndex) ?? this.#learnInterface(interfaceIndex);
      this.#lastIndex = interfaceIndex;
    }
    return this.#last;
  }

  #learnInterface(index: number): Interface {
    const { fields } = this;
    const [name, resource] = [fields.said(FIELD.interface), fields.said(FIELD.resource)];
    const isWanted = this.#gateway?.has(name) !== false || this.#gateway.has(resource);
    const found = { name: name || resource, isWanted, hasFlows: false, hasLeg: false };
    this.region ||= fields.said(FIELD.region);
    this.zone ||= fields.said(FIELD.zone);
    const isAskedFor = isWanted && this.#gateway !== undefined;
    if (isAskedFor || this.#interfaces.size < MOST_INTERFACES) this.#interfaces.set(index, found);
    return found;
  }
}
