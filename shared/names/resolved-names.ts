import { HeavyHitters } from '../flow/heavy-hitters.ts';
import { Address, copyAddress, NO_TIME, sameAddress } from '../flow/record.ts';
import { AddressNumbers } from './address-numbers.ts';
import { ROW, sortRows } from './answer-rows.ts';
import { Domains } from './domains.ts';
import type { ResolverAnswer } from './resolver-log.ts';

/** Bounds memory: answers beyond these are counted. Each is one address. */
const MOST_ANSWERS = 4_194_304;
const FIRST_ANSWERS = 65_536;
const ANY_VPC = -1;
/** Times are kept as 32-bit numbers. */
const LAST_TIME = 0xffff_ffff;

/** How a name was found. `own`: its client asked for it before; `vpc`: others did, or it did later. */
export const FOUND = { none: 0, own: 1, vpc: 2, shared: 3 } as const;

/** Words of the row before the answers of a peer: how many there are, and what is found for those who got none of them. */
const HEAD = { answers: 0, name: 1, domain: 2, found: 3 } as const;

/** Words of an answer as it comes: numbers of addresses, VPC and name, and Unix seconds. */
const ANSWER = { client: 0, peer: 1, vpc: 2, name: 3, time: 4, words: 5 } as const;

/**
 * The names of addresses by the query logs of Route 53 Resolver. All answers are added, then `seal` is called, and then
 * names are found.
 */
export class ResolvedNames {
  readonly domains = new Domains();
  /** What `find` has found: the number of a name in `domains`, and how. */
  name = 0;
  /** The number of its domain. */
  domain = 0;
  found: number = FOUND.none;
  /** Answers that did not fit. */
  dropped = 0;
  /** Answers kept, one for each address. */
  answers = 0;
  #all = new Uint32Array(ANSWER.words * FIRST_ANSWERS);
  readonly #addresses = new AddressNumbers(MOST_ANSWERS);
  readonly #vpcNumbers = new Map<string, number>();
  /**
   * Once they are sealed, the answers in the order of peers, then clients, then times. Those of each peer have a head
   * before them, whose row is the number of the address from then on.
   */
  #rows = new Uint32Array(0);
  /** What all clients of a VPC were told of a peer, if there are several. */
  #toldIn = new HeavyHitters(2, 1, MOST_ANSWERS);
  /** The addresses that were looked for last, which neighbouring flows share, and their numbers. */
  readonly #client = { address: new Address(), number: 0 };
  readonly #peer = { address: new Address(), number: 0 };
  /** What was found last holds for these addresses in this VPC from one time on, and before another. */
  #vpc = ANY_VPC;
  #from = 0;
  #until = 0;

  /** Adds an answer. Its addresses may be overwritten afterwards. */
  add({ name, nameBytes, addresses, count, client, vpcId, time }: ResolverAnswer): void {
    if (count === 0) return;
    const number = this.domains.add(name, nameBytes);
    const isFull =
      number === 0 ||
      this.answers + count > MOST_ANSWERS ||
      this.#addresses.size + count >= MOST_ANSWERS;
    if (isFull) {
      this.dropped += count;
      return;
    }
    const from = this.#addresses.add(client);
    const vpc = this.#vpcNumberOf(vpcId);
    const second = Math.min(Math.max(time, 0), LAST_TIME);
    for (let index = 0; index < count; index++) {
      const at = ANSWER.words * this.answers++;
      if (at === this.#all.length) this.#enlarge();
      this.#all[at + ANSWER.client] = from;
      this.#all[at + ANSWER.peer] = this.#addresses.add(addresses[index] as Address);
      this.#all[at + ANSWER.vpc] = vpc;
      this.#all[at + ANSWER.name] = number;
      this.#all[at + ANSWER.time] = second;
    }
  }

  /** Sorts the answers. None is added afterwards. */
  seal(): void {
    const heads = this.#heads();
    this.#rows = new Uint32Array(ROW.words * (1 + this.answers + this.#addresses.size));
    const end = ANSWER.words * this.answers;
    for (let at = 0; at < end; at += ANSWER.words) this.#place(at, heads);
    for (let number = 1; number <= this.#addresses.size; number++) {
      this.#finish(heads[number] as number);
    }
    this.#addresses.renumber(heads);
    this.#all = new Uint32Array(0);
  }

  /** The number of a VPC in the logs; that of all VPCs when they have nothing of it. */
  vpcOf(vpcId: string): number {
    return this.#vpcNumbers.size <= 1 ? ANY_VPC : (this.#vpcNumbers.get(vpcId) ?? ANY_VPC);
  }

  /**
   * Finds the name of a peer for a flow of this client that begins then, into `name` and `found`: what the client was
   * told last before the flow, else what anyone in the VPC was told.
   */
  find(client: Address, peer: Address, start: number, vpc: number): void {
    const time = start === NO_TIME ? LAST_TIME : start;
    const isAsBefore =
      time >= this.#from &&
      time < this.#until &&
      vpc === this.#vpc &&
      sameAddress(peer, this.#peer.address) &&
      sameAddress(client, this.#client.address);
    if (isAsBefore) return;
    this.#vpc = vpc;
    this.#from = 0;
    this.#until = Number.POSITIVE_INFINITY;
    this.#look(client, peer, time, vpc);
  }

  #look(client: Address, peer: Address, time: number, vpc: number): void {
    this.name = this.domain = 0;
    this.found = FOUND.none;
    const to = this.#numberOf(peer, this.#peer);
    const from = this.#numberOf(client, this.#client);
    if (to === 0) return;
    if (from !== 0) this.#findOwn(from, to, time);
    if (this.name === 0) this.#findTold(to, vpc);
  }

  /** The last name that the client was told of the peer, at that time or before. */
  #findOwn(client: number, peer: number, time: number): void {
    const rows = this.#rows;
    const first = peer + 1;
    const end = first + (rows[ROW.words * peer + HEAD.answers] as number);
    let low = first;
    let high = end;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const row = middle * ROW.words;
      const other = rows[row] as number;
      const isAfter = other === client ? (rows[row + ROW.time] as number) > time : other > client;
      if (isAfter) high = middle;
      else low = middle + 1;
    }
    const next = low * ROW.words;
    if (low < end && rows[next] === client) this.#until = rows[next + ROW.time] as number;
    const last = next - ROW.words;
    if (low === first || rows[last] !== client) return;
    this.#from = rows[last + ROW.time] as number;
    this.name = rows[last + ROW.name] as number;
    this.domain = rows[last + ROW.domain] as number;
    this.found = FOUND.own;
  }

