import { isPrivate } from '../../flow/private-addresses.ts';
import { Address, FlowRecord, trueDestination, trueSource } from '../../flow/record.ts';
import { NOT_LOOKED_UP } from '../../names/asn.ts';
import type { AsnDatabase } from '../../names/asn-database.ts';
import type { Tenures } from '../../names/tenures.ts';
import type { Exchange } from './exchange.ts';
import { servicePort } from './exchange.ts';
import { FIELD, type ReportFields } from './fields.ts';
import type { Origins } from './origins.ts';
import type { ServiceParts } from './service-parts.ts';

/** The number of a service when the lines have no field for it. */
const NOT_SAID = -1;
const NO_ADDRESS = new Address();

/** What the lines do not say of an exchange. */
interface Beside {
  readonly parts: ServiceParts | undefined;
  readonly tenures: Tenures | undefined;
  readonly origins: Origins;
  readonly asns: AsnDatabase | undefined;
}

/** Reads a flow as traffic between a client and its peer, into one reused object. */
export class ExchangeReader {
  readonly #fields: ReportFields;
  readonly #parts: ServiceParts | undefined;
  readonly #tenures: Tenures | undefined;
  readonly #origins: Origins;
  readonly #asns: AsnDatabase | undefined;
  readonly #exchange: Exchange;

  constructor(fields: ReportFields, { parts, tenures, origins, asns }: Beside) {
    this.#fields = fields;
    this.#parts = parts;
    this.#tenures = tenures;
    this.#origins = origins;
    this.#asns = asns;
    const { source: client, destination: peer } = new FlowRecord();
    this.#exchange = {
      ...{ client, origin: 0, peer, name: 0, domain: 0, found: undefined, asn: undefined },
      ...{ isUpload: true, port: 0, service: 0, vpc: 0, gateway: 0 },
    };
  }

  /** The line does not say the peer of the exchange that was read last. */
  forgetPeer(): void {
    const exchange = this.#exchange;
    exchange.peer = NO_ADDRESS;
    exchange.service = NOT_SAID;
    if (exchange.asn !== undefined) exchange.asn = 0;
  }

  #asnOf({ service, peer }: Exchange, asns: AsnDatabase): number {
    if (service > 0) return NOT_LOOKED_UP.aws;
    return isPrivate(peer) ? NOT_LOOKED_UP.private : asns.of(peer);
  }

  /** The exchange of a flow at a gateway's interface, by its number. The next call overwrites it. */
  read(flow: FlowRecord, upload: boolean, isThroughGateway: boolean, gateway: number): Exchange {
    const exchange = this.#exchange;
    exchange.isUpload = upload;
    exchange.client = upload ? trueSource(flow) : trueDestination(flow);
    exchange.peer = upload ? trueDestination(flow) : trueSource(flow);
    exchange.port = servicePort(flow, upload, isThroughGateway);
    const service = upload ? FIELD.destinationService : FIELD.sourceService;
    const id = this.#fields.has(service) ? this.#fields.id(service) : NOT_SAID;
    exchange.service = this.#parts === undefined ? id : this.#parts.numberOf(id, exchange.peer);
    exchange.vpc = this.#fields.id(FIELD.vpc);
    exchange.gateway = gateway;
    const tenure = this.#tenures?.of(exchange.client, flow.start, flow.end) ?? 0;
    exchange.origin = this.#origins.number(tenure, gateway);
    if (this.#asns !== undefined) exchange.asn = this.#asnOf(exchange, this.#asns);
    return exchange;
  }
}
