import { IPFIX_OPTIONS, NAME_OCTETS, type OptionsDialect, V9_OPTIONS } from './options-dialects.ts';
import type { Packet } from './packet.ts';
import type { Field } from './templates.ts';

/** Makes the options data of an exporter. */
export type NewOptionsData = (
  ...given: readonly [version: 9 | 10, maxPacketOctets: number, domain: number]
) => OptionsData;

/**
 * The options data of an exporter. It tells the exporter's address, in 4 or 16 octets, while `address` knows it. An
 * exporter gets it as an argument, so that functions that send none do not load it.
 */
export function optionsDataOf(address: () => Uint8Array | undefined): NewOptionsData {
  return (...given) => new OptionsData(...given, address);
}

/*
 * Template ids, which keep their elements like those of flows. Another one has the names of interfaces, in the
 * dialect.
 */
const EXPORTER_TEMPLATES: Readonly<Record<number, number>> = { 0: 263, 4: 259, 16: 260 };

const SAMPLING_INTERVAL: Field = [34, 4];
const EXPORTER_ADDRESSES: Readonly<Record<number, readonly Field[]>> = {
  0: [],
  4: [[130, 4]], // exporterIPv4Address
  16: [[131, 16]], // exporterIPv6Address
};

const SET_HEADER_OCTETS = 4;

/**
 * Options data, which collectors match to flows: sampling interval, exporter address and interface names. It is in
 * packets of its own, because some collectors lose the flows that share a packet with it, and each such packet has
 * the templates of what is in it, in sets of their own.
 */
export class OptionsData {
  readonly #dialect: OptionsDialect;
  readonly #maxOctets: number;
  readonly #domain: number;
  readonly #address: () => Uint8Array | undefined;
  readonly #names = new Map<number, string>();
  #dueNames: number[] = [];

  /** The scope is the observation domain. */
  constructor(
    version: 9 | 10,
    maxPacketOctets: number,
    domain: number,
    address: () => Uint8Array | undefined,
  ) {
    this.#dialect = version === 9 ? V9_OPTIONS : IPFIX_OPTIONS;
    this.#maxOctets = maxPacketOctets;
    this.#domain = domain;
    this.#address = address;
  }

  /** Remembers an interface's name, which is due at once. */
  nameInterface(index: number, name: string): void {
    if (this.#names.has(index)) return;
    this.#names.set(index, name);
    this.#dueNames.push(index);
  }

  /**
   * Appends what is due to a packet, as far as there is room for it; false when nothing is due. All of it is due
   * with the templates, and names that do not fit are due in the next packets.
   */
  write(packet: Packet, withTemplates: boolean): boolean {
    if (withTemplates) {
      this.#writeExporter(packet);
      // Names that are still due go first. Otherwise those at the end might never be sent.
      this.#dueNames = [...new Set([...this.#dueNames, ...this.#names.keys()])];
    }
    if (this.#dueNames.length > 0) this.#writeNames(packet);
    return packet.options > 0;
  }

  /** Flow logs are not sampled, so the sampling interval is 1. */
  #writeExporter(packet: Packet): void {
    const address = this.#address() ?? new Uint8Array();
    const id = EXPORTER_TEMPLATES[address.length] ?? 0;
    const fields = [SAMPLING_INTERVAL, ...(EXPORTER_ADDRESSES[address.length] ?? [])];
    this.#writeTemplate(packet, id, this.#dialect.exporterScope, fields);
    const record = Buffer.concat([uint32(this.#domain), uint32(1), address]);
    this.#writeRecords(packet, id, [record]);
  }

  #writeNames(packet: Packet): void {
    const { interfaceTemplate, interfaceScope, interfaceFields } = this.#dialect;
    this.#writeTemplate(packet, interfaceTemplate, interfaceScope, interfaceFields);
    const room = this.#maxOctets - packet.length - SET_HEADER_OCTETS;
    const count = Math.floor(room / (interfaceScope[1] + 2 * NAME_OCTETS));
    const indexes = this.#dueNames.splice(0, count);
    this.#writeRecords(packet, interfaceTemplate, indexes.map(this.#nameRecord, this));
  }

  #nameRecord(index: number): Uint8Array {
    const name = Buffer.alloc(NAME_OCTETS);
    name.write(this.#names.get(index) ?? '');
    return Buffer.concat([uint32(index), name, name]);
  }

  #writeTemplate(packet: Packet, id: number, scope: Field, options: readonly Field[]): void {
    const { templateSetId, counts } = this.#dialect;
    const words = [id, ...counts(options.length), ...scope, ...options.flat()];
    this.#writeSet(packet, templateSetId, words.map(uint16));
    packet.templates++;
  }

  #writeRecords(packet: Packet, id: number, records: readonly Uint8Array[]): void {
    this.#writeSet(packet, id, records);
    packet.options += records.length;
  }

  #writeSet(packet: Packet, id: number, parts: readonly Uint8Array[]): void {
    const content = Buffer.concat(parts);
    const padding = -content.length & (this.#dialect.alignment - 1);
    const octets = SET_HEADER_OCTETS + content.length + padding;
    packet.append(Buffer.concat([uint16(id), uint16(octets), content, Buffer.alloc(padding)]));
  }
}

function uint16(value: number): Uint8Array {
  return Uint8Array.of(value >>> 8, value & 0xff);
}

function uint32(value: number): Uint8Array {
  return Buffer.concat([uint16(value >>> 16), uint16(value & 0xffff)]);
}
