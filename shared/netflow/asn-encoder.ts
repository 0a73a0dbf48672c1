import { type Address, type FlowRecord, trueDestination, trueSource } from '../flow/record.ts';
import type { Encoder, NewEncoder, Times } from './encoder.ts';
import { Ipfix } from './ipfix.ts';
import type { NewOptionsData } from './options.ts';
import type { Packet } from './packet.ts';
import type { Version } from './protocol.ts';
import { type Dialect, TemplateEncoder } from './template-encoder.ts';
import { ABSOLUTE_TIMES, type Part, part, templatesWith, UPTIME_TIMES } from './templates.ts';
import { RECORD, V5Encoder } from './v5.ts';
import { V9 } from './v9.ts';

/** The number of the AS that announces an address; 0 when none is known. */
export type AsnOf = (address: Address) => number;

/** What v5 has in place of a number that takes more than 16 bits: AS_TRANS, RFC 6793 section 9. */
const AS_TRANS = 23_456;

const ASNS = part({ bgpSourceAsNumber: [16, 4], bgpDestinationAsNumber: [17, 4] });
/** Templates with AS numbers have ids of their own, 264 to 266: an id keeps its elements. */
const FIRST_TEMPLATE = 264;

/** The encoder of a version, which writes the AS numbers of the addresses that a record has. */
export function asnEncoder(
  version: Version,
  asnOf: AsnOf,
  options?: NewOptionsData | undefined,
): NewEncoder {
  return (maxPacketOctets, domain) => {
    if (version === 5) return new AsnV5Encoder(maxPacketOctets, asnOf);
    const dialect = new AsnDialect(version, asnOf);
    const optionsData = options?.(version, maxPacketOctets, domain);
    return new AsnTemplateEncoder(dialect, maxPacketOctets, optionsData);
  };
}

class AsnV5Encoder extends V5Encoder {
  readonly #asnOf: AsnOf;

  constructor(maxPacketOctets: number, asnOf: AsnOf) {
    super(maxPacketOctets);
    this.#asnOf = asnOf;
  }

  override write(...args: Parameters<Encoder['write']>): boolean {
    const [{ view, length: at }, flow] = args;
    if (!super.write(...args)) return false;
    view.setUint16(at + RECORD.srcAs, in16Bits(this.#asnOf(trueSource(flow))));
    view.setUint16(at + RECORD.dstAs, in16Bits(this.#asnOf(trueDestination(flow))));
    return true;
  }
}

function in16Bits(asn: number): number {
  return asn > 0xffff ? AS_TRANS : asn;
}

class AsnTemplateEncoder extends TemplateEncoder {
  readonly #dialect: AsnDialect;

  constructor(
    dialect: AsnDialect,
    ...args: [number, ConstructorParameters<typeof TemplateEncoder>[2]]
  ) {
    super(dialect, ...args);
    this.#dialect = dialect;
  }

  override write(packet: Packet, flow: FlowRecord, times: Times): boolean {
    this.#dialect.flow = flow;
    return super.write(packet, flow, times);
  }
}

/** v9 or IPFIX with the AS numbers of `flow` behind the times of a record. */
class AsnDialect implements Dialect {
  flow: FlowRecord | undefined;
  readonly headerBytes: number;
  readonly templateSetId: number;
  readonly alignment: number;
  readonly templates: Dialect['templates'];
  readonly #plain: Dialect;
  readonly #times: Part;
  readonly #asnOf: AsnOf;

  constructor(version: 9 | 10, asnOf: AsnOf) {
    const plain = version === 9 ? new V9() : new Ipfix();
    const times: Part = version === 9 ? UPTIME_TIMES : ABSOLUTE_TIMES;
    this.headerBytes = plain.headerBytes;
    this.templateSetId = plain.templateSetId;
    this.alignment = plain.alignment;
    this.templates = templatesWith(
      { fields: [...times.fields, ...ASNS.fields], octets: times.octets + ASNS.octets },
      FIRST_TEMPLATE,
    );
    this.#plain = plain;
    this.#times = times;
    this.#asnOf = asnOf;
  }

  accepts(times: Times, isEmpty: boolean): boolean {
    return this.#plain.accepts(times, isEmpty);
  }

  writeTimes(view: DataView, at: number, times: Times): void {
    this.#plain.writeTimes(view, at, times);
    if (this.flow === undefined) return;
    const asns = at + this.#times.octets;
    view.setUint32(asns + ASNS.at.bgpSourceAsNumber, this.#asnOf(trueSource(this.flow)));
    view.setUint32(asns + ASNS.at.bgpDestinationAsNumber, this.#asnOf(trueDestination(this.flow)));
  }

  writeHeader(packet: Packet, now: number): void {
    this.#plain.writeHeader(packet, now);
  }

  stamp(packet: Packet, domain: number, sequence: number): void {
    this.#plain.stamp(packet, domain, sequence);
  }
}
