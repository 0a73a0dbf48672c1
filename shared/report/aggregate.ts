import { isWanted, type Legs } from '../flow/legs.ts';
import { DROPPED, FlowRecord, NO_TIME, trueDestination, trueSource } from '../flow/record.ts';
import { type Counts, noLines } from '../flowlog/source.ts';
import { TextFields } from '../flowlog/text-fields.ts';
import { ADDRESS_WORDS, isUpload, portWord, putAddress, servicePort } from './exchange.ts';
import { type Exchange, Ledger, Total } from './ledger.ts';
import { Tally } from './tally.ts';

/** `auto`: the private leg where the lines are a NAT gateway's, else everything. */
export type LegsAsked = Legs | 'auto';

export interface AggregateOptions {
  readonly legs?: LegsAsked | undefined;
  /** Names of interfaces or resources: the others' flows are left out. */
  readonly gateway?: ReadonlySet<string> | undefined;
  /** Unix seconds: flows that ended before or began after are left out, too. */
  readonly between?: { readonly from: number; readonly to: number } | undefined;
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

/** In place of a service's number, where the lines have no field for it. */
const NOT_SAID = -1;

const REJECT_WORDS = 2 * ADDRESS_WORDS + 1;
/** More interfaces than this in one report are counted, not named, unless they are asked for. */
const MOST_INTERFACES = 4096;

interface Interface {
  readonly name: string;
  readonly isWanted: boolean;
  /** Whether flows were counted there, and whether some were of the leg that is asked for. */
  hasFlows: boolean;
  hasLeg: boolean;
}

/** Flows of one choice of legs. */
class Book {
  readonly ledger = new Ledger();
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
 * Adds up flows in constant memory. Feed it with a source that sets its `fields` and gives it every flow;
 * one aggregate takes any number of sources.
 */
export class Aggregate {
  readonly fields = new TextFields(...FIELDS);
  /** The lines read, counted by the sources. */
  readonly records: Counts = noLines();
  /** Text read, in bytes, without compression. */
  textBytes = 0;
  /** Flows of gateways that were not asked for, and of other times. */
  otherGateway = 0;
  otherTime = 0;
  /** Refused flows of all legs, by source, destination and port. */
  readonly rejects = new Tally(REJECT_WORDS, 2);
  refused = 0;
  /** What the lines say of their region: its name, or that of a zone. */
  region = '';
  zone = '';
  readonly #legs: LegsAsked;
  readonly #gateway: ReadonlySet<string> | undefined;
  readonly #from: number;
  readonly #to: number;
  /** The leg that is asked for, and all flows as long as none has shown that it is a NAT gateway's. */
  readonly #leg = new Book();
  #all: Book | undefined;
  #flows = 0;
  readonly #interfaces = new Map<number, Interface>();
  #last: Interface | undefined;
  #lastIndex = 0;
  readonly #exchange: Exchange;

  constructor({ legs = 'auto', gateway, between }: AggregateOptions = {}) {
    this.#legs = legs;
    this.#gateway = gateway;
    this.#from = between?.from ?? NO_TIME;
    this.#to = between?.to ?? Number.POSITIVE_INFINITY;
    this.#all = legs === 'auto' ? new Book() : undefined;
    const { source: client, destination: peer } = new FlowRecord();
    this.#exchange = { client, peer, isUpload: true, port: 0, service: 0, vpc: 0 };
  }

  /** Which flows count. */
  get legs(): Legs {
    if (this.#all !== undefined) return 'all';
    return this.#legs === 'auto' ? 'private' : this.#legs;
  }

  get ledger(): Ledger {
    return this.#book.ledger;
  }

  /** Refused flows among those that count. */
  get rejected(): Total {
    return this.#book.rejected;
  }

  /** Flows that count, refused or not. */
  get flows(): number {
    return this.#book.flows;
  }

  /** Unix seconds of the first and last packet counted; NO_TIME when no line says. */
  get start(): number {
    return this.#book.start;
  }

  get end(): number {
    return this.#book.end;
  }

  /** Flows of the leg that does not count. */
  get otherLeg(): number {
    return this.#flows - this.#book.flows;
  }

  /** The interfaces (or resources) whose flows were counted. */
  get gateways(): string[] {
    const isCounted = ({ name, hasFlows, hasLeg }: Interface) =>
      name !== '' && (this.#all === undefined ? hasLeg : hasFlows);
    return [...this.#interfaces.values()]
      .filter(isCounted)
      .map(({ name }) => name)
      .sort();
  }

  serviceName(id: number): string {
    return this.fields.text(FIELD.sourceService, id);
  }

  vpcName(id: number): string {
    return this.fields.text(FIELD.vpc, id);
  }

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

  get #book(): Book {
    return this.#all ?? this.#leg;
  }

  #count(flow: FlowRecord): void {
    const book = this.#book;
    book.flows++;
    book.noteTime(flow);
    if (flow.forwardingStatus === DROPPED) book.rejected.add(flow);
    else book.ledger.add(flow, this.#read(flow));
  }

  #read(flow: FlowRecord): Exchange {
    const exchange = this.#exchange;
    const upload = isUpload(flow);
    exchange.isUpload = upload;
    exchange.client = upload ? trueSource(flow) : trueDestination(flow);
    exchange.peer = upload ? trueDestination(flow) : trueSource(flow);
    exchange.port = servicePort(flow, upload);
    const service = upload ? FIELD.destinationService : FIELD.sourceService;
    exchange.service = this.fields.has(service) ? this.fields.id(service) : NOT_SAID;
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
