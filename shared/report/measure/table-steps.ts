import { ADDRESS_WORDS, familyIn, markIn, putAddress } from '../../flow/address-key.ts';
import { Address, FlowRecord, NO_TIME, trueDestination, trueSource } from '../../flow/record.ts';
import { portWord, readPortWord } from './exchange.ts';
import type { Exchange } from './flow-tables.ts';
import type { TableKeeper } from './kept-tables.ts';

/*
 * What a keeper of tables is told, as words, so that another thread can be told it. A step begins with a word that has
 * its kind in the lowest bits.
 */

/** The kinds of steps. `vpc` tells the id of a VPC, before its number first comes. */
const KIND = { add: 0, reject: 1, prove: 2, dropShown: 3, vpc: 4 } as const;
const KIND_BITS = 3;
/** Further bits of the first word: which tables, and what an exchange has. */
const KEPT_SHIFT = 3;
const KEPT_BITS = 2;
const FLAG = { isUpload: 32, hasAsn: 64, hasStart: 128, hasEnd: 256 } as const;

/** Where the parts of a step stand, in words. The client has its origin as its mark. */
const ADD = {
  ...{ owner: 1, client: 2, peer: 7, port: 12, service: 13, vpc: 14, gateway: 15, asn: 16 },
  ...{ bytesHigh: 17, bytesLow: 18, start: 19, end: 20, words: 21 },
} as const;
const REJECT = {
  ...{ owner: 1, source: 2, destination: 7, port: 12, bytesHigh: 13, bytesLow: 14, words: 15 },
} as const;
const PROVE = { owner: 1, words: 2 } as const;
const DROP_SHOWN = { words: 1 } as const;
/** The id follows, a word for each UTF-16 unit. */
const VPC = { number: 1, length: 2, words: 3 } as const;

/** Memory for steps, which can be handed to another thread. */
export type Block = Int32Array<SharedArrayBuffer>;

/** A megabyte. */
const BLOCK_WORDS = 256 * 1024;

/** A block with room for steps. */
export function newBlock(): Block {
  return new Int32Array(new SharedArrayBuffer(BLOCK_WORDS * Int32Array.BYTES_PER_ELEMENT));
}

/** The methods of a keeper that are told. */
type Told = Pick<TableKeeper, 'add' | 'reject' | 'prove' | 'dropShown'>;

/** Writes what a keeper is told into blocks. */
export class StepWriter implements Told {
  readonly #vpcName: (id: number) => string;
  readonly #next: (full: Block, words: number) => Block;
  readonly #vpcs = new Set<number>();
  #block = newBlock();
  #at = 0;

  /** `next` takes a block, of which so many words are written, and gives the one to be written next. */
  constructor(next: (full: Block, words: number) => Block, vpcName: (id: number) => string) {
    this.#next = next;
    this.#vpcName = vpcName;
  }

  add(kept: number, owner: number, flow: FlowRecord, exchange: Exchange): void {
    if (!this.#vpcs.has(exchange.vpc)) this.#tellVpc(exchange.vpc);
    const at = this.#begin(KIND.add, ADD.words, flagsOf(flow, exchange) | (kept << KEPT_SHIFT));
    const block = this.#block;
    block[at + ADD.owner] = owner;
    putAddress(block, at + ADD.client, exchange.client, exchange.origin);
    putAddress(block, at + ADD.peer, exchange.peer);
    block[at + ADD.port] = portWord(exchange.port, flow.protocol);
    block[at + ADD.service] = exchange.service;
    block[at + ADD.vpc] = exchange.vpc;
    block[at + ADD.gateway] = exchange.gateway;
    block[at + ADD.asn] = exchange.asn ?? 0;
    block[at + ADD.bytesHigh] = flow.bytesHigh;
    block[at + ADD.bytesLow] = flow.bytesLow;
    block[at + ADD.start] = flow.start;
    block[at + ADD.end] = flow.end;
  }

  reject(kept: number, owner: number, flow: FlowRecord): void {
    const at = this.#begin(KIND.reject, REJECT.words, kept << KEPT_SHIFT);
    const block = this.#block;
    block[at + REJECT.owner] = owner;
    putAddress(block, at + REJECT.source, trueSource(flow));
    putAddress(block, at + REJECT.destination, trueDestination(flow));
    block[at + REJECT.port] = portWord(flow.destinationPort, flow.protocol);
    block[at + REJECT.bytesHigh] = flow.bytesHigh;
    block[at + REJECT.bytesLow] = flow.bytesLow;
  }

  prove(owner: number): void {
    const at = this.#begin(KIND.prove, PROVE.words);
    this.#block[at + PROVE.owner] = owner;
  }

  dropShown(): void {
    this.#begin(KIND.dropShown, DROP_SHOWN.words);
  }

  /** Hands over the block that is being written. */
  flush(): void {
    this.#block = this.#next(this.#block, this.#at);
    this.#at = 0;
  }

  /** Begins a step of so many words, and returns where. */
  #begin(kind: number, words: number, flags = 0): number {
    if (this.#at + words > BLOCK_WORDS) this.flush();
    const at = this.#at;
    this.#at += words;
    this.#block[at] = kind | flags;
    return at;
  }

  #tellVpc(number: number): void {
    this.#vpcs.add(number);
    const name = this.#vpcName(number);
    const at = this.#begin(KIND.vpc, VPC.words + name.length);
    this.#block[at + VPC.number] = number;
    this.#block[at + VPC.length] = name.length;
    for (let unit = 0; unit < name.length; unit++) {
      this.#block[at + VPC.words + unit] = name.charCodeAt(unit);
    }
  }
}

