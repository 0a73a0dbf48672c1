import { join } from 'node:path';
import { execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import { freePort } from '../support/free-port.ts';
import { canonical, type Flow, postNat, type Version } from './flow.ts';
import {
  type Collector,
  drained,
  end,
  LOOPBACK,
  piecesOf,
  runFirst,
  start,
  type Trouble,
  udpSocket,
  until,
} from './program.ts';

const RECORDER = fileURLToPath(new URL('./record.ts', import.meta.url));

/** tshark's JSON: a tree whose leaves are strings. */
interface Tree {
  [name: string]: Tree | string;
}

function text(tree: Tree, name: string): string | undefined {
  const value = tree[`cflow.${name}`];
  return typeof value === 'string' ? value : undefined;
}

function branch(tree: Tree | undefined, name: string): Tree {
  const value = tree?.[name];
  return typeof value === 'object' ? value : {};
}

function branches(tree: Tree, name: RegExp): Tree[] {
  return Object.keys(tree)
    .filter((key) => name.test(key))
    .map((key) => branch(tree, key));
}

function number(tree: Tree, name: string): number {
  return Number(text(tree, name) ?? 0);
}

/** "Nov 22, 2026 10:35:42.123000000 UTC" in milliseconds; JavaScript does not read nine digits. */
function absolute(time: string): number {
  const [fraction = '.0'] = time.match(/\.\d+/) ?? [];
  return Date.parse(time.replace(fraction, '')) + Math.round(Number(`0${fraction}`) * 1000);
}

/** A time of a flow: absolute, or relative to the exporter's boot. */
function time(flow: Tree, header: Tree, which: 'start' | 'end'): number {
  const times = branch(flow, 'cflow.timedelta_tree');
  const stands = text(times, `abstime${which}`);
  if (stands !== undefined) return absolute(stands);
  const clock = branch(header, 'cflow.timestamp_tree');
  const now = number(clock, 'unix_secs') + number(clock, 'unix_nsecs') / 1e9;
  return Math.round((now - number(header, 'sysuptime') + number(times, `time${which}`)) * 1000);
}

function readFlow(flow: Tree, header: Tree): Flow {
  const direction = text(flow, 'direction');
  return {
    version: number(header, 'version') as Version,
    source: text(flow, 'srcaddr') ?? canonical(text(flow, 'srcaddrv6') ?? '::'),
    destination: text(flow, 'dstaddr') ?? canonical(text(flow, 'dstaddrv6') ?? '::'),
    sourcePort: number(flow, 'srcport'),
    destinationPort: number(flow, 'dstport'),
    protocol: number(flow, 'protocol'),
    tcpFlags: number(flow, 'tcpflags'),
    start: time(flow, header, 'start'),
    end: time(flow, header, 'end'),
    direction: direction === undefined ? undefined : Number(direction),
    postNatSource: postNat(text(flow, 'post_natsource_ipv4_address')),
    postNatDestination: postNat(text(flow, 'post_natdestination_ipv4_address')),
    records: 1,
    packets: BigInt(text(flow, 'packets') ?? 0),
    bytes: BigInt(text(flow, 'octets') ?? 0),
  };
}

function flowsOf(header: Tree): Flow[] {
  const records = [
    ...branches(header, /^pdu /),
    ...branches(header, /^(Flow)?Set /).flatMap((set) => branches(set, /^Flow \d/)),
  ];
  return records.map((record) => readFlow(record, header));
}

/** The end of a packet in tshark's array: a closing brace at this indentation. */
const PACKET_END = '\n  }';

/** The datagrams of a capture as tshark decodes them. */
async function* datagrams(pcap: string, port: number): AsyncGenerator<Tree> {
  const args = ['-n', '-r', pcap, '-d', `udp.port==${port},cflow`, '-J', 'cflow', '-T', 'json'];
  for await (const piece of piecesOf('tshark', args, 'tshark', PACKET_END)) {
    const from = piece.indexOf('{');
    if (from < 0) continue;
    const packet: Tree = JSON.parse(`${piece.slice(from)}}`);
    yield branch(branch(branch(packet, '_source'), 'layers'), 'cflow');
  }
}

/** By how much a datagram advances the sequence number: flow records in v5 and IPFIX, one in v9. */
function increment(header: Tree, flows: number): number {
  return text(header, 'version') === '9' ? 1 : flows;
}

/** The stream of a sequence number: v9's source ID, IPFIX's observation domain, v5's engine. */
function stream(header: Tree): string {
  return ['source_id', 'od_id', 'engine_type', 'engine_id']
    .map((name) => text(header, name))
    .join();
}

/** Passes on the flows of a capture. Returns the number of datagrams with an unexpected sequence number. */
async function decode(pcap: string, port: number, hold: (flow: Flow) => void): Promise<number> {
  const due = new Map<string, number>();
  let failures = 0;
  for await (const header of datagrams(pcap, port)) {
    const flows = flowsOf(header);
    const sequence = number(header, 'sequence');
    if (sequence !== (due.get(stream(header)) ?? sequence)) failures++;
    due.set(stream(header), sequence + increment(header, flows.length));
    flows.forEach(hold);
  }
  return failures;
}

/**
 * A process that records datagrams in a pcap file below `folder`, which tshark decodes. Capturing on the interface
 * would need privileges.
 */
export async function startTshark(folder: string): Promise<Collector> {
  const pcap = join(folder, 'tshark.pcap');
  const log = join(folder, 'tshark.log');
  const port = await freePort();
  const child = await start(execPath, [RECORDER, LOOPBACK, `${port}`, pcap], 'nodejs', log);
  runFirst(child);
  const kill = () => end(child, 'SIGTERM');
  const stop = async (hold: (flow: Flow) => void): Promise<Trouble> => {
    const drops = await drained(child, port);
    await kill();
    return { drops, sequenceFailures: await decode(pcap, port, hold), complaints: [] };
  };
  await until('the recorder binding its port', () => udpSocket(port) !== undefined);
  return { program: 'tshark', port, stop, kill };
}