  /** What all clients were told of the peer, or those of the VPC. */
  #findTold(peer: number, vpc: number): void {
    const head = ROW.words * peer;
    if (vpc === ANY_VPC) {
      this.name = this.#rows[head + HEAD.name] as number;
      this.domain = this.#rows[head + HEAD.domain] as number;
      this.found = this.#rows[head + HEAD.found] as number;
      return;
    }
    this.#toldIn.key[0] = peer;
    this.#toldIn.key[1] = vpc;
    const entry = this.#toldIn.find();
    this.name = entry < 0 ? 0 : this.#toldIn.value(entry, 0);
    this.domain = this.domains.domainOf(this.name);
    this.found = this.#foundBy(this.name);
  }

  /** How a name was found that others than the client were told. */
  #foundBy(name: number): number {
    if (name === 0) return FOUND.none;
    return this.domains.isShared(name) ? FOUND.shared : FOUND.vpc;
  }

  /** The row of each address's head, when the answers of each follow it; 0 for the number 0, which is no address. */
  #heads(): Uint32Array {
    const heads = new Uint32Array(this.#addresses.size + 2);
    const end = ANSWER.words * this.answers;
    for (let at = ANSWER.peer; at < end; at += ANSWER.words) {
      (heads[(this.#all[at] as number) + 1] as number)++;
    }
    heads[1] = 1;
    for (let number = 2; number < heads.length; number++) {
      (heads[number] as number) += (heads[number - 1] as number) + 1;
    }
    return heads;
  }

  /** Puts an answer behind those of its peer that came before it. */
  #place(at: number, heads: Uint32Array): void {
    const all = this.#all;
    const rows = this.#rows;
    const peer = heads[all[at + ANSWER.peer] as number] as number;
    const name = all[at + ANSWER.name] as number;
    const head = ROW.words * peer;
    const row = head + ROW.words * ++(rows[head + HEAD.answers] as number);
    rows[row + ROW.client] = heads[all[at + ANSWER.client] as number] as number;
    rows[row + ROW.time] = all[at + ANSWER.time] as number;
    rows[row + ROW.name] = name;
    rows[row + ROW.domain] = this.domains.domainOf(name);
    rows[head + HEAD.name] = this.domains.join(rows[head + HEAD.name] as number, name);
    if (this.#vpcNumbers.size > 1) this.#tellIn(all[at + ANSWER.vpc] as number, peer, name);
  }

  /** Sorts the answers of a peer, all of which have been placed. */
  #finish(peer: number): void {
    const rows = this.#rows;
    const head = ROW.words * peer;
    const name = rows[head + HEAD.name] as number;
    rows[head + HEAD.domain] = this.domains.domainOf(name);
    rows[head + HEAD.found] = this.#foundBy(name);
    const answers = rows[head + HEAD.answers] as number;
    if (answers > 1) sortRows(rows, peer + 1, answers);
  }

  #tellIn(vpc: number, peer: number, name: number): void {
    const toldIn = this.#toldIn;
    toldIn.key[0] = peer;
    toldIn.key[1] = vpc;
    const sum = toldIn.entry() * toldIn.stride;
    toldIn.values[sum] = this.domains.join(toldIn.values[sum] as number, name);
  }

  #numberOf(address: Address, last: { readonly address: Address; number: number }): number {
    if (sameAddress(address, last.address)) return last.number;
    copyAddress(address, last.address);
    last.number = this.#addresses.find(address);
    return last.number;
  }

  #vpcNumberOf(vpcId: string): number {
    const known = this.#vpcNumbers.get(vpcId);
    if (known !== undefined) return known;
    this.#vpcNumbers.set(vpcId, this.#vpcNumbers.size);
    return this.#vpcNumbers.size - 1;
  }

  #enlarge(): void {
    const larger = new Uint32Array(this.#all.length * 2);
    larger.set(this.#all);
    this.#all = larger;
  }
}
