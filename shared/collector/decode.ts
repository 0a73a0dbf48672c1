import type { Layout } from './decode/layout.ts';
import {
  type Header,
  type HeaderIpfix,
  type HeaderV9,
  type Packet,
  streamId,
  unreadable,
} from './decode/packet.ts';
import { type KnownTemplates, SetReader } from './decode/sets.ts';
import { decodeV5 } from './decode/v5.ts';
import { RecentMap } from './recent-map.ts';

const V9_HEADER_OCTETS = 20;
const IPFIX_HEADER_OCTETS = 16;
/** The most fields of all templates together. Bounds memory when source ids are forged. */
const MAX_KNOWN_FIELDS = 200_000;

/**
 * Reads NetFlow v5, v9 (RFC 3954) and IPFIX (RFC 7011) datagrams of any number of exporters, and
 * keeps their templates per sender, version and source id or domain. It never throws on their content.
 */
export class Decoder {
  readonly #layouts = new RecentMap<Layout>(
    MAX_KNOWN_FIELDS,
    ({ template }) => template.fields.length,
  );

  /** Reads one datagram; `sender` identifies the exporter's address. */
  decode(datagram: Uint8Array, sender: string): Packet {
    const view = new DataView(datagram.buffer, datagram.byteOffset, datagram.byteLength);
    if (view.byteLength < 2)
      return unreadable(`${view.byteLength} octets are too few for a packet`);
    const version = view.getUint16(0);
    switch (version) {
      case 5:
        return decodeV5(view);
      case 9:
        return this.#decodeV9(view, sender);
      case 10:
        return this.#decodeIpfix(view, sender);
      default:
        return unreadable(`version ${version} is none of 5, 9 and 10`);
    }
  }

  #decodeV9(view: DataView, sender: string): Packet {
    if (view.byteLength < V9_HEADER_OCTETS)
      return unreadable(`${view.byteLength} octets are too few for a v9 header`);
    const header: HeaderV9 = {
      version: 9,
      count: view.getUint16(2),
      sysUptime: view.getUint32(4),
      unixSecs: view.getUint32(8),
      sequence: view.getUint32(12),
      sourceId: view.getUint32(16),
    };
    const bootMs = header.unixSecs * 1000 - header.sysUptime;
    const reader = new SetReader(view, { version: 9, bootMs }, this.#templatesOf(sender, header));
    reader.readAll(V9_HEADER_OCTETS, view.byteLength);
    return { header, ...reader.result() };
  }

  #decodeIpfix(view: DataView, sender: string): Packet {
    const octets = view.byteLength;
    if (octets < IPFIX_HEADER_OCTETS)
      return unreadable(`${octets} octets are too few for an IPFIX header`);
    const header: HeaderIpfix = {
      version: 10,
      length: view.getUint16(2),
      exportTime: view.getUint32(4),
      sequence: view.getUint32(8),
      domain: view.getUint32(12),
    };
    const reader = new SetReader(view, { version: 10 }, this.#templatesOf(sender, header));
    if (header.length !== octets)
      reader.fail(`${octets} octets for a message that claims ${header.length}`);
    reader.readAll(IPFIX_HEADER_OCTETS, Math.min(header.length, octets));
    return { header, ...reader.result() };
  }

  #templatesOf(sender: string, header: Header): KnownTemplates {
    const stream = `${sender} ${header.version} ${streamId(header)}`;
    return {
      get: (id) => this.#layouts.get(`${stream} ${id}`),
      set: (id, layout) => this.#layouts.set(`${stream} ${id}`, layout),
    };
  }
}
