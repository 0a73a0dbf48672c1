import type { Exchange } from './exchange.ts';

/** Words of a slot: what tells an exchange apart, the last minute that it had bytes in, and its places. */
const SLOT = {
  ...{ generation: 0, client: 1, origin: 2, peer: 3, name: 4, service: 5, port: 6 },
  ...{ gateway: 7, vpc: 8, found: 9, minute: 10, places: 11, words: 20 },
} as const;
/** A power of two. */
const SLOTS = 1024;
/** Behind them, for exchanges that are not remembered. */
const PASSING = SLOTS * SLOT.words;
const NO_MINUTE = -1;
const NOT_LOOKED_UP = -1;

/** The tables in which an exchange has a place; in the last two it has one for each minute. */
export const PLACE = {
  ...{ sources: 0, services: 1, pairs: 2, destinations: 3, ports: 4, names: 5, asns: 6 },
  ...{ minutes: 7, series: 8 },
} as const;

/**
 * Where the sums of recent exchanges stand in all tables: to look up each of them takes longer than all else that is
 * done for a flow, and the two directions of an exchange are mostly neighbours. Only exchanges of IPv4 are remembered,
 * which few words tell apart.
 */
export class RecentExchanges {
  readonly #words = new Int32Array((SLOTS + 1) * SLOT.words);
  /** The slot of the current exchange. */
  #slot: number = PASSING;
  #generation = 1;

  /** Sums have been moved: nothing is remembered. */
  forget(): void {
    this.#generation++;
  }

  /** Makes this exchange the current one; whether its places are known, or else are to be set. */
  recall(exchange: Exchange, port: number): boolean {
    const { client, peer, origin, name, service, gateway, vpc } = exchange;
    if (client.family !== 4 || peer.family !== 4) {
      this.#slot = PASSING;
      this.#words[PASSING + SLOT.minute] = NO_MINUTE;
      return false;
    }
    const words = this.#words;
    const found = exchange.found ?? NOT_LOOKED_UP;
    const mixed = Math.imul(client.w0 ^ Math.imul(peer.w0 ^ port, 0x85ebca77), 0x9e3779b1);
    const slot = ((mixed >>> 16) & (SLOTS - 1)) * SLOT.words;
    this.#slot = slot;
    const isKnown =
      words[slot + SLOT.generation] === this.#generation &&
      words[slot + SLOT.client] === client.w0 &&
      words[slot + SLOT.peer] === peer.w0 &&
      words[slot + SLOT.port] === port &&
      words[slot + SLOT.origin] === origin &&
      words[slot + SLOT.name] === name &&
      words[slot + SLOT.service] === service &&
      words[slot + SLOT.gateway] === gateway &&
      words[slot + SLOT.vpc] === vpc &&
      words[slot + SLOT.found] === found;
    if (isKnown) return true;
    words[slot + SLOT.client] = client.w0;
    words[slot + SLOT.peer] = peer.w0;
    words[slot + SLOT.port] = port;
    words[slot + SLOT.origin] = origin;
    words[slot + SLOT.name] = name;
    words[slot + SLOT.service] = service;
    words[slot + SLOT.gateway] = gateway;
    words[slot + SLOT.vpc] = vpc;
    words[slot + SLOT.found] = found;
    words[slot + SLOT.minute] = NO_MINUTE;
    return false;
  }

  /** Where the current exchange has its sums in a table. */
  place(table: number): number {
    return this.#words[this.#slot + SLOT.places + table] as number;
  }

  /** Sets a place of the current exchange, which is right until sums are moved. */
  put(table: number, place: number): void {
    this.#words[this.#slot + SLOT.places + table] = place;
  }

  /** All places of the current exchange have been set. */
  keep(): void {
    this.#words[this.#slot + SLOT.generation] = this.#generation;
  }

  /** Whether its places by minute are those of this minute, or else are to be set. */
  recallMinute(minute: number): boolean {
    const at = this.#slot + SLOT.minute;
    const words = this.#words;
    if (words[at] === minute && words[this.#slot + SLOT.generation] === this.#generation)
      return true;
    words[at] = minute;
    return false;
  }
}
