import { HeavyHitters } from '../flow/heavy-hitters.ts';
import { scrambled } from './address-numbers.ts';

/** Words of an answer as it is added. */
const ADDED = { peer: 0, client: 1, time: 2, name: 3, vpc: 4, words: 5 } as const;
const FIRST_ANSWERS = 65_536;
/** As many answers share a bucket on average. */
const PER_BUCKET = 4;
/** So many answers are sorted by insertion, which is fastest for them. */
const FEW = 32;

/**
 * Words of a row, and of the row before those of a peer, its head: how many rows follow, and the name and domain that
 * all clients were told of it. What is looked at together stands together in memory, which the time of a look-up
 * depends on.
 */
export const ROW = { client: 0, time: 1, name: 2, domain: 3, words: 4 } as const;
export const HEAD = { peer: 0, answers: 1, name: 2, domain: 3 } as const;
/** In place of the head of a peer that has no answer. */
export const NO_HEAD = -1;

/** What is known of names by their numbers: the number of several together, and of a name's domain. */
interface Names {
  join(names: number, name: number): number;
  domainOf(name: number): number;
}

/**
 * Answers of a query log by the peers whose names they tell, all of one address family. All are added, then `seal` is
 * called, and then peers are looked up. Parts of an answer are 32-bit words; a peer may be any, the others are numbers.
 */
export class AnswersByPeer {
  /** How many answers there are. */
  size = 0;
  /** Once sealed, for each peer its head, and behind it its answers by client, then time, then as they came. */
  rows = new Uint32Array(0);
  #added = new Uint32Array(ADDED.words * FIRST_ANSWERS);
  /** Where the rows of each bucket begin, and where those of the last one end. */
  #starts = new Uint32Array(2);
  #bucketBits = 0;
  /** What all clients of a VPC were told of a peer, if there are several VPCs. */
  readonly #toldIn: HeavyHitters;

  /** There is room for so many peers of VPCs. */
  constructor(most: number) {
    this.#toldIn = new HeavyHitters(2, 1, most);
  }

  add(peer: number, client: number, time: number, name: number, vpc: number): void {
    const at = ADDED.words * this.size++;
    if (at === this.#added.length) this.#enlarge();
    const added = this.#added;
    added[at + ADDED.peer] = scrambled(peer);
    added[at + ADDED.client] = client;
    added[at + ADDED.time] = time;
    added[at + ADDED.name] = name;
    added[at + ADDED.vpc] = vpc;
  }

  /** Makes the rows. None is added afterwards. Where there are several VPCs, what each was told is kept apart as well. */
  seal(names: Names, hasVpcs: boolean): void {
    this.#bucketBits = Math.max(0, Math.ceil(Math.log2(this.size / PER_BUCKET)));
    this.#starts = new Uint32Array(2 ** this.#bucketBits + 1);
    const { order, ends } = this.#inBuckets();
    // As many as are needed when each peer has one answer. Memory that is not written to is not taken.
    this.rows = new Uint32Array(ROW.words * 2 * this.size);
    let [from, row] = [0, 0];
    for (const [bucket, end] of ends.entries()) {
      this.#sort(order, from, end);
      row = this.#putBucket(order, from, end, row, names);
      this.#starts[bucket + 1] = row;
      from = end;
    }
    if (hasVpcs) this.#tellVpcs(names);
    this.#added = new Uint32Array(0);
  }

  /** The row of a peer's head, or NO_HEAD. */
  headOf(peer: number): number {
    return this.#find(scrambled(peer));
  }

  /** The name that all clients of a VPC were told of the peer with this head; 0 for none. */
  toldIn(vpc: number, head: number): number {
    this.#toldIn.key[0] = head;
    this.#toldIn.key[1] = vpc;
    const entry = this.#toldIn.find();
    return entry < 0 ? 0 : this.#toldIn.value(entry, 0);
  }

  #find(word: number): number {
    const { rows } = this;
    const bucket = this.#bucketOf(word);
    const end = this.#starts[bucket + 1] as number;
    for (let head = this.#starts[bucket] as number; head < end; ) {
      const at = ROW.words * head;
      if (rows[at + HEAD.peer] === word) return head;
      head += 1 + (rows[at + HEAD.answers] as number);
    }
    return NO_HEAD;
  }

