import { Address, copyAddress, NO_TIME, sameAddress } from '../flow/record.ts';
import { AddressNumbers } from './address-numbers.ts';
import type { AnswerSink } from './answer-sink.ts';
import { AnswersByPeer, HEAD, NO_HEAD, ROW } from './answers-by-peer.ts';
import { Domains } from './domains.ts';
import { LAST_TIME, type ResolverAnswer } from './resolver-log.ts';

/** Bounds memory: answers beyond these are counted. Each is one address. */
const MOST_ANSWERS = 4_194_304;
const ANY_VPC = -1;

/** How a name was found. `own`: its client asked for it before; `vpc`: others did, or it did later. */
export const FOUND = { none: 0, own: 1, vpc: 2, shared: 3 } as const;

/**
 * The names of addresses by the query logs of Route 53 Resolver. All answers are added, then `seal` is called, and then
 * names are found.
 */
export class ResolvedNames implements AnswerSink {
  readonly domains = new Domains();
  /** What `find` has found: the number of a name in `domains`, and how. */
  name = 0;
  /** The number of its domain. */
  domain = 0;
  found: number = FOUND.none;
  /** Answers that did not fit. */
  dropped = 0;
  /** Of peers of IPv4 by their word, and of those of IPv6 by their number. */
  readonly #v4 = new AnswersByPeer(MOST_ANSWERS);
  readonly #v6 = new AnswersByPeer(MOST_ANSWERS);
  /** Of clients, and of peers of IPv6. */
  readonly #numbers = new AddressNumbers(MOST_ANSWERS);
  readonly #vpcNumbers = new Map<string, number>();
  /** The addresses that were looked for last, which neighbouring flows share. */
  readonly #client = { address: new Address(), number: 0 };
  readonly #peer = { address: new Address(), head: NO_HEAD };
  /** What was found last holds for these addresses in this VPC from one time on, and before another. */
  #vpc = ANY_VPC;
  #from = 0;
  #until = 0;

  /** Those that are kept. */
  get answers(): number {
    return this.#v4.size + this.#v6.size;
  }

  /** Adds an answer. Its addresses may be overwritten afterwards. */
  add({ name, nameBytes, addresses, count, client, vpcId, time }: ResolverAnswer): void {
    if (count === 0) return;
    const number = this.domains.add(name, nameBytes);
    const isFull =
      number === 0 ||
      this.answers + count > MOST_ANSWERS ||
      this.#numbers.size + count >= MOST_ANSWERS;
    if (isFull) {
      this.dropped += count;
      return;
    }
    const from = this.#numbers.add(client);
    const vpc = this.#vpcNumberOf(vpcId);
    for (let index = 0; index < count; index++) {
      const peer = addresses[index] as Address;
      if (peer.family === 4) this.#v4.add(peer.w0, from, time, number, vpc);
      else this.#v6.add(this.#numbers.add(peer), from, time, number, vpc);
    }
  }

  /** Sorts the answers. None is added afterwards. */
  seal(): void {
    const hasVpcs = this.#vpcNumbers.size > 1;
    for (const answers of [this.#v4, this.#v6]) answers.seal(this.domains, hasVpcs);
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
    const answers = peer.family === 4 ? this.#v4 : this.#v6;
    const head = this.#headOf(peer, answers);
    const from = this.#numberOf(client);
    if (head === NO_HEAD) return;
    if (from !== 0) this.#findOwn(from, head, time, answers);
    if (this.name === 0) this.#findTold(head, vpc, answers);
  }

  /** The last name that the client was told of the peer, at that time or before. */
  #findOwn(client: number, head: number, time: number, { rows }: AnswersByPeer): void {
    const first = head + 1;
    const end = first + (rows[ROW.words * head + HEAD.answers] as number);
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
  #findTold(head: number, vpc: number, answers: AnswersByPeer): void {
    if (vpc === ANY_VPC) {
      this.name = answers.rows[ROW.words * head + HEAD.name] as number;
      this.domain = answers.rows[ROW.words * head + HEAD.domain] as number;
    } else {
      this.name = answers.toldIn(vpc, head);
      this.domain = this.domains.domainOf(this.name);
    }
    if (this.name !== 0) this.found = this.domains.isShared(this.name) ? FOUND.shared : FOUND.vpc;
  }

  #headOf(peer: Address, answers: AnswersByPeer): number {
    const last = this.#peer;
    if (!sameAddress(peer, last.address)) {
      copyAddress(peer, last.address);
      last.head = answers.headOf(peer.family === 4 ? peer.w0 : this.#numbers.find(peer));
    }
    return last.head;
  }

  #numberOf(client: Address): number {
    const last = this.#client;
    if (!sameAddress(client, last.address)) {
      copyAddress(client, last.address);
      last.number = this.#numbers.find(client);
    }
    return last.number;
  }

  #vpcNumberOf(vpcId: string): number {
    const known = this.#vpcNumbers.get(vpcId);
    if (known !== undefined) return known;
    this.#vpcNumbers.set(vpcId, this.#vpcNumbers.size);
    return this.#vpcNumbers.size - 1;
  }
}
