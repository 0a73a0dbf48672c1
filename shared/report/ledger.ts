import { Address, type FlowRecord, NO_TIME } from '../flow/record.ts';
import { Sum } from '../flow/sum.ts';
import { ADDRESS_WORDS, portWord, putAddress } from './exchange.ts';
import { Tally } from './tally.ts';

/** The columns of every tally; bytes are those of both directions. */
export const BYTES = 0;
export const UPLOAD = 1;
export const FLOWS = 2;
const COLUMNS = 3;

/** Where the parts of a key of `pairs` and `destinations` stand. */
export const PAIR = { client: 0, service: 5, peer: 6, port: 11, words: 12 } as const;
export const DESTINATION = { peer: 0, service: 5, port: 6, words: 7 } as const;
const SERVICE_WORDS = 2;

const NO_ADDRESS = new Address();

const MINUTE_S = 60;
/** An aggregation interval has ten minutes at most and its times are off by one at most. */
const LONGEST_FLOW_S = 720;

/** Exact sums over flows. */
export class Total {
  flows = 0;
  readonly bytes = new Sum();
  readonly packets = new Sum();

  add({ bytesHigh, bytesLow, packetsHigh, packetsLow }: FlowRecord): void {
    this.flows++;
    this.bytes.add(bytesHigh, bytesLow);
    this.packets.add(packetsHigh, packetsLow);
  }
}

/** A flow seen as traffic between a client behind the gateway and its peer; numbers of `TextFields`. */
export interface Exchange {
  client: Address;
  peer: Address;
  isUpload: boolean;
  port: number;
  /** 0 is no service of AWS, below 0 not known. */
  service: number;
  vpc: number;
}

/** What forwarded traffic adds up to, in every way that is asked about. */
export class Ledger {
  readonly upload = new Total();
  readonly download = new Total();
  /** By client. */
  readonly sources = new Tally(ADDRESS_WORDS, COLUMNS);
  /** By service and VPC. */
  readonly services = new Tally(SERVICE_WORDS, COLUMNS);
  /** By client, service and port; by peer as well where there is no service. */
  readonly pairs = new Tally(PAIR.words, COLUMNS);
  /** By peer, service and port. */
  readonly destinations = new Tally(DESTINATION.words, COLUMNS);
  readonly ports = new Tally(1, COLUMNS);
  /** By minute since 1970, and by client and minute. */
  readonly minutes = new Tally(1, 1);
  readonly series = new Tally(ADDRESS_WORDS + 1, 1);
  #bytes = 0;
  #upload = 0;

  add(flow: FlowRecord, exchange: Exchange): void {
    const { client, peer, isUpload, service, vpc } = exchange;
    (isUpload ? this.upload : this.download).add(flow);
    this.#bytes = (flow.bytesHigh >>> 0) * 0x1_0000_0000 + (flow.bytesLow >>> 0);
    this.#upload = isUpload ? this.#bytes : 0;
    const port = portWord(exchange.port, flow.protocol);

    putAddress(this.sources.key, 0, client);
    this.#count(this.sources);

    this.services.key[0] = service;
    this.services.key[1] = vpc;
    this.#count(this.services);

    const pair = this.pairs.key;
    putAddress(pair, PAIR.client, client);
    pair[PAIR.service] = service;
    putAddress(pair, PAIR.peer, service <= 0 ? peer : NO_ADDRESS);
    pair[PAIR.port] = port;
    this.#count(this.pairs);

    putAddress(this.destinations.key, DESTINATION.peer, peer);
    this.destinations.key[DESTINATION.service] = service;
    this.destinations.key[DESTINATION.port] = port;
    this.#count(this.destinations);

    this.ports.key[0] = port;
    this.#count(this.ports);
    putAddress(this.series.key, 0, client);
    this.#spread(flow.start, flow.end);
  }

  #count(tally: Tally): void {
    const at = tally.entry() * COLUMNS;
    const { values } = tally;
    (values[at + BYTES] as number) += this.#bytes;
    (values[at + UPLOAD] as number) += this.#upload;
    (values[at + FLOWS] as number)++;
  }

  /** Gives every minute its share of the bytes, as if they had flown evenly, and all of them together all. */
  #spread(start: number, end: number): void {
    if (start === NO_TIME) return;
    const last = end < start || end - start > LONGEST_FLOW_S ? start : end;
    const seconds = last - start + 1;
    let rest = this.#bytes;
    for (let from = start; from <= last; ) {
      const next = Math.min(from - (from % MINUTE_S) + MINUTE_S, last + 1);
      const share = next > last ? rest : Math.floor((this.#bytes / seconds) * (next - from));
      this.#at(Math.floor(from / MINUTE_S), share);
      rest -= share;
      from = next;
    }
  }

  #at(minute: number, bytes: number): void {
    this.minutes.key[0] = minute;
    this.series.key[ADDRESS_WORDS] = minute;
    const minutes = this.minutes.entry();
    (this.minutes.values[minutes] as number) += bytes;
    const series = this.series.entry();
    (this.series.values[series] as number) += bytes;
  }
}
