import type { Field } from './elements.ts';
import { IPFIX_OPTIONS, type OptionsDialect, V9_OPTIONS } from './options-dialects.ts';
import type { Packet } from './packet.ts';

/** Makes the options data of an exporter. */
export type NewOptionsData = (
  ...given: readonly [version: 9 | 10, maxPacketOctets: number, domain: number]
) => OptionsData;

/**
 * The options data of an exporter at this address, in 4 or 16 octets. An exporter gets it as an argument, so that
 * bundles that send none do not contain it.
 */
export function optionsDataOf(exporterAddress: Uint8Array | undefined): NewOptionsData {
  return (...given) => new OptionsData(...given, exporterAddress);
}

const EXPORTER_TEMPLATE = 259;
const EXPORTER_TEMPLATE_IPV6 = 260;
const INTERFACE_TEMPLATE = 261;

const SAMPLING_INTERVAL = 34;
const EXPORTER_IPV4_ADDRESS = 130;
const EXPORTER_IPV6_ADDRESS = 131;

/**
 * Options data, which collectors match to flows: sampling interval, exporter address and interface names. All of
 * it is sent after the templates, and the name of an interface also as soon as it is known.
 */
export class OptionsData {
  readonly #dialect: OptionsDialect;
  /** No name begins beyond this length, so that half of a packet is left for flows. */
  readonly #maxOctets: number;
  readonly #domain: number;
  readonly #address: Uint8Array;
  readonly #names = new Map<number, string>();
  #dueNames: number[] = [];
  #isExporterDue = false;

  /** The scope is the observation domain. */
  constructor(
    version: 9 | 10,
    maxPacketOctets: number,
    domain: number,
    exporterAddress: Uint8Array = new Uint8Array(4),
  ) {
    this.#dialect = version === 9 ? V9_OPTIONS : IPFIX_OPTIONS;
    this.#maxOctets = maxPacketOctets / 2;
    this.#domain = domain;
    this.#address = exporterAddress;
  }

  /** Remembers an interface's name and sends it with the next packet. */
  nameInterface(index: number, name: string): void {
    if (this.#names.has(index)) return;
    this.#names.set(index, name);
    this.#dueNames.push(index);
  }

  /** Appends the options templates; all options data is due after them. */
  announce(packet: Packet): void {
    const { templateSetId, exporterScope, counts } = this.#dialect;
    const isIpv6 = this.#address.length === 16;
    const exporter = template(
      isIpv6 ? EXPORTER_TEMPLATE_IPV6 : EXPORTER_TEMPLATE,
      exporterScope,
      [[SAMPLING_INTERVAL, 4], isIpv6 ? [EXPORTER_IPV6_ADDRESS, 16] : [EXPORTER_IPV4_ADDRESS, 4]],
      counts,
    );
    const { interfaceScope, interfaceFields } = this.#dialect;
    const names = template(INTERFACE_TEMPLATE, interfaceScope, interfaceFields, counts);
    appendSet(packet, templateSetId, Buffer.concat([exporter, names]));
    packet.templates += 2;
    this.#isExporterDue = true;
    // Names that are still due go first. Otherwise those at the end might never be sent.
    this.#dueNames = [...new Set([...this.#dueNames, ...this.#names.keys()])];
  }

  /** Appends the options data that is due, as far as a packet has room for it. */
  append(packet: Packet): void {
    if (this.#isExporterDue) this.#appendExporter(packet);
    this.#isExporterDue = false;
    const records: Uint8Array[] = [];
    let octets = packet.length;
    for (const index of this.#dueNames) {
      if (octets >= this.#maxOctets) break;
      const record = this.#interfaceRecord(index);
      records.push(record);
      octets += record.length;
    }
    this.#dueNames.splice(0, records.length);
    if (records.length === 0) return;
    appendSet(packet, INTERFACE_TEMPLATE, Buffer.concat(records));
    packet.options += records.length;
  }

  /** Flow logs are not sampled, so the sampling interval is 1. */
  #appendExporter(packet: Packet): void {
    const record = Buffer.concat([uint32(this.#domain), uint32(1), this.#address]);
    const id = this.#address.length === 16 ? EXPORTER_TEMPLATE_IPV6 : EXPORTER_TEMPLATE;
    appendSet(packet, id, record);
    packet.options++;
  }

  #interfaceRecord(index: number): Uint8Array {
    const name = this.#dialect.encodeName(this.#names.get(index) ?? '');
    return Buffer.concat([uint32(index), name, name]);
  }
}

function template(
  id: number,
  scope: Field,
  options: readonly Field[],
  counts: OptionsDialect['counts'],
): Uint8Array {
  const words = [id, ...counts(options.length), ...scope, ...options.flat()];
  return Buffer.concat(words.map(uint16));
}

/** No padding: in v9 all contents are multiples of four octets, and IPFIX needs none. */
function appendSet(packet: Packet, id: number, content: Uint8Array): void {
  packet.append(Buffer.concat([uint16(id), uint16(4 + content.length), content]));
}

function uint16(value: number): Uint8Array {
  return Uint8Array.of(value >>> 8, value & 0xff);
}

function uint32(value: number): Uint8Array {
  return Buffer.concat([uint16(value >>> 16), uint16(value & 0xffff)]);
}
