import { ADDRESS_WORDS, putAddress } from '../flow/address-key.ts';
import { HeavyHitters } from '../flow/heavy-hitters.ts';
import { addressOf } from '../flow/prefix.ts';
import { type Address, NO_TIME } from '../flow/record.ts';
import { Domains } from './domains.ts';
import type { ResolverAnswer } from './resolver-log.ts';

/** Bounds memory: answers beyond these are counted. Each is one address. */
const MOST_ANSWERS = 4_194_304;
const FIRST_ANSWERS = 65_536;
const ANY_VPC = -1;

/** How a name was found. `own`: its client asked for it before; `vpc`: others did, or it did later. */
export const FOUND = { none: 0, own: 1, vpc: 2, shared: 3 } as const;

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
  #clients = new Int32Array(FIRST_ANSWERS);
  #peers = new Int32Array(FIRST_ANSWERS);
  #vpcs = new Int32Array(FIRST_ANSWERS);
  #names = new Int32Array(FIRST_ANSWERS);
  #times = new Float64Array(FIRST_ANSWERS);
  readonly #addresses = new HeavyHitters(ADDRESS_WORDS, 0, MOST_ANSWERS);
  readonly #vpcNumbers = new Map<string, number>();
  /** What each client was told of each address: from `starts` of the pair on, in the order of time. */
  #pairs = new HeavyHitters(2, 0, MOST_ANSWERS);
  #starts = new Int32Array(0);
  /** What all clients were told of an address, by VPC and in all. */
  #told = new HeavyHitters(2, 1, 2 * MOST_ANSWERS);

  /** Adds an answer. */
  add({ name, addresses, client, vpcId, time }: ResolverAnswer): void {
    const from = addresses.length === 0 ? undefined : addressOf(client);
    if (from === undefined) return;
    const number = this.domains.add(name);
    const isFull = number === 0 || this.#addresses.size > MOST_ANSWERS - 1 - addresses.length;
    const clientNumber = isFull ? 0 : this.#numberOf(from);
    const vpc = this.#vpcNumberOf(vpcId);
    for (const text of addresses) {
      const peer = addressOf(text);
      if (peer === undefined) continue;
      if (isFull || this.answers >= MOST_ANSWERS) {
        this.dropped++;
        continue;
      }
      if (this.answers === this.#times.length) this.#enlarge();
      const at = this.answers++;
      this.#clients[at] = clientNumber;
      this.#peers[at] = this.#numberOf(peer);
      this.#vpcs[at] = vpc;
      this.#names[at] = number;
      this.#times[at] = time;
    }
  }

  /** Sorts the answers. None is added afterwards. */
  seal(): void {
    const count = this.answers;
    const pairOf = new Int32Array(count);
    const isOneVpc = this.#vpcNumbers.size === 1;
    for (let at = 0; at < count; at++) {
      const [peer, vpc, name] = [this.#peers[at] ?? 0, this.#vpcs[at] ?? 0, this.#names[at] ?? 0];
      pairOf[at] = entryOf(this.#pairs, this.#clients[at] ?? 0, peer);
      this.#tell(peer, vpc, name);
      if (isOneVpc) continue;
      this.#tell(peer, ANY_VPC, name);
    }
    this.#sort(pairOf);
    this.#clients = this.#peers = this.#vpcs = new Int32Array(0);
  }

  /** The number of a VPC in the logs; that of all VPCs when they have nothing of it. */
  vpcOf(vpcId: string): number {
    return this.#vpcNumbers.get(vpcId) ?? (this.#vpcNumbers.size === 1 ? 0 : ANY_VPC);
  }

  /**
   * Finds the name of a peer for a flow of this client that begins then, into `name` and `found`: what the client was
   * told last before the flow, else what anyone in the VPC was told.
   */
  find(client: Address, peer: Address, start: number, vpc: number): void {
    this.#look(client, peer, start, vpc);
    this.domain = this.domains.domainOf(this.name);
  }

  #look(client: Address, peer: Address, start: number, vpc: number): void {
    this.name = 0;
    this.found = FOUND.none;
    const to = this.#known(peer);
    if (to < 0) return;
    const from = this.#known(client);
    if (from >= 0) this.#findOwn(findEntry(this.#pairs, from, to), start);
    if (this.name !== 0) return;
    const told = findEntry(this.#told, to, vpc);
    if (told < 0) return;
    this.name = this.#told.value(told, 0);
    this.found = this.domains.isShared(this.name) ? FOUND.shared : FOUND.vpc;
  }

  /** The last name that the pair's client was told of the address, at that time or before. */
  #findOwn(pair: number, start: number): void {
    const first = pair < 0 ? 0 : (this.#starts[pair] ?? 0);
    const end = pair < 0 ? 0 : (this.#starts[pair + 1] ?? 0);
    const next = start === NO_TIME ? end : this.#firstAfter(start, first, end);
    if (next === first) return;
    this.name = this.#names[next - 1] ?? 0;
    this.found = FOUND.own;
  }

  #firstAfter(time: number, from: number, to: number): number {
    let [low, high] = [from, to];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#times[middle] ?? 0) <= time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #tell(peer: number, vpc: number, name: number): void {
    const at = entryOf(this.#told, peer, vpc);
    const { values } = this.#told;
    values[at] = this.domains.join(values[at] ?? 0, name);
  }

  #vpcNumberOf(vpcId: string): number {
    const known = this.#vpcNumbers.get(vpcId);
    if (known !== undefined) return known;
    this.#vpcNumbers.set(vpcId, this.#vpcNumbers.size);
    return this.#vpcNumbers.size - 1;
  }

  #numberOf(address: Address): number {
    putAddress(this.#addresses.key, 0, address);
    return this.#addresses.entry();
  }

  #known(address: Address): number {
    putAddress(this.#addresses.key, 0, address);
    return this.#addresses.find();
  }

  /** Puts names and times into the order of pairs, and within a pair into that of time. */
  #sort(pairOf: Int32Array): void {
    const starts = new Int32Array(this.#pairs.size + 1);
    for (let at = 0; at < pairOf.length; at++) (starts[(pairOf[at] as number) + 1] as number)++;
    for (let pair = 1; pair < starts.length; pair++) {
      (starts[pair] as number) += starts[pair - 1] ?? 0;
    }
    const next = starts.slice();
    const order = new Int32Array(pairOf.length);
    for (let at = 0; at < pairOf.length; at++) {
      const pair = pairOf[at] as number;
      const place = next[pair] as number;
      order[place] = at;
      next[pair] = place + 1;
    }
    const time = (at: number) => this.#times[at] ?? 0;
    for (let pair = 0; pair + 1 < starts.length; pair++) {
      const [from, to] = [starts[pair] as number, starts[pair + 1] as number];
      if (to - from < 2) continue;
      order.subarray(from, to).sort((a, b) => time(a) - time(b) || a - b);
    }
    const [names, times] = [new Int32Array(order.length), new Float64Array(order.length)];
    for (let place = 0; place < order.length; place++) {
      const at = order[place] as number;
      names[place] = this.#names[at] as number;
      times[place] = this.#times[at] as number;
    }
    [this.#names, this.#times] = [names, times];
    this.#starts = starts;
  }

  #enlarge(): void {
    const size = this.#times.length * 2;
    this.#clients = enlarged(this.#clients, new Int32Array(size));
    this.#peers = enlarged(this.#peers, new Int32Array(size));
    this.#vpcs = enlarged(this.#vpcs, new Int32Array(size));
    this.#names = enlarged(this.#names, new Int32Array(size));
    this.#times = enlarged(this.#times, new Float64Array(size));
  }
}

function entryOf(table: HeavyHitters, first: number, second: number): number {
  table.key[0] = first;
  table.key[1] = second;
  return table.entry();
}

function findEntry(table: HeavyHitters, first: number, second: number): number {
  table.key[0] = first;
  table.key[1] = second;
  return table.find();
}

function enlarged<T extends Int32Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
