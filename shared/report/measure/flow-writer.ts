import { type FlowRecord, NO_TIME } from '../../flow/record.ts';
import { type CurrentLine, noLines, type Outcome } from '../../flowlog/source.ts';
import { OTHERS } from '../../flowlog/text-fields.ts';
import { type BlockWriter, putAddressWords, putText, wordsOf } from './blocks.ts';
import { FIELD, ReportFields } from './fields.ts';
import {
  FLAG,
  FLOW,
  GROUP,
  INTERFACE,
  KIND,
  OTHER,
  OUTCOMES,
  SAID,
  SHIFT,
  VALUE,
} from './flow-entries.ts';
import type { FlowSink } from './flow-sink.ts';
import { MOST_INTERFACES } from './interfaces.ts';

/** No name that AWS gives is longer. */
const LONGEST_NAME = 1024;

/** Writes lines into blocks. */
export class FlowWriter implements FlowSink {
  readonly fields = new ReportFields();
  readonly records = noLines();
  textBytes = 0;
  flows = 0;
  readonly #to: BlockWriter;
  /** The largest number whose value was told, of the services and of the VPCs. */
  readonly #values = [OTHERS, OTHERS];
  /** Interfaces whose texts were told. As many as `Interfaces` learns once; of others, each line tells them. */
  readonly #interfaces = new Set<number>();
  #lastInterface: number | undefined;

  constructor(to: BlockWriter) {
    this.#to = to;
  }

  add(flow: FlowRecord): void {
    this.flows++;
    const { fields } = this;
    if (flow.interfaceIndex !== this.#lastInterface) this.#tellInterface(flow.interfaceIndex);
    const source = this.#number(FIELD.sourceService, GROUP.service);
    const destination = this.#number(FIELD.destinationService, GROUP.service);
    const vpc = this.#number(FIELD.vpc, GROUP.vpc);
    const at = this.#to.begin(FLOW.most);
    const block = this.#to.block;
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
    let to = putAddressWords(block, at + FLOW.words, flow.source);
    to = putAddressWords(block, to, flow.destination);
    to = putAddressWords(block, to, flow.packetSource);
    this.#to.at = putAddressWords(block, to, flow.packetDestination);
  }

  /** Malformed lines are only counted. */
  addOther(
    outcome: Exclude<Outcome, 'flow'>,
    { interfaceName }: Pick<CurrentLine, 'interfaceName'>,
  ): void {
    if (outcome === 'malformed') return;
    const name = interfaceName.slice(0, LONGEST_NAME);
    const at = this.#to.begin(OTHER.words + wordsOf(name));
    this.#to.block[at] = KIND.other;
    this.#to.block[at + OTHER.outcome] = OUTCOMES.indexOf(outcome);
    this.#to.at = putText(this.#to.block, at + OTHER.words, name);
  }

  room(): Promise<void> | undefined {
    return this.#to.room();
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
    const at = this.#to.begin(VALUE.words + value.length);
    const block = this.#to.block;
    block[at] = KIND.value;
    block[at + VALUE.group] = group;
    block[at + VALUE.number] = number;
    block[at + VALUE.length] = value.length;
    block.set(value, at + VALUE.words);
    this.#to.at = at + VALUE.words + value.length;
  }

  #tellInterface(index: number): void {
    this.#lastInterface = index;
    if (this.#interfaces.has(index)) return;
    if (this.#interfaces.size < MOST_INTERFACES) this.#interfaces.add(index);
    else this.#lastInterface = undefined;
    const texts = SAID.map((field) => this.fields.said(field));
    const length = texts.reduce<number>((sum, text) => sum + wordsOf(text), INTERFACE.words);
    const at = this.#to.begin(length);
    this.#to.block[at] = KIND.interface;
    this.#to.block[at + INTERFACE.index] = index;
    let to = at + INTERFACE.words;
    for (const text of texts) to = putText(this.#to.block, to, text);
    this.#to.at = to;
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