function flagsOf({ start, end }: FlowRecord, { isUpload, asn }: Exchange): number {
  return (
    (isUpload ? FLAG.isUpload : 0) |
    (asn === undefined ? 0 : FLAG.hasAsn) |
    (start === NO_TIME ? 0 : FLAG.hasStart) |
    (end === NO_TIME ? 0 : FLAG.hasEnd)
  );
}

/** Tells a keeper what was written. */
export class StepReader<Keeper extends Told> {
  readonly keeper: Keeper;
  /** The ids of VPCs by their numbers, as far as they were told. */
  readonly #vpcs: string[] = [];
  readonly #flow = new FlowRecord();
  readonly #exchange: Exchange = {
    ...{ client: new Address(), origin: 0, peer: new Address(), name: 0, domain: 0 },
    ...{
      found: undefined,
      asn: undefined,
      isUpload: true,
      port: 0,
      service: 0,
      vpc: 0,
      gateway: 0,
    },
  };

  /** `newKeeper` makes the keeper, given what tells the id of a VPC by its number. */
  constructor(newKeeper: (vpcName: (id: number) => string) => Keeper) {
    this.keeper = newKeeper((id) => this.#vpcs[id] ?? '');
  }

  /** Reads the steps of a block. */
  read(block: Int32Array, words: number): void {
    for (let at = 0; at < words; ) at += this.#step(block, at);
  }

  /** Does the step at `at`, and returns how many words it has. */
  #step(block: Int32Array, at: number): number {
    const first = block[at] as number;
    const kept = (first >>> KEPT_SHIFT) & (2 ** KEPT_BITS - 1);
    switch (first & (2 ** KIND_BITS - 1)) {
      case KIND.add:
        return this.#add(block, at, kept);
      case KIND.reject:
        return this.#reject(block, at, kept);
      case KIND.prove:
        this.keeper.prove(block[at + PROVE.owner] as number);
        return PROVE.words;
      case KIND.dropShown:
        this.keeper.dropShown();
        return DROP_SHOWN.words;
      default:
        return this.#learnVpc(block, at);
    }
  }

  #add(block: Int32Array, at: number, kept: number): number {
    const flags = block[at] as number;
    const flow = this.#flow;
    const exchange = this.#exchange;
    const { port, protocol } = readPortWord(block[at + ADD.port] as number);
    flow.protocol = protocol;
    flow.bytesHigh = block[at + ADD.bytesHigh] as number;
    flow.bytesLow = block[at + ADD.bytesLow] as number;
    flow.start = (flags & FLAG.hasStart) === 0 ? NO_TIME : (block[at + ADD.start] as number) >>> 0;
    flow.end = (flags & FLAG.hasEnd) === 0 ? NO_TIME : (block[at + ADD.end] as number) >>> 0;
    readAddress(block, at + ADD.client, exchange.client);
    exchange.origin = markIn(block[at + ADD.client] as number);
    readAddress(block, at + ADD.peer, exchange.peer);
    exchange.isUpload = (flags & FLAG.isUpload) !== 0;
    exchange.asn = (flags & FLAG.hasAsn) === 0 ? undefined : (block[at + ADD.asn] as number);
    exchange.port = port;
    exchange.service = block[at + ADD.service] as number;
    exchange.vpc = block[at + ADD.vpc] as number;
    exchange.gateway = block[at + ADD.gateway] as number;
    this.keeper.add(kept, block[at + ADD.owner] as number, flow, exchange);
    return ADD.words;
  }

  #reject(block: Int32Array, at: number, kept: number): number {
    const flow = this.#flow;
    const { port, protocol } = readPortWord(block[at + REJECT.port] as number);
    readAddress(block, at + REJECT.source, flow.source);
    readAddress(block, at + REJECT.destination, flow.destination);
    flow.destinationPort = port;
    flow.protocol = protocol;
    flow.bytesHigh = block[at + REJECT.bytesHigh] as number;
    flow.bytesLow = block[at + REJECT.bytesLow] as number;
    this.keeper.reject(kept, block[at + REJECT.owner] as number, flow);
    return REJECT.words;
  }

  #learnVpc(block: Int32Array, at: number): number {
    const from = at + VPC.words;
    const length = block[at + VPC.length] as number;
    const units = block.subarray(from, from + length);
    this.#vpcs[block[at + VPC.number] as number] = String.fromCharCode(...units);
    return VPC.words + length;
  }
}

/** Reads an address that `putAddress` has written. */
function readAddress(words: Int32Array, at: number, address: Address): void {
  address.family = familyIn(words[at] as number);
  address.w0 = words[at + 1] as number;
  address.w1 = words[at + 2] as number;
  address.w2 = words[at + 3] as number;
  address.w3 = words[at + ADDRESS_WORDS - 1] as number;
}
