import { isWanted, type Legs } from '../../flow/legs.ts';
import { DROPPED, type FlowRecord, NO_TIME } from '../../flow/record.ts';
import { type Counts, type CurrentLine, noLines, type Outcome } from '../../flowlog/source.ts';
import type { AsnDatabase } from '../../names/asn-database.ts';
import type { ResolvedNames } from '../../names/resolved-names.ts';
import type { Tenures } from '../../names/tenures.ts';
import { isUpload, isUploadThroughGateway } from './exchange.ts';
import { ExchangeReader } from './exchange-reader.ts';
import { FIELD, ReportFields } from './fields.ts';
import type { FlowSink } from './flow-sink.ts';
import type { FlowTables } from './flow-tables.ts';
import { FlowTotals, type Total } from './flow-totals.ts';
import { GatewayFlows } from './gateway-flows.ts';
import type { Interface } from './interface.ts';
import { Interfaces, type InterfacesKnown } from './interfaces.ts';
import { KEPT, type KeptOptions, KeptTables } from './kept-tables.ts';
import { Origins } from './origins.ts';
import { type Geography, ServiceParts } from './service-parts.ts';

/** `auto`: the private leg of what is proven to be a NAT gateway's lines; all lines where nothing is. */
export type LegsAsked = Legs | 'auto';

/** Which flows count, and what is known of their interfaces. */
export interface AggregateOptions extends InterfacesKnown, KeptOptions {
  readonly legs?: LegsAsked | undefined;
  /** Unix seconds; only flows that overlap this time count. */
  readonly between?: { readonly from: number; readonly to: number } | undefined;
  /** Tells services of other regions apart; undefined: a service is one, wherever its peers are. */
  readonly geography?: Geography | undefined;
  /** Tells apart the owners that a client's address had; undefined: every address is one client. */
  readonly tenures?: Tenures | undefined;
  /** A client is a source for each gateway that it sends through. */
  readonly byGateway?: boolean | undefined;
  /** Finds the autonomous systems of peers. */
  readonly asns?: AsnDatabase | undefined;
}

/**
 * Adds up flows in bounded memory. A source reads its `fields` and passes every flow to `add`. One aggregate can
 * take any number of sources, one after another.
 */
export class Aggregate implements FlowSink {
  readonly fields = new ReportFields();
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
  readonly tenures: Tenures | undefined;
  readonly origins: Origins;
  readonly asns: AsnDatabase | undefined;
  readonly #legs: LegsAsked;
  readonly #interfaces: Interfaces;
  readonly #from: number;
  readonly #to: number;
  readonly #tables: KeptTables;
  readonly #gateways: GatewayFlows;
  /** Whether what the legs ask for counts; under `auto` all flows, until one is known to have gone through a gateway. */
  #isShown = true;
  readonly #shownTotals = new FlowTotals();
  #flows = 0;
  #refused = 0;
  readonly #reader: ExchangeReader;

