import { createSocket } from 'node:dgram';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { addContent, noContent } from './content.ts';

/**
 * Straightforward flow log text to NetFlow v5: correct, without any optimisation.
 *   naive.ts send HOST PORT FILE.gz | naive.ts encode TIMES FILE
 */
const HEADER_BYTES = 24;
const RECORD_BYTES = 48;
const RECORDS_PER_PACKET = 30;
const DAY_S = 86400;

interface Flow {
  source: number;
  destination: number;
  sourcePort: number;
  destinationPort: number;
  protocol: number;
  tcpFlags: number;
  packets: number;
  bytes: number;
  start: number;
  end: number;
}

function parseNumber(text: string | undefined, limit: number): number {
  if (text === undefined || text === '-') {
    return 0;
  }
  const value = Number(text);
  if (!(/^\d+$/.test(text) && value <= limit)) {
    throw new RangeError(`not a number up to ${limit}: ${text}`);
  }
  return value;
}

function parseAddress(text: string): number {
  const octets = text.split('.').map((octet) => parseNumber(octet, 255));
  if (octets.length !== 4) {
    throw new RangeError(`not an IPv4 address: ${text}`);
  }
  return octets.reduce((address, octet) => address * 256 + octet, 0);
}

function present(value: string | undefined): string | undefined {
  return value === '-' ? undefined : value;
}

/** A flow; undefined for NODATA, SKIPDATA, IPv6 and lines without addresses. Throws on a malformed line. */
function parseLine(line: string, columns: Record<string, number>, count: number): Flow | undefined {
  const values = line.split(' ');
  const value = (name: string) => values[columns[name] ?? -1];
  if (values.length !== count) {
    throw new RangeError(`${values.length} values instead of ${count}`);
  }
  const status = value('log-status') ?? 'OK';
  if (!['OK', 'NODATA', 'SKIPDATA'].includes(status)) {
    throw new RangeError(`not a log-status: ${status}`);
  }
  const source = present(value('pkt-srcaddr')) ?? present(value('srcaddr'));
  const destination = present(value('pkt-dstaddr')) ?? present(value('dstaddr'));
  if (status !== 'OK' || !source || !destination || source.includes(':')) {
    return;
  }
  return {
    source: parseAddress(source),
    destination: parseAddress(destination),
    sourcePort: parseNumber(value('srcport'), 65535),
    destinationPort: parseNumber(value('dstport'), 65535),
    protocol: parseNumber(value('protocol'), 255),
    tcpFlags: parseNumber(value('tcp-flags'), 255),
    packets: parseNumber(value('packets'), 0xffffffff),
    bytes: parseNumber(value('bytes'), 0xffffffff),
    start: parseNumber(value('start'), 0xffffffff),
    end: parseNumber(value('end'), 0xffffffff),
  };
}

let malformed = 0;

function parse(text: string): Flow[] {
  const lines = text.split('\n');
  const header = lines[0] ?? '';
  const names = header.split(' ');
  const columns = Object.fromEntries(names.map((name, i) => [name, i]));
  const flows: Flow[] = [];
  for (const line of lines) {
    if (line === '' || line === header) {
      continue;
    }
    try {
      const flow = parseLine(line, columns, names.length);
      if (flow) {
        flows.push(flow);
      }
    } catch {
      malformed += 1;
    }
  }
  return flows;
}

function encodeRecord(flow: Flow, boot: number): Buffer {
  const record = Buffer.alloc(RECORD_BYTES);
  record.writeUInt32BE(flow.source, 0);
  record.writeUInt32BE(flow.destination, 4);
  record.writeUInt32BE(flow.packets, 16);
  record.writeUInt32BE(flow.bytes, 20);
  record.writeUInt32BE((flow.start - boot) * 1000, 24);
  record.writeUInt32BE((flow.end - boot) * 1000, 28);
  record.writeUInt16BE(flow.sourcePort, 32);
  record.writeUInt16BE(flow.destinationPort, 34);
  record.writeUInt8(flow.tcpFlags, 37);
  record.writeUInt8(flow.protocol, 38);
  return record;
}

function encodePacket(flows: Flow[], sequence: number): Buffer {
  const boot = Math.min(...flows.map((flow) => flow.start)) - DAY_S;
  const time = Math.max(...flows.map((flow) => flow.end));
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt16BE(5, 0);
  header.writeUInt16BE(flows.length, 2);
  header.writeUInt32BE((time - boot) * 1000, 4);
  header.writeUInt32BE(time, 8);
  header.writeUInt32BE(sequence, 16);
  return Buffer.concat([header, ...flows.map((flow) => encodeRecord(flow, boot))]);
}

function encode(flows: Flow[]): Buffer[] {
  const packets: Buffer[] = [];
  for (let at = 0; at < flows.length; at += RECORDS_PER_PACKET) {
    packets.push(encodePacket(flows.slice(at, at + RECORDS_PER_PACKET), at));
  }
  return packets;
}

async function sendAll(packets: Buffer[], host: string, port: number): Promise<void> {
  const socket = createSocket('udp4');
  await Promise.all(
    packets.map((packet) => new Promise((sent) => socket.send(packet, port, host, sent))),
  );
  socket.close();
}

async function send(host: string, port: number, path: string): Promise<unknown> {
  const start = performance.now();
  const flows = parse(gunzipSync(readFileSync(path)).toString());
  const packets = encode(flows);
  await sendAll(packets, host, port);
  const seconds = (performance.now() - start) / 1000;
  return { seconds, flows: flows.length, malformed, datagrams: packets.length };
}

function encodeTimes(times: number, path: string): unknown {
  const bytes = readFileSync(path);
  const ns: number[] = [];
  const seen = noContent();
  for (let i = 0; i < times; i++) {
    const start = performance.now();
    const flows = parse(bytes.toString());
    encode(flows);
    ns.push(((performance.now() - start) * 1e6) / flows.length);
  }
  for (const packet of encode(parse(bytes.toString()))) {
    addContent(seen, packet);
  }
  return { ns, ...seen };
}

const [mode, ...rest] = process.argv.slice(2);
const result =
  mode === 'encode'
    ? encodeTimes(Number(rest[0]), String(rest[1]))
    : await send(String(rest[0]), Number(rest[1]), String(rest[2]));
process.stdout.write(`${JSON.stringify(result)}\n`);
