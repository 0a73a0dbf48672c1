import type { DataRecord, HeaderV5, Packet, Value } from './packet.ts';
import { unreadable } from './packet.ts';
import { readIPv4 } from './values.ts';

const HEADER_OCTETS = 24;
const RECORD_OCTETS = 48;
const MAX_RECORDS = 30;

type Column = readonly [name: string, offset: number, octets: 1 | 2 | 4 | 'address'];

const COLUMNS: readonly Column[] = [
  ['sourceIPv4Address', 0, 'address'],
  ['destinationIPv4Address', 4, 'address'],
  ['ipNextHopIPv4Address', 8, 'address'],
  ['ingressInterface', 12, 2],
  ['egressInterface', 14, 2],
  ['packetDeltaCount', 16, 4],
  ['octetDeltaCount', 20, 4],
  ['flowStartSysUpTime', 24, 4],
  ['flowEndSysUpTime', 28, 4],
  ['sourceTransportPort', 32, 2],
  ['destinationTransportPort', 34, 2],
  ['pad1', 36, 1],
  ['tcpControlBits', 37, 1],
  ['protocolIdentifier', 38, 1],
  ['ipClassOfService', 39, 1],
  ['bgpSourceAsNumber', 40, 2],
  ['bgpDestinationAsNumber', 42, 2],
  ['sourceIPv4PrefixLength', 44, 1],
  ['destinationIPv4PrefixLength', 45, 1],
  ['pad2', 46, 2],
];

function readHeader(view: DataView): HeaderV5 {
  return {
    version: 5,
    count: view.getUint16(2),
    sysUptime: view.getUint32(4),
    unixSecs: view.getUint32(8),
    unixNsecs: view.getUint32(12),
    sequence: view.getUint32(16),
    engineType: view.getUint8(20),
    engineId: view.getUint8(21),
    samplingMode: view.getUint8(22) >> 6,
    samplingInterval: view.getUint16(22) & 0x3fff,
  };
}

function readColumn(view: DataView, offset: number, octets: Column[2]): Value {
  switch (octets) {
    case 1:
      return view.getUint8(offset);
    case 2:
      return view.getUint16(offset);
    case 4:
      return view.getUint32(offset);
    case 'address':
      return readIPv4(view, offset);
  }
}

function readRecord(view: DataView, start: number, bootMs: number): DataRecord {
  const values: Record<string, Value> = {};
  for (const [name, offset, octets] of COLUMNS)
    values[name] = readColumn(view, start + offset, octets);
  return {
    template: 0,
    options: false,
    values,
    startMs: bootMs + view.getUint32(start + 24),
    endMs: bootMs + view.getUint32(start + 28),
  };
}

function fault(header: HeaderV5, octets: number): string | undefined {
  const wanted = HEADER_OCTETS + header.count * RECORD_OCTETS;
  if (octets !== wanted)
    return `${octets} octets for ${header.count} records, which take ${wanted}`;
  if (header.count === 0 || header.count > MAX_RECORDS)
    return `${header.count} records, a v5 packet has 1 to ${MAX_RECORDS}`;
  return undefined;
}

/** Reads one NetFlow v5 packet, with as many records as the header states and the octets hold. */
export function decodeV5(view: DataView): Packet {
  if (view.byteLength < HEADER_OCTETS)
    return unreadable(`${view.byteLength} octets are too few for a v5 header`);
  const header = readHeader(view);
  const whole = Math.floor((view.byteLength - HEADER_OCTETS) / RECORD_OCTETS);
  const bootMs = header.unixSecs * 1000 + Math.floor(header.unixNsecs / 1e6) - header.sysUptime;
  const records = Array.from({ length: Math.min(header.count, whole) }, (_, i) =>
    readRecord(view, HEADER_OCTETS + i * RECORD_OCTETS, bootMs),
  );
  const error = fault(header, view.byteLength);
  return {
    header,
    sets: [],
    templates: [],
    records,
    seenRecords: records.length,
    unknownTemplates: [],
    ...(error !== undefined && { error }),
  };
}
