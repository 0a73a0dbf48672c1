import { ADDRESS_WORDS, putAddress } from '../../flow/address-key.ts';
import { HeavyHitters } from '../../flow/heavy-hitters.ts';
import {
  Address,
  counter,
  type FlowRecord,
  NO_TIME,
  trueDestination,
  trueSource,
} from '../../flow/record.ts';
import { Cells } from './cells.ts';
import { type Exchange, portWord } from './exchange.ts';
import { PLACE, RecentExchanges } from './recent-exchanges.ts';

/** The columns of the sums per key; bytes are those of both directions. */
export const BYTES = 0;
export const UPLOAD = 1;
export const FLOWS = 2;
const COLUMNS = 3;

/** Offsets of the parts of a key in `pairs`, `destinations`, `rejects` and `minutes`, in words. */
export const PAIR = { client: 0, service: 5, peer: 6, port: 11, words: 12 } as const;
/** In the place of the address, a pair with a domain name has its AS number. */
export const PAIR_ASN = PAIR.peer + 1;
export const DESTINATION = { peer: 0, service: 5, port: 6, words: 7 } as const;
export const REJECT = { source: 0, destination: 5, port: 10, words: 11 } as const;
export const MINUTE = { minute: 0, gateway: 1, words: 2 } as const;
const SERVICE_WORDS = 2;

const NO_ADDRESS = new Address();

const MINUTE_S = 60;
/** As many windows of minutes are kept apart, or else the lighter half of the clients' minutes makes room. */
const LEAST_WINDOWS = 16;
/** An aggregation interval is at most ten minutes, and each of its times can be off by a minute. */
const LONGEST_FLOW_S = 720;

/** Sums of forwarded flows by the largest keys of each kind, and of rejected ones. */
export class FlowTables {
  /** By client. */
  readonly sources: HeavyHitters;
  /** By service and VPC. */
  readonly services: HeavyHitters;
  /** By client, service and port, and by peer unless it is an AWS service. */
  readonly pairs: HeavyHitters;
  /** By peer, service and port. */
  readonly destinations: HeavyHitters;
  /** By domain and how it was found; empty where names are not looked up. */
  readonly names: HeavyHitters;
  /** By AS number; empty where AS numbers are not looked up. */
  readonly asns: HeavyHitters;
  /** By port and protocol. */
  readonly ports: HeavyHitters;
  /** Bytes by minute since 1970 and gateway. */
  readonly minutes: HeavyHitters;
  /** Bytes by client and minute since 1970: the first of `seriesMinutes` minutes, or one of them. */
  readonly series: HeavyHitters;
  /** How many minutes the series keep together, more and more as they fill. */
  seriesMinutes = 1;
  /** Rejected flows by source, destination and port: how many, and their bytes. */
  readonly rejects: HeavyHitters;
  /** By client, service, peer, port and time together; undefined where they are not asked for. */
  readonly cells: Cells | undefined;
  readonly #all: readonly HeavyHitters[];
  #bytes = 0;
  #upload = 0;
  #tag = 0;
  readonly #recent = new RecentExchanges();

  /** With a tag, keys end with one more word, which tells apart what belongs to different owners. */
  constructor(isTagged = false, hasCells = false) {
    const all: HeavyHitters[] = [];
    const table = (words: number, columns: number, most?: number) => {
      const onMove = () => this.#recent.forget();
      const made = new HeavyHitters(words + Number(isTagged), columns, most, onMove);
      all.push(made);
      return made;
    };
    this.sources = table(ADDRESS_WORDS, COLUMNS);
    this.services = table(SERVICE_WORDS, COLUMNS);
    this.pairs = table(PAIR.words, COLUMNS);
    this.destinations = table(DESTINATION.words, COLUMNS);
    this.names = table(2, COLUMNS);
    this.asns = table(1, COLUMNS);
    this.ports = table(1, COLUMNS);
    this.minutes = table(MINUTE.words, 1);
    this.series = table(ADDRESS_WORDS + 1, 1);
    this.rejects = table(REJECT.words, 2);
    this.cells = hasCells ? new Cells(table) : undefined;
    this.#all = all;
  }

