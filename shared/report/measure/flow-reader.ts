import { FlowRecord, NO_TIME } from '../../flow/record.ts';
import { type Dictionary, type LineFields, OTHERS } from '../../flowlog/text-fields.ts';
import type { AnswerSink } from '../../names/answer-sink.ts';
import { AnswerReader } from './answer-entries.ts';
import { readAddressWords, textAt, wordsOf } from './blocks.ts';
import { FIELD } from './fields.ts';
import {
  DIRECTION_MASK,
  FAMILY_MASK,
  FLAG,
  FLOW,
  GROUP,
  INTERFACE,
  KIND,
  KIND_MASK,
  OTHER,
  OUTCOMES,
  SAID,
  SHIFT,
  STATUS_MASK,
  VALUE,
} from './flow-entries.ts';
import type { FlowSink } from './flow-sink.ts';
import { MOST_INTERFACES } from './interfaces.ts';

/** Tells sinks the lines and answers that were written into blocks. It stands for the text fields of each line. */
export class FlowReader implements LineFields {
  readonly #sink: Pick<FlowSink, 'fields' | 'add' | 'addOther'>;
  readonly #answers: AnswerReader;
  readonly #flow = new FlowRecord();
  /** Of services and of VPCs: the values by the numbers that were told, and their numbers here, once they were asked for. */
  readonly #values: Uint8Array[][] = [[], []];
  readonly #ids: number[][] = [[], []];
  readonly #interfaces = new Map<number, readonly string[]>();
  /** The numbers of the current flow, by field. */
  readonly #numbers: number[] = [0, 0, 0];
  /** The first word of the current flow. */
  #head = 0;
  /** What is said of its interface. */
  #texts: readonly string[] = [];
  #lastInterface: number | undefined;

  constructor(sink: Pick<FlowSink, 'fields' | 'add' | 'addOther'>, answers: AnswerSink) {
    this.#sink = sink;
    this.#answers = new AnswerReader(answers);
    sink.fields.current = this;
  }

  /** Reads the entries of a block. */
  read(block: Int32Array, words: number): void {
    for (let at = 0; at < words; ) at = this.#read(block, at);
  }

  has(field: number): boolean {
    if (field === FIELD.sourceService) return (this.#head & FLAG.hasSource) !== 0;
    if (field === FIELD.destinationService) return (this.#head & FLAG.hasDestination) !== 0;
    return this.isSaid(field);
  }

  isSaid(field: number): boolean {
    if (field === FIELD.instance) return (this.#head & FLAG.isInstance) !== 0;
    const number = this.#numbers[field];
    return number === undefined ? this.said(field) !== '' : number !== 0;
  }

  id(field: number, dictionary: Dictionary): number {
    const number = this.#numbers[field] as number;
    if (number <= OTHERS) return number;
    const group = field === FIELD.vpc ? GROUP.vpc : GROUP.service;
    const ids = this.#ids[group] as number[];
    ids[number] ??= this.#idOf(this.#values[group]?.[number], dictionary);
    return ids[number];
  }

  said(field: number): string {
    return this.#texts[(SAID as readonly number[]).indexOf(field)] ?? '';
  }

  #idOf(value: Uint8Array | undefined, dictionary: Dictionary): number {
    return value === undefined ? OTHERS : dictionary.idOf(value, 0, value.length);
  }

  /** Reads the entry at `at`, and returns where it ends. */
  #read(block: Int32Array, at: number): number {
    switch ((block[at] as number) & KIND_MASK) {
      case KIND.flow:
        return this.#readFlow(block, at);
      case KIND.value:
        return this.#readValue(block, at);
      case KIND.interface:
        return this.#readInterface(block, at);
      case KIND.other:
        return this.#readOther(block, at);
      default:
        return this.#answers.read(block, at);
    }
  }

  #readFlow(block: Int32Array, at: number): number {
    const head = block[at] as number;
    const flow = this.#flow;
    const numbers = this.#numbers;
    this.#head = head;
    const index = block[at + FLOW.interface] as number;
    if (index !== this.#lastInterface) {
      this.#lastInterface = index;
      this.#texts = this.#interfaces.get(index) ?? this.#texts;
    }
    flow.interfaceIndex = index;
    flow.direction = ((head >> SHIFT.direction) & DIRECTION_MASK) - 1;
    flow.forwardingStatus = (head >> SHIFT.status) & STATUS_MASK;
    flow.regional = (head & FLAG.regional) !== 0;
    const ports = block[at + FLOW.ports] as number;
    flow.sourcePort = ports >>> 16;
    flow.destinationPort = ports & 0xffff;
    const protocol = block[at + FLOW.protocol] as number;
    flow.protocol = protocol >> 8;
    flow.tcpFlags = protocol & 0xff;
    flow.bytesHigh = block[at + FLOW.bytesHigh] as number;
    flow.bytesLow = block[at + FLOW.bytesLow] as number;
    flow.packetsHigh = block[at + FLOW.packetsHigh] as number;
    flow.packetsLow = block[at + FLOW.packetsLow] as number;
    flow.start = (head & FLAG.hasStart) === 0 ? NO_TIME : (block[at + FLOW.start] as number) >>> 0;
    flow.end = (head & FLAG.hasEnd) === 0 ? NO_TIME : (block[at + FLOW.end] as number) >>> 0;
    const services = block[at + FLOW.services] as number;
    numbers[FIELD.sourceService] = services >>> 16;
    numbers[FIELD.destinationService] = services & 0xffff;
    numbers[FIELD.vpc] = block[at + FLOW.vpc] as number;
    let to = readAddressWords(block, at + FLOW.words, familyAt(head, SHIFT.source), flow.source);
    to = readAddressWords(block, to, familyAt(head, SHIFT.destination), flow.destination);
    to = readAddressWords(block, to, familyAt(head, SHIFT.packetSource), flow.packetSource);
    to = readAddressWords(
      block,
      to,
      familyAt(head, SHIFT.packetDestination),
      flow.packetDestination,
    );
    this.#sink.add(flow);
    return to;
  }

  #readValue(block: Int32Array, at: number): number {
    const from = at + VALUE.words;
    const to = from + (block[at + VALUE.length] as number);
    const values = this.#values[block[at + VALUE.group] as number] as Uint8Array[];
    values[block[at + VALUE.number] as number] = Uint8Array.from(block.subarray(from, to));
    return to;
  }

  #readInterface(block: Int32Array, at: number): number {
    const index = block[at + INTERFACE.index] as number;
    const texts: string[] = [];
    let to = at + INTERFACE.words;
    for (const _ of SAID) {
      texts.push(textAt(block, to));
      to += wordsOf(texts.at(-1) ?? '');
    }
    if (this.#interfaces.size < MOST_INTERFACES) this.#interfaces.set(index, texts);
    this.#texts = texts;
    this.#lastInterface = index;
    return to;
  }

  #readOther(block: Int32Array, at: number): number {
    const interfaceName = textAt(block, at + OTHER.words);
    const outcome = OUTCOMES[block[at + OTHER.outcome] as number] ?? 'nonflow';
    this.#sink.addOther(outcome, { interfaceName });
    return at + OTHER.words + wordsOf(interfaceName);
  }
}

/** The family whose bits begin there. */
function familyAt(head: number, shift: number): number {
  return (head >> shift) & FAMILY_MASK;
}
