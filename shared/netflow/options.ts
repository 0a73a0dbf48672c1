import {
  IPFIX_OPTIONS,
  NAME_OCTETS,
  type OptionsDialect,
  SCOPE_OCTETS,
  V9_OPTIONS,
} from './options-dialects.ts';
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

const HEADER_OCTETS = { 9: 20, 10: 16 } as const;
const SET_HEADER_OCTETS = 4;

/** What a packet of options data has after its header. */
export interface OptionsContent {
  readonly sets: Uint8Array;
  /** How many options templates, and how many records, are in it. */
  readonly templates: number;
  readonly options: number;
}

/**
 * Options data, which collectors match to flows: sampling interval, exporter address and interface names. It is in
 * packets of its own, because some collectors lose the flows that share a packet with it. Each options template is
 * in a set of its own, and nothing follows it in its packet: scapy misreads what does.
 */
export class OptionsData {
  readonly #dialect: OptionsDialect;
  readonly #namesPerPacket: number;
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
    const room = maxPacketOctets - HEADER_OCTETS[version] - SET_HEADER_OCTETS;
    this.#namesPerPacket = Math.floor(room / (SCOPE_OCTETS + 2 * NAME_OCTETS));
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
   * The packets of options data that are due before a packet of flows, in order. All of it is due with the
   * templates, but one packet has names at most; the other names are due before the next packets.
   */
  take(withTemplates: boolean): readonly OptionsContent[] {
    const packets = withTemplates ? this.#exporter() : [];
    if (withTemplates) {
      // Names that are still due go first. Otherwise those at the end might never be sent.
      this.#dueNames = [...new Set([...this.#dueNames, ...this.#names.keys()])];
    }
    if (this.#dueNames.length > 0) packets.push(...this.#someNames());
    return packets;
  }

  /** Flow logs are not sampled, so the sampling interval is 1. */
  #exporter(): OptionsContent[] {
    const address = this.#address() ?? new Uint8Array();
    const id = EXPORTER_TEMPLATES[address.length] ?? 0;
    const fields = [SAMPLING_INTERVAL, ...(EXPORTER_ADDRESSES[address.length] ?? [])];
    const record = Buffer.concat([uint32(this.#domain), uint32(1), address]);
    return [this.#template(id, this.#dialect.exporterScope, fields), this.#records(id, [record])];
  }

  #someNames(): OptionsContent[] {
    const { interfaceTemplate, interfaceScope, interfaceFields } = this.#dialect;
    const indexes = this.#dueNames.splice(0, this.#namesPerPacket);
    return [
      this.#template(interfaceTemplate, interfaceScope, interfaceFields),
      this.#records(interfaceTemplate, indexes.map(this.#nameRecord, this)),
    ];
  }

  #nameRecord(index: number): Uint8Array {
    const name = Buffer.alloc(NAME_OCTETS);
    name.write(this.#names.get(index) ?? '');
    return Buffer.concat([uint32(index), name, name]);
  }

  #template(id: number, scope: number, options: readonly Field[]): OptionsContent {
    const { templateSetId, counts } = this.#dialect;
    const words = [id, ...counts(options.length), scope, SCOPE_OCTETS, ...options.flat()];
    return { sets: this.#set(templateSetId, words.map(uint16)), templates: 1, options: 0 };
  }

  #records(id: number, records: readonly Uint8Array[]): OptionsContent {
    return { sets: this.#set(id, records), templates: 0, options: records.length };
  }

  #set(id: number, parts: readonly Uint8Array[]): Uint8Array {
    const content = Buffer.concat(parts);
    const padding = -content.length & (this.#dialect.alignment - 1);
    const octets = SET_HEADER_OCTETS + content.length + padding;
    return Buffer.concat([uint16(id), uint16(octets), content, Buffer.alloc(padding)]);
  }
}

function uint16(value: number): Uint8Array {
  return Uint8Array.of(value >>> 8, value & 0xff);
}

function uint32(value: number): Uint8Array {
  return Buffer.concat([uint16(value >>> 16), uint16(value & 0xffff)]);
}
