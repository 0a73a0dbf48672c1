import { type Layout, layOut, readRecord } from './layout.ts';
import type { DataRecord, DecodedSet, Packet, Template, Value } from './packet.ts';
import { BrokenSet, readTemplates } from './templates.ts';

const SET_HEADER_OCTETS = 4;
/** Set numbers of templates and options templates: RFC 3954 section 5, RFC 7011 section 3.3.2. */
const TEMPLATE_SETS = { 9: { flows: 0, options: 1 }, 10: { flows: 2, options: 3 } };

/** The templates one exporter's stream has announced so far. */
export interface KnownTemplates {
  get(id: number): Layout | undefined;
  set(id: number, layout: Layout): void;
}

/** The parts of the packet header that sets are read with. */
export interface Surroundings {
  readonly version: 9 | 10;
  /** Unix ms of SysUptime 0; undefined where the header has no SysUptime. */
  readonly bootMs?: number;
}

/** Reads the sets of one v9 packet or IPFIX message, and records the first fault. */
export class SetReader {
  readonly sets: DecodedSet[] = [];
  readonly templates: Template[] = [];
  readonly records: DataRecord[] = [];
  readonly unknownTemplates: number[] = [];
  readonly #view: DataView;
  readonly #around: Surroundings;
  readonly #known: KnownTemplates;
  #error: string | undefined;

  constructor(view: DataView, around: Surroundings, known: KnownTemplates) {
    this.#view = view;
    this.#around = around;
    this.#known = known;
  }

  /** Records a fault of the packet, unless it already has one. */
  fail(error: string): void {
    this.#error ??= error;
  }

  /** The packet without its header. */
  result(): Omit<Packet, 'header'> {
    const { sets, templates, records, unknownTemplates } = this;
    const seenRecords = templates.length + records.length;
    const error = this.#error !== undefined && { error: this.#error };
    return { sets, templates, records, seenRecords, unknownTemplates, ...error };
  }

  /** Reads all sets. Skips a broken set, and stops at a wrong length. */
  readAll(start: number, end: number): void {
    let at = start;
    while (at < end) {
      const left = end - at;
      if (left < SET_HEADER_OCTETS) {
        this.fail(`${left} octets after the last set`);
        break;
      }
      const [id, length] = [this.#view.getUint16(at), this.#view.getUint16(at + 2)];
      if (length < SET_HEADER_OCTETS || length > left) {
        this.fail(`set ${id} claims ${length} octets where ${left} are left`);
        break;
      }
      this.#readSet(id, at, length);
      at += length;
    }
  }

  #readSet(id: number, start: number, length: number): void {
    const { version } = this.#around;
    const odd = version === 9 && length % 4 !== 0;
    const set: DecodedSet = { id, length, ...(odd && { unaligned: true as const }) };
    try {
      this.sets.push({
        ...set,
        ...this.#readContent(id, start + SET_HEADER_OCTETS, start + length),
      });
    } catch (error) {
      if (!(error instanceof BrokenSet)) throw error;
      this.sets.push(set);
      this.fail(error.message);
    }
  }

  #readContent(id: number, start: number, end: number): Partial<DecodedSet> {
    const special = TEMPLATE_SETS[this.#around.version];
    if (id === special.flows) return this.#learn(start, end, false);
    if (id === special.options) return this.#learn(start, end, true);
    if (id < 256) throw new BrokenSet(`set ${id}: the number is reserved`);
    const layout = this.#known.get(id);
    if (layout !== undefined) return this.#readData(start, end, layout);
    this.unknownTemplates.push(id);
    return {};
  }

  #learn(start: number, end: number, options: boolean): Partial<DecodedSet> {
    const { version } = this.#around;
    for (const template of readTemplates(this.#view, start, end, version, options)) {
      this.templates.push(template);
      this.#known.set(template.id, layOut(template, version));
    }
    return {};
  }

  #readData(start: number, end: number, layout: Layout): Partial<DecodedSet> {
    let at = start;
    let records = 0;
    while (end - at >= layout.minimum) {
      const record = readRecord(this.#view, at, end, layout);
      if (record === undefined) {
        this.fail(`set ${layout.template.id}: its last record runs past the set`);
        break;
      }
      this.records.push(this.#finish(record.values, layout.template));
      records += 1;
      at = record.next;
    }
    return { records, padding: end - at };
  }

  #finish(values: Record<string, Value>, { id, options }: Template): DataRecord {
    const start = this.#unixMs(values['flowStartSysUpTime']);
    const end = this.#unixMs(values['flowEndSysUpTime']);
    return {
      template: id,
      options,
      values,
      ...(start !== undefined && { startMs: start }),
      ...(end !== undefined && { endMs: end }),
    };
  }

  #unixMs(uptime: Value | undefined): number | undefined {
    const { bootMs } = this.#around;
    return bootMs !== undefined && typeof uptime === 'number' ? bootMs + uptime : undefined;
  }
}