  /** The answers in the order of their buckets, of each as they came, and where each bucket ends. */
  #inBuckets(): { readonly order: Uint32Array; readonly ends: Uint32Array } {
    const bucketOf = (answer: number) =>
      this.#bucketOf(this.#added[ADDED.words * answer + ADDED.peer] as number);
    const next = new Uint32Array(this.#starts.length);
    for (let answer = 0; answer < this.size; answer++) (next[bucketOf(answer) + 1] as number)++;
    for (let bucket = 1; bucket < next.length; bucket++) {
      (next[bucket] as number) += next[bucket - 1] as number;
    }
    const order = new Uint32Array(this.size);
    for (let answer = 0; answer < this.size; answer++) {
      order[(next[bucketOf(answer)] as number)++] = answer;
    }
    return { order, ends: next.subarray(0, -1) };
  }

  /** Sorts a part of the order by peer, client and time. */
  #sort(order: Uint32Array, from: number, to: number): void {
    if (to - from > FEW) {
      order.subarray(from, to).sort((one, other) => this.#compare(one, other) || one - other);
      return;
    }
    for (let at = from + 1; at < to; at++) {
      const answer = order[at] as number;
      let before = at;
      for (; before > from; before--) {
        const other = order[before - 1] as number;
        if (this.#compare(other, answer) <= 0) break;
        order[before] = other;
      }
      order[before] = answer;
    }
  }

  #compare(one: number, other: number): number {
    const added = this.#added;
    const [a, b] = [ADDED.words * one, ADDED.words * other];
    return (
      (added[a + ADDED.peer] as number) - (added[b + ADDED.peer] as number) ||
      (added[a + ADDED.client] as number) - (added[b + ADDED.client] as number) ||
      (added[a + ADDED.time] as number) - (added[b + ADDED.time] as number)
    );
  }

  /** Puts the answers of a bucket into rows from `row` on; returns the row behind them. */
  #putBucket(order: Uint32Array, from: number, to: number, row: number, names: Names): number {
    const { rows } = this;
    let head = NO_HEAD;
    let next = row;
    for (let at = from; at < to; at++) {
      const answer = ADDED.words * (order[at] as number);
      const peer = this.#added[answer + ADDED.peer] as number;
      if (head === NO_HEAD || rows[ROW.words * head + HEAD.peer] !== peer) {
        head = next++;
        rows[ROW.words * head + HEAD.peer] = peer;
      }
      this.#put(answer, next++, head, names);
    }
    return next;
  }

  /** Puts an answer into its row, and what it tells into the head. */
  #put(answer: number, row: number, head: number, names: Names): void {
    const { rows } = this;
    const name = this.#added[answer + ADDED.name] as number;
    const at = ROW.words * row;
    rows[at + ROW.client] = this.#added[answer + ADDED.client] as number;
    rows[at + ROW.time] = this.#added[answer + ADDED.time] as number;
    rows[at + ROW.name] = name;
    rows[at + ROW.domain] = names.domainOf(name);
    const first = ROW.words * head;
    const joined = names.join(rows[first + HEAD.name] as number, name);
    (rows[first + HEAD.answers] as number)++;
    rows[first + HEAD.name] = joined;
    rows[first + HEAD.domain] = names.domainOf(joined);
  }

  #tellVpcs(names: Names): void {
    const { key, stride } = this.#toldIn;
    for (let answer = 0; answer < ADDED.words * this.size; answer += ADDED.words) {
      key[0] = this.#find(this.#added[answer + ADDED.peer] as number);
      key[1] = this.#added[answer + ADDED.vpc] as number;
      const sum = this.#toldIn.entry() * stride;
      const { values } = this.#toldIn;
      values[sum] = names.join(values[sum] as number, this.#added[answer + ADDED.name] as number);
    }
  }

  #bucketOf(word: number): number {
    return this.#bucketBits === 0 ? 0 : word >>> (32 - this.#bucketBits);
  }

  #enlarge(): void {
    const larger = new Uint32Array(this.#added.length * 2);
    larger.set(this.#added);
    this.#added = larger;
  }
}