  constructor({
    legs = 'auto',
    between,
    geography,
    tenures,
    byGateway = false,
    cells,
    resolved,
    asns,
    ...known
  }: AggregateOptions = {}) {
    this.#legs = legs;
    this.#tables = new KeptTables({ cells, resolved }, (id) => this.vpcName(id));
    this.#interfaces = new Interfaces(this.fields, known);
    this.tenures = tenures;
    this.asns = asns;
    this.origins = new Origins(byGateway);
    this.#from = between?.from ?? NO_TIME;
    this.#to = between?.to ?? Number.POSITIVE_INFINITY;
    this.parts =
      geography && new ServiceParts(geography, (id) => this.fields.text(FIELD.sourceService, id));
    this.#reader = new ExchangeReader(this.fields, this);
    this.#gateways = new GatewayFlows({
      fields: this.fields,
      reader: this.#reader,
      tables: this.#tables,
      isKept: legs === 'auto',
    });
  }

  /** The legs that count. */
  get legs(): Legs {
    if (this.#legs !== 'auto') return this.#legs;
    return this.isThroughGateway ? 'private' : 'all';
  }

  /** Whether what counts is exactly what is proven to have gone through a NAT gateway. */
  get isThroughGateway(): boolean {
    return !this.#isShown;
  }

  /** Whether every flow that counts is proven to have gone through a NAT gateway, and none is missing. */
  get isPriced(): boolean {
    if (this.isThroughGateway) return true;
    const { flows, upload, download } = this.throughGateway;
    const shown = this.#shownTotals;
    const isSame = (a: Total, b: Total) => a.bytes.toBigInt() === b.bytes.toBigInt();
    return (
      this.#legs === 'private' &&
      flows === shown.flows &&
      isSame(upload, shown.upload) &&
      isSame(download, shown.download)
    );
  }

  /** Names found by query logs; undefined when there are none. */
  get resolved(): ResolvedNames | undefined {
    return this.#tables.resolved;
  }

  /** Sums by key of the flows that count. */
  get tables(): FlowTables {
    return this.#tables.of(this.#isShown ? KEPT.shown : KEPT.proven);
  }

  /** Exact sums of the flows that count. */
  get totals(): FlowTotals {
    return this.isThroughGateway ? this.throughGateway : this.#shownTotals;
  }

  /** Exact sums of what is proven to have gone through NAT gateways, each byte once. */
  get throughGateway(): FlowTotals {
    return sumOf(this.interfaces.flatMap(({ through }) => through));
  }

  /** All interfaces with a flow, those beyond the limit as one. */
  get interfaces(): readonly Interface[] {
    return this.#interfaces.all;
  }

  /** The region and the availability zone's id that the lines name; empty when they name none. */
  get region(): string {
    return this.#interfaces.region;
  }

  get zone(): string {
    return this.#interfaces.zone;
  }

  /** Flows that count, forwarded or rejected. */
  get flows(): number {
    return this.totals.flows;
  }

  /** Rejected flows, of all legs. */
  get refused(): number {
    if (!this.isThroughGateway) return this.#refused;
    const gateways = this.interfaces.filter(({ by }) => by !== undefined);
    return gateways.reduce((sum, { refused }) => sum + refused, 0);
  }

  /** Unix seconds of the first packet that counts; NO_TIME when no line has a time. */
  get start(): number {
    return this.totals.start;
  }

  /** Unix seconds of the last packet that counts; NO_TIME when no line has a time. */
  get end(): number {
    return this.totals.end;
  }

  /** Flows of legs that do not count. */
  get otherLeg(): number {
    return this.#flows - this.flows - this.otherInterface;
  }

  /** Flows that do not count because they are not proven to be a NAT gateway's. */
  get otherInterface(): number {
    if (!this.isThroughGateway) return 0;
    return this.interfaces.reduce((sum, each) => {
      const left = each.through.length > 0 ? sumFlows(each.notProven) : each.flows;
      return sum + left;
    }, 0);
  }

  /** Names of the interfaces (or resources) with a flow that counts, sorted. */
  get gateways(): string[] {
    const counts = ({ through, asked }: Interface) =>
      this.isThroughGateway ? through.length > 0 : asked > 0;
    return this.interfaces
      .filter((each) => each.name !== '' && counts(each))
      .map(({ name }) => name)
      .sort();
  }

  /** AWS's name for the service with this number, and its region if it is counted apart: `S3 (eu-west-1)`. */
  serviceName(id: number): string {
    const part = this.parts?.part(id);
    if (part === undefined) return this.fields.text(FIELD.sourceService, id);
    return part.region === '' ? part.service : `${part.service} (${part.region})`;
  }

  /** The id of the VPC with this number. */
  vpcName(id: number): string {
    return this.fields.text(FIELD.vpc, id);
  }

  /** Adds a flow. The record may be overwritten afterwards. */
  add(flow: FlowRecord): void {
    const place = this.#interfaces.of(flow);
    if (!place.isWanted) {
      this.otherGateway++;
      return;
    }
    if (flow.end < this.#from || flow.start > this.#to) {
      this.otherTime++;
      return;
    }
    this.#flows++;
    place.flows++;
    this.#gateways.add(place, flow);
    const isRejected = flow.forwardingStatus === DROPPED;
    if (isRejected) {
      this.#refused++;
      place.refused++;
    }
    if (this.#isShown) this.#noteThrough(place);
    if (!this.#isShown) return;
    if (isRejected) this.#tables.reject(KEPT.shown, 0, flow);
    this.#show(place, flow);
  }

  /** Notes a line that is no flow. A malformed one does not tell its interface. */
  addOther(outcome: Exclude<Outcome, 'flow'>, line: Pick<CurrentLine, 'interfaceName'>): void {
    if (outcome === 'malformed') return;
    if (!this.#interfaces.isWanted(line)) this.otherGatewayLines[outcome]++;
  }

  /** Once a flow has gone through a gateway, those that have are what counts. */
  #noteThrough(place: Interface): void {
    if (this.#legs !== 'auto' || place.by === undefined || place.through.length === 0) return;
    this.#isShown = false;
    this.#tables.dropShown();
  }

  #show(place: Interface, flow: FlowRecord): void {
    const legs = this.#legs === 'auto' ? 'all' : this.#legs;
    if (!isWanted(flow, legs)) return;
    place.asked++;
    const isLeg = legs === 'private';
    const upload = isLeg ? isUploadThroughGateway(flow) : isUpload(flow);
    this.#shownTotals.add(flow, upload);
    if (flow.forwardingStatus === DROPPED) return;
    const gateway = place.by === undefined ? 0 : place.number;
    const exchange = this.#reader.read(flow, upload, isLeg || flow.regional, gateway);
    this.#tables.add(KEPT.shown, 0, flow, exchange);
  }
}

function sumOf(all: readonly FlowTotals[]): FlowTotals {
  const sum = new FlowTotals();
  for (const each of all) sum.take(each);
  return sum;
}

function sumFlows(all: readonly { readonly flows: number }[]): number {
  return all.reduce((sum, { flows }) => sum + flows, 0);
}
