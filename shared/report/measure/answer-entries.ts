import { Address } from '../../flow/record.ts';
import type { AnswerSink } from '../../names/answer-sink.ts';
import type { ResolverAnswer } from '../../names/resolver-log.ts';
import {
  type BlockWriter,
  putAddressWords,
  putText,
  readAddressWords,
  textAt,
  wordsOf,
} from './blocks.ts';
import { KIND, KIND_MASK } from './flow-entries.ts';

/**
 * Where the parts of an answer stand, in words. The bytes of its name follow, the id of its VPC if it is another than
 * that of the answer before, its client, and its addresses; of each address its family first.
 */
const ANSWER = { time: 1, nameBytes: 2, addresses: 3, words: 4 } as const;
const HAS_VPC = KIND_MASK + 1;
const SEALED_WORDS = 1;
/** More than AWS gives. */
const LONGEST_VPC_ID = 256;
/** A family and four words. */
const MOST_ADDRESS_WORDS = 5;
/** Further addresses are told as another answer. The Resolver's answers, of 64 KB at most, have fewer. */
const MOST_ADDRESSES = 8192;

/** Writes the answers of query logs into blocks. */
export class AnswerWriter implements AnswerSink {
  answers = 0;
  readonly #to: BlockWriter;
  #vpcId: string | undefined;

  constructor(to: BlockWriter) {
    this.#to = to;
  }

  add(answer: ResolverAnswer): void {
    this.answers += answer.count;
    for (let from = 0; from < answer.count; from += MOST_ADDRESSES) {
      this.#tell(answer, from, Math.min(answer.count, from + MOST_ADDRESSES));
    }
  }

  seal(): void {
    const at = this.#to.begin(SEALED_WORDS);
    this.#to.block[at] = KIND.sealed;
    this.#to.at = at + SEALED_WORDS;
  }

  room(): Promise<void> | undefined {
    return this.#to.room();
  }

  /** Tells some of an answer's addresses. */
  #tell(
    { name, nameBytes, addresses, client, vpcId, time }: ResolverAnswer,
    from: number,
    until: number,
  ): void {
    const vpc = vpcId.slice(0, LONGEST_VPC_ID);
    const at = this.#to.begin(
      ...[ANSWER.words + nameBytes + wordsOf(vpc) + MOST_ADDRESS_WORDS * (1 + until - from)],
    );
    const { block } = this.#to;
    const isOther = vpc !== this.#vpcId;
    this.#vpcId = vpc;
    block[at] = KIND.answer | (isOther ? HAS_VPC : 0);
    block[at + ANSWER.time] = time;
    block[at + ANSWER.nameBytes] = nameBytes;
    block[at + ANSWER.addresses] = until - from;
    let to = at + ANSWER.words;
    for (let byte = 0; byte < nameBytes; byte++) block[to + byte] = name[byte] as number;
    to += nameBytes;
    if (isOther) to = putText(block, to, vpc);
    to = putWithFamily(block, to, client);
    for (let index = from; index < until; index++) {
      to = putWithFamily(block, to, addresses[index] as Address);
    }
    this.#to.at = to;
  }
}

function putWithFamily(words: Int32Array, at: number, address: Address): number {
  words[at] = address.family;
  return putAddressWords(words, at + 1, address);
}

/** Tells a sink the answers that were written into blocks. */
export class AnswerReader {
  readonly #sink: AnswerSink;
  readonly #addresses: Address[] = [];
  readonly #answer = {
    ...{ name: new Uint8Array(0), nameBytes: 0, addresses: this.#addresses, count: 0 },
    ...{ client: new Address(), vpcId: '', time: 0 },
  };

  constructor(sink: AnswerSink) {
    this.#sink = sink;
  }

  /** Reads the entry at `at`, an answer or that there is none any more, and returns where it ends. */
  read(block: Int32Array, at: number): number {
    const head = block[at] as number;
    if (head === KIND.sealed) {
      this.#sink.seal();
      return at + SEALED_WORDS;
    }
    const answer = this.#answer;
    answer.time = (block[at + ANSWER.time] as number) >>> 0;
    answer.count = block[at + ANSWER.addresses] as number;
    let to = this.#readName(block, at + ANSWER.words, block[at + ANSWER.nameBytes] as number);
    if ((head & HAS_VPC) !== 0) {
      answer.vpcId = textAt(block, to);
      to += wordsOf(answer.vpcId);
    }
    to = readWithFamily(block, to, answer.client);
    for (let index = 0; index < answer.count; index++) {
      this.#addresses[index] ??= new Address();
      to = readWithFamily(block, to, this.#addresses[index] as Address);
    }
    this.#sink.add(answer);
    return to;
  }

  #readName(block: Int32Array, from: number, bytes: number): number {
    const answer = this.#answer;
    if (bytes > answer.name.length) answer.name = new Uint8Array(bytes);
    answer.nameBytes = bytes;
    for (let byte = 0; byte < bytes; byte++) answer.name[byte] = block[from + byte] as number;
    return from + bytes;
  }
}

function readWithFamily(words: Int32Array, at: number, address: Address): number {
  return readAddressWords(words, at + 1, words[at] as number, address);
}
