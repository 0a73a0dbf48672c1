import { Address, type FlowRecord, NO_TIME } from '../../flow/record.ts';
import { Sum } from '../../flow/sum.ts';
import { ADDRESS_WORDS, portWord, putAddress } from './exchange.ts';
import { HeavyHitters } from './heavy-hitters.ts';

/** The columns of the sums per key; bytes are those of both directions. */
export const BYTES = 0;
export const UPLOAD = 1;
export const FLOWS = 2;
const COLUMNS = 3;

/** Offsets of the parts of a key in `pairs` and in `destinations`, in words. */
export const PAIR = { client: 0, service: 5, peer: 6, port: 11, words: 12 } as const;
export const DESTINATION = { peer: 0, service: 5, port: 6, words: 7 } as const;
const SERVICE_WORDS = 2;

const NO_ADDRESS = new Address();

const MINUTE_S = 60;
/** As many windows of minutes are kept apart, or else the lighter half of the clients' minutes makes room. */
const LEAST_WINDOWS = 16;
/** An aggregation interval is at most ten minutes, and each of its times can be off by a minute. */
const LONGEST_FLOW_S = 720;

/** Exact sums of flows, bytes and packets. */
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

/** A flow as traffic between a client behind the gateway and its peer. Service and VPC are numbers of texts. */
export interface Exchange {
  client: Address;
  peer: Address;
  isUpload: boolean;
  port: number;
  /** 0: not an AWS service; negative: unknown. */
  service: number;
  vpc: number;
}

/** Sums of forwarded flows: exact ones by direction, and those of the largest keys of each kind. */
export class FlowTotals {
  readonly upload = new Total();
  readonly download = new Total();
  /** By client. */
  readonly sources = new HeavyHitters(ADDRESS_WORDS, COLUMNS);
  /** By service and VPC. */
  readonly services = new HeavyHitters(SERVICE_WORDS, COLUMNS);
  /** By client, service and port, and by peer unless it is an AWS service. */
  readonly pairs = new HeavyHitters(PAIR.words, COLUMNS);
  /** By peer, service and port. */
  readonly destinations = new HeavyHitters(DESTINATION.words, COLUMNS);
  /** By port and protocol. */
  readonly ports = new HeavyHitters(1, COLUMNS);
  /** Bytes by minute since 1970. */
  readonly minutes = new HeavyHitters(1, 1);
  /** Bytes by client and minute since 1970: the first of `seriesMinutes` minutes, or one of them. */
  readonly series = new HeavyHitters(ADDRESS_WORDS + 1, 1);
  /** How many minutes the series keep together, more and more as they fill. */
  seriesMinutes = 1;
  #bytes = 0;
  #upload = 0;

  /** Adds a flow. Both records may be overwritten afterwards. */
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
    if (this.series.isNearlyFull) this.#coarsen();
    putAddress(this.series.key, 0, client);
    // A line with one of the two times has it for both.
    this.#spread(flow.start === NO_TIME ? flow.end : flow.start, flow.end);
  }

  #count(hitters: HeavyHitters): void {
    const at = hitters.entry() * COLUMNS;
    const { values } = hitters;
    (values[at + BYTES] as number) += this.#bytes;
    (values[at + UPLOAD] as number) += this.#upload;
    (values[at + FLOWS] as number)++;
  }

  /** Spreads the bytes evenly over the flow's minutes; the last minute takes the remainder, so the shares add up. */
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

  /** Makes room by putting sums of neighbouring minutes together, but never more than a chart can do without. */
  #coarsen(): void {
    while (
      this.series.isNearlyFull &&
      this.minutes.size >= 2 * this.seriesMinutes * LEAST_WINDOWS
    ) {
      this.seriesMinutes *= 2;
      this.series.rekey((key) => {
        key[ADDRESS_WORDS] = this.#firstOf(key[ADDRESS_WORDS] ?? 0);
      });
    }
  }

  #firstOf(minute: number): number {
    return minute - (minute % this.seriesMinutes);
  }

  #at(minute: number, bytes: number): void {
    this.minutes.key[0] = minute;
    this.series.key[ADDRESS_WORDS] = this.#firstOf(minute);
    const minutes = this.minutes.entry();
    (this.minutes.values[minutes] as number) += bytes;
    const series = this.series.entry();
    (this.series.values[series] as number) += bytes;
  }
}