  /** What is added from now on is of this owner. */
  set tag(tag: number) {
    if (tag === this.#tag) return;
    this.#tag = tag;
    this.#recent.forget();
    for (const { key } of this.#all) key[key.length - 1] = tag;
  }

  /** Takes over what tables with tags have of one owner. */
  take(tables: FlowTables, tag: number): void {
    this.seriesMinutes = Math.max(this.seriesMinutes, tables.seriesMinutes);
    this.cells?.widen(tables.cells?.minutes ?? 1);
    for (const [index, table] of tables.#all.entries()) this.#all[index]?.take(table, tag);
  }

  /** Adds a rejected flow. */
  reject(flow: FlowRecord): void {
    const { rejects } = this;
    putAddress(rejects.key, REJECT.source, trueSource(flow));
    putAddress(rejects.key, REJECT.destination, trueDestination(flow));
    rejects.key[REJECT.port] = portWord(flow.destinationPort, flow.protocol);
    const at = rejects.entry() * rejects.stride;
    (rejects.values[at] as number)++;
    (rejects.values[at + 1] as number) += bytesOf(flow);
  }

  /** Adds a forwarded flow. Both records may be overwritten afterwards. */
  add(flow: FlowRecord, exchange: Exchange): void {
    this.#bytes = bytesOf(flow);
    this.#upload = exchange.isUpload ? this.#bytes : 0;
    const port = portWord(exchange.port, flow.protocol);
    if (this.series.isNearlyFull) this.#coarsen();
    if (!this.#recent.recall(exchange, port)) this.#find(exchange, port);
    this.#count(this.sources, PLACE.sources);
    this.#count(this.services, PLACE.services);
    this.#count(this.pairs, PLACE.pairs);
    this.#count(this.destinations, PLACE.destinations);
    this.#count(this.ports, PLACE.ports);
    if (exchange.found !== undefined) this.#count(this.names, PLACE.names);
    if (exchange.asn !== undefined) this.#count(this.asns, PLACE.asns);
    this.cells?.begin(exchange, port, this.minutes.size);
    // A line with one of the two times has it for both.
    this.#spread(exchange, flow.start === NO_TIME ? flow.end : flow.start, flow.end);
  }

  /** Finds the places of an exchange in all tables. */
  #find(exchange: Exchange, port: number): void {
    const { client, origin, peer, name, domain, service, vpc } = exchange;
    putAddress(this.sources.key, 0, client, origin);
    this.#put(this.sources, PLACE.sources);

    this.services.key[0] = service;
    this.services.key[1] = vpc;
    this.#put(this.services, PLACE.services);

    const pair = this.pairs.key;
    putAddress(pair, PAIR.client, client, origin);
    pair[PAIR.service] = service;
    putAddress(pair, PAIR.peer, service <= 0 && domain === 0 ? peer : NO_ADDRESS, domain);
    if (domain !== 0) pair[PAIR_ASN] = exchange.asn ?? 0;
    pair[PAIR.port] = port;
    this.#put(this.pairs, PLACE.pairs);

    putAddress(this.destinations.key, DESTINATION.peer, peer, name);
    this.destinations.key[DESTINATION.service] = service;
    this.destinations.key[DESTINATION.port] = port;
    this.#put(this.destinations, PLACE.destinations);

    this.ports.key[0] = port;
    this.#put(this.ports, PLACE.ports);

    if (exchange.found !== undefined) {
      this.names.key[0] = domain;
      this.names.key[1] = exchange.found;
      this.#put(this.names, PLACE.names);
    }
    if (exchange.asn !== undefined) {
      this.asns.key[0] = exchange.asn;
      this.#put(this.asns, PLACE.asns);
    }
    this.#recent.keep();
  }

  #put(hitters: HeavyHitters, table: number): void {
    this.#recent.put(table, hitters.entry() * hitters.stride);
  }

  #count({ values }: HeavyHitters, table: number): void {
    const at = this.#recent.place(table);
    (values[at + BYTES] as number) += this.#bytes;
    (values[at + UPLOAD] as number) += this.#upload;
    (values[at + FLOWS] as number)++;
  }

  /** Spreads the bytes evenly over the flow's minutes; the last minute takes the remainder, so the shares add up. */
  #spread(exchange: Exchange, start: number, end: number): void {
    if (start === NO_TIME) {
      this.cells?.add(start, this.#bytes, this.#upload);
      return;
    }
    const last = end < start || end - start > LONGEST_FLOW_S ? start : end;
    const first = Math.floor(start / MINUTE_S);
    if (last < (first + 1) * MINUTE_S) {
      this.#at(exchange, first, this.#bytes);
      return;
    }
    const seconds = last - start + 1;
    let rest = this.#bytes;
    for (let from = start; from <= last; ) {
      const next = Math.min(from - (from % MINUTE_S) + MINUTE_S, last + 1);
      const share = next > last ? rest : Math.floor((this.#bytes / seconds) * (next - from));
      this.#at(exchange, Math.floor(from / MINUTE_S), share);
      rest -= share;
      from = next;
    }
  }

  /** Makes room by putting sums of neighbouring minutes together, but never more than a chart can do without. */
  #coarsen(): void {
    const { series } = this;
    while (series.isNearlyFull && this.minutes.size >= 2 * this.seriesMinutes * LEAST_WINDOWS) {
      this.seriesMinutes *= 2;
      series.rekey((key) => {
        key[ADDRESS_WORDS] = this.#firstOf(key[ADDRESS_WORDS] ?? 0);
      });
    }
  }

  /** Mostly there is one minute to a window, and then no division. */
  #firstOf(minute: number): number {
    const { seriesMinutes } = this;
    return seriesMinutes === 1 ? minute : minute - (minute % seriesMinutes);
  }

  #at(exchange: Exchange, minute: number, bytes: number): void {
    const { minutes, series } = this;
    const recent = this.#recent;
    if (!recent.recallMinute(minute)) {
      minutes.key[MINUTE.minute] = minute;
      minutes.key[MINUTE.gateway] = exchange.gateway;
      this.#put(minutes, PLACE.minutes);
      putAddress(series.key, 0, exchange.client, exchange.origin);
      series.key[ADDRESS_WORDS] = this.#firstOf(minute);
      this.#put(series, PLACE.series);
    }
    (minutes.values[recent.place(PLACE.minutes)] as number) += bytes;
    (series.values[recent.place(PLACE.series)] as number) += bytes;
    this.cells?.add(minute, bytes, this.#upload > 0 ? bytes : 0);
  }
}

function bytesOf({ bytesHigh, bytesLow }: FlowRecord): number {
  return counter(bytesHigh, bytesLow);
}
