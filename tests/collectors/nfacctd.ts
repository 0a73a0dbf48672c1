import { createSocket } from 'node:dgram';
import {
  closeSync,
  createReadStream,
  existsSync,
  fstatSync,
  openSync,
  readFileSync,
  readSync,
} from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from '../support/free-port.ts';
import { canonical, type Flow, postNat, type Version } from './flow.ts';
import {
  type Collector,
  drained,
  end,
  LOOPBACK,
  runFirst,
  start,
  type Trouble,
  until,
} from './program.ts';

/** Addresses of marker flows, from a block that no flow log has. Markers are sent before and after the others. */
const FIRST = '240.0.0.1';
const LAST = '240.0.0.2';
const LONGEST_ROW = 512;
const DIRECTIONS = new Map([
  ['i', 0],
  ['e', 1],
]);

interface Files {
  output: string;
  log: string;
}

/** ZeroMQ, because pmacct's own queue drops silently. A new file part every second, so that the cache stays small. */
function configuration(port: number, output: string, keys: string): string {
  return `daemonize: false
nfacctd_ip: ${LOOPBACK}
nfacctd_port: ${port}
nfacctd_pipe_size: 4194304
nfacctd_disable_checks: false
plugins: print
plugin_pipe_zmq: true
print_output: csv
print_output_file: ${output}
print_output_file_append: true
print_refresh_time: 1
print_num_protos: true
timestamps_since_epoch: true
aggregate: flows,src_host,dst_host,src_port,dst_port,proto,tcpflags,timestamp_start,timestamp_end,export_proto_version,sampling_direction,post_nat_src_host,post_nat_dst_host${keys}
nfacctd_as: netflow
`;
}

/** A v5 datagram with one empty flow, of a separate engine, so that it does not affect other sequences. */
function marker(source: string): Uint8Array {
  const datagram = Buffer.alloc(24 + 48);
  datagram.writeUInt16BE(5, 0);
  datagram.writeUInt16BE(1, 2);
  datagram.writeUInt32BE(1_700_000_000, 8);
  datagram.writeUInt16BE(0xffff, 20);
  datagram.set(source.split('.').map(Number), 24);
  return datagram;
}

function lastRow(output: string): string {
  if (!existsSync(output)) return '';
  const file = openSync(output, 'r');
  const end = Buffer.alloc(LONGEST_ROW);
  const from = Math.max(0, fstatSync(file).size - LONGEST_ROW);
  const text = end.toString('latin1', 0, readSync(file, end, 0, LONGEST_ROW, from));
  closeSync(file);
  return text.trimEnd().split('\n').at(-1) ?? '';
}

function isWriting(log: string): boolean {
  const text = readFileSync(log, 'utf8');
  const count = (word: string) => text.split(`Purging cache - ${word}`).length;
  return count('START') > count('END');
}

/**
 * Sends marker flows until one of them is the last row written. Flows sent before it are in the file then, and
 * flows sent later are not dropped: nfacctd's plugin silently drops flows until it has subscribed.
 */
async function passThrough(port: number, files: Files, source: string): Promise<void> {
  const socket = createSocket('udp4');
  const datagram = marker(source);
  try {
    await until(`nfacctd writing the flow from ${source}`, () => {
      if (!isWriting(files.log) && lastRow(files.output).split(',').includes(source)) return true;
      socket.send(datagram, port, LOOPBACK);
      return false;
    });
  } finally {
    socket.close();
  }
}

function milliseconds(seconds: string): number {
  return Math.round(Number(seconds) * 1000);
}

/** Reads the rows below a header line of column names. */
function lineReader(header: string): (line: string) => Flow {
  const columns = new Map(header.split(',').map((name, column) => [name, column]));
  return (line) => {
    const words = line.split(',');
    const value = (name: string): string => words[columns.get(name) ?? -1] ?? '';
    return {
      version: Number(value('EXPORT_PROTO_VERSION')) as Version,
      source: canonical(value('SRC_IP')),
      destination: canonical(value('DST_IP')),
      sourcePort: Number(value('SRC_PORT')),
      destinationPort: Number(value('DST_PORT')),
      protocol: Number(value('PROTOCOL')),
      tcpFlags: Number(value('TCP_FLAGS')),
      start: milliseconds(value('TIMESTAMP_START')),
      end: milliseconds(value('TIMESTAMP_END')),
      direction: DIRECTIONS.get(value('SAMPLING_DIRECTION')),
      postNatSource: postNat(value('POST_NAT_SRC_IP')),
      postNatDestination: postNat(value('POST_NAT_DST_IP')),
      records: Number(value('FLOWS')),
      packets: BigInt(value('PACKETS')),
      bytes: BigInt(value('BYTES')),
    };
  };
}

function isMarker(row: string): boolean {
  return row.startsWith(`${FIRST},`) || row.startsWith(`${LAST},`);
}

async function readFlows(output: string, hold: (flow: Flow) => void): Promise<void> {
  let read: ((line: string) => Flow) | undefined;
  for await (const line of createInterface({ input: createReadStream(output) })) {
    if (read === undefined) {
      read = lineReader(line);
    } else if (!isMarker(line)) {
      hold(read(line));
    }
  }
}

function sequenceFailures(log: string): number {
  return readFileSync(log, 'utf8').split('expecting flow ').length - 1;
}

/** Errors and warnings of nfacctd, such as a malformed datagram. */
function complaints(log: string): string[] {
  const lines = readFileSync(log, 'utf8').split('\n');
  return lines.filter((line) => /^(ERROR|WARN)|discarding/.test(line));
}

/**
 * nfacctd with a large socket buffer and its files below `folder`. It adds up equal flows, by these
 * further keys: `,src_as`.
 */
export async function startNfacctd(folder: string, keys = ''): Promise<Collector> {
  const files = { output: join(folder, 'nfacctd.csv'), log: join(folder, 'nfacctd.log') };
  const conf = join(folder, 'nfacctd.conf');
  const port = await freePort();
  await writeFile(conf, configuration(port, files.output, keys));
  const child = await start('nfacctd', ['-f', conf], 'pmacct', files.log);
  runFirst(child);
  // Its plugin ends within a second of it. Ended by SIGINT, one in sixty hangs.
  const kill = () => end(child, 'SIGKILL');
  const stop = async (hold: (flow: Flow) => void): Promise<Trouble> => {
    const drops = await drained(child, port);
    await passThrough(port, files, LAST);
    const trouble = {
      drops,
      sequenceFailures: sequenceFailures(files.log),
      complaints: complaints(files.log),
    };
    await kill();
    await readFlows(files.output, hold);
    return trouble;
  };
  try {
    await passThrough(port, files, FIRST);
  } catch (error) {
    await kill();
    throw error;
  }
  return { program: 'nfacctd', port, stop, kill };
}
