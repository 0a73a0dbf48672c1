import { type Address, type FlowRecord, NO_TIME } from '../../flow/record.ts';
import { type CurrentLine, noLines, type Outcome } from '../../flowlog/source.ts';
import { OTHERS } from '../../flowlog/text-fields.ts';
import { FIELD, ReportFields } from './fields.ts';
import type { FlowSink } from './flow-sink.ts';
import {
  BLOCK_WORDS,
  type Block,
  FLAG,
  FLOW,
  GROUP,
  INTERFACE,
  KIND,
  newBlock,
  OTHER,
  OUTCOMES,
  SAID,
  SHIFT,
  VALUE,
} from './flow-steps.ts';
import { MOST_INTERFACES } from './interfaces.ts';

/** No name that AWS gives is longer. */
const LONGEST_NAME = 1024;

/** Takes blocks of steps. */
export interface BlockTaker {
  /** Takes a block, of which so many words are written, and gives the one to be written next. */
  hand(block: Block, words: number): Block;
  /** Resolves when there is room for more blocks; undefined while there is. */
  room(): Promise<void> | undefined;
}

/** Writes lines into blocks. */
export class FlowWriter implements FlowSink {
  readonly fields = new ReportFields();
  readonly records = noLines();
  textBytes = 0;
  flows = 0;
  readonly #to: BlockTaker;
  /** The largest number whose value was told, of the services and of the VPCs. */
  readonly #values = [OTHERS, OTHERS];
  /** Interfaces whose texts were told. As many as `Interfaces` learns once; of others, each line tells them. */
  readonly #interfaces = new Set<number>();
  #lastInterface: number | undefined;
  #block = newBlock();
  #at = 0;

  constructor(to: BlockTaker) {
    this.#to = to;
  }

  add(flow: FlowRecord): void {
    this.flows++;
    const { fields } = this;
    if (flow.interfaceIndex !== this.#lastInterface) this.#tellInterface(flow.interfaceIndex);
    const source = this.#number(FIELD.sourceService, GROUP.service);
    const destination = this.#number(FIELD.destinationService, GROUP.service);
    const vpc = this.#number(FIELD.vpc, GROUP.vpc);
    const at = this.#begin(FLOW.most);
    const block = this.#block;
    block[at] =
      headOf(flow) |
      (fields.has(FIELD.sourceService) ? FLAG.hasSource : 0) |
      (fields.has(FIELD.destinationService) ? FLAG.hasDestination : 0) |
      (fields.isSaid(FIELD.instance) ? FLAG.isInstance : 0);
    block[at + FLOW.interface] = flow.interfaceIndex;
    block[at + FLOW.ports] = (flow.sourcePort << 16) | flow.destinationPort;
    block[at + FLOW.protocol] = (flow.protocol << 8) | flow.tcpFlags;
    block[at + FLOW.bytesHigh] = flow.bytesHigh;
    block[at + FLOW.bytesLow] = flow.bytesLow;
    block[at + FLOW.packetsHigh] = flow.packetsHigh;
    block[at + FLOW.packetsLow] = flow.packetsLow;
    block[at + FLOW.start] = flow.start;
    block[at + FLOW.end] = flow.end;
    block[at + FLOW.services] = (source << 16) | destination;
    block[at + FLOW.vpc] = vpc;
    let to = putAddress(block, at + FLOW.words, flow.source);
    to = putAddress(block, to, flow.destination);
    to = putAddress(block, to, flow.packetSource);
    this.#at = putAddress(block, to, flow.packetDestination);
  }

  /** Malformed lines are only counted. */
  addOther(
    outcome: Exclude<Outcome, 'flow'>,
    { interfaceName }: Pick<CurrentLine, 'interfaceName'>,
  ): void {
    if (outcome === 'malformed') return;
    const name = interfaceName.slice(0, LONGEST_NAME);
    const at = this.#begin(OTHER.words + 1 + name.length);
    this.#block[at] = KIND.other;
    this.#block[at + OTHER.outcome] = OUTCOMES.indexOf(outcome);
    this.#at = putText(this.#block, at + OTHER.words, name);
  }

  room(): Promise<void> | undefined {
    return this.#to.room();
  }

  /** Hands over the block that is being written. */
  flush(): void {
    this.#block = this.#to.hand(this.#block, this.#at);
    this.#at = 0;
  }

  /** Where a step of so many words can be written. */
  #begin(words: number): number {
    if (this.#at + words > BLOCK_WORDS) this.flush();
    return this.#at;
  }

  /** The number of the line's value of a field, which has been told what it stands for. */
  #number(field: number, group: number): number {
    const number = this.fields.id(field);
    if (number > (this.#values[group] as number)) this.#tellValue(field, group, number);
    return number;
  }

  #tellValue(field: number, group: number, number: number): void {
    this.#values[group] = number;
    const value = this.fields.value(field, number);
    const at = this.#begin(VALUE.words + value.length);
    const block = this.#block;
    block[at] = KIND.value;
    block[at + VALUE.group] = group;
    block[at + VALUE.number] = number;
    block[at + VALUE.length] = value.length;
    block.set(value, at + VALUE.words);
    this.#at = at + VALUE.words + value.length;
  }

  #tellInterface(index: number): void {
    this.#lastInterface = index;
    if (this.#interfaces.has(index)) return;
    if (this.#interfaces.size < MOST_INTERFACES) this.#interfaces.add(index);
    else this.#lastInterface = undefined;
    const texts = SAID.map((field) => this.fields.said(field));
    const length = texts.reduce<number>((sum, text) => sum + 1 + text.length, INTERFACE.words);
    const at = this.#begin(length);
    this.#block[at] = KIND.interface;
    this.#block[at + INTERFACE.index] = index;
    let to = at + INTERFACE.words;
    for (const text of texts) to = putText(this.#block, to, text);
    this.#at = to;
  }
}

/** The first word of a flow, but for what its text fields say. */
function headOf(flow: FlowRecord): number {
  return (
    KIND.flow |
    (flow.source.family << SHIFT.source) |
    (flow.destination.family << SHIFT.destination) |
    (flow.packetSource.family << SHIFT.packetSource) |
    (flow.packetDestination.family << SHIFT.packetDestination) |
    ((flow.direction + 1) << SHIFT.direction) |
    (flow.forwardingStatus << SHIFT.status) |
    (flow.regional ? FLAG.regional : 0) |
    (flow.start === NO_TIME ? 0 : FLAG.hasStart) |
    (flow.end === NO_TIME ? 0 : FLAG.hasEnd)
  );
}

/** Writes the words that an address has, and returns where they end. */
function putAddress(block: Block, at: number, { family, w0, w1, w2, w3 }: Address): number {
  if (family === 0) return at;
  block[at] = w0;
  if (family === 4) return at + 1;
  block[at + 1] = w1;
  block[at + 2] = w2;
  block[at + 3] = w3;
  return at + 4;
}

/** Writes a text after its length, and returns where it ends. */
function putText(block: Block, at: number, text: string): number {
  block[at] = text.length;
  const from = at + 1;
  for (let unit = 0; unit < text.length; unit++) block[from + unit] = text.charCodeAt(unit);
  return from + text.length;
}
