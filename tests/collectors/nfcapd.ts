import { readdirSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
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

const PACKAGE = 'nfdump';
const FORMAT = 'fmt:%nfv,%sa,%da,%sp,%dp,%pr,%flg,%dir,%pkt,%byt,%ts,%te,%nsa,%nda';
/** The letters of `%flg` from the highest bit, CWR, to the lowest, FIN. */
const FLAG_BITS = 8;

function flags(letters: string): number {
  const bits = [...letters].map((letter) => (letter === '.' ? '0' : '1')).join('');
  if (bits.length !== FLAG_BITS) throw new Error(`unexpected TCP flags: ${letters}`);
  return Number.parseInt(bits, 2);
}

/** nfdump shows the destination port of ICMP as type.code. */
function port(text: string): number {
  const [type, code] = text.split('.').map(Number);
  return code === undefined ? Number(text) : Number(type) * 256 + code;
}

function readFlow(line: string): Flow {
  const words = line.split(',').map((word) => word.trim());
  const [nfv = '', source = '', destination = '', sourcePort, destinationPort = '', protocol] =
    words;
  const [
    letters = '',
    direction,
    packets = '',
    bytes = '',
    first,
    last,
    natSource,
    natDestination,
  ] = words.slice(6);
  const version = Number(nfv.slice(2)) as Version;
  return {
    version,
    source: canonical(source),
    destination: canonical(destination),
    sourcePort: Number(sourcePort),
    destinationPort: port(destinationPort),
    protocol: Number(protocol),
    tcpFlags: flags(letters),
    start: Date.parse(`${first}Z`),
    end: Date.parse(`${last}Z`),
    direction: version === 5 ? undefined : Number(direction === 'E'),
    postNatSource: postNat(natSource),
    postNatDestination: postNat(natDestination),
    records: 1,
    packets: BigInt(packets),
    bytes: BigInt(bytes),
  };
}

/** nfcapd turns its files over on full hours, so there may be several. */
function files(folder: string): string[] {
  return readdirSync(folder).map((name) => join(folder, name));
}

async function readFlows(folder: string, hold: (flow: Flow) => void): Promise<void> {
  for (const file of files(folder)) {
    const args = ['-r', file, '-q', '-N', '-6', '-o', FORMAT];
    for await (const line of piecesOf('nfdump', args, PACKAGE)) {
      if (line.startsWith('Nv')) hold(readFlow(line));
    }
  }
}

async function sequenceFailures(folder: string): Promise<number> {
  let failures = 0;
  for (const file of files(folder)) {
    for await (const line of piecesOf('nfdump', ['-I', '-r', file], PACKAGE)) {
      if (line.startsWith('Sequence failures:')) failures += Number(line.split(':')[1]);
    }
  }
  return failures;
}

/** nfcapd reports faults of datagrams only in its log: any line that is not about a new exporter. */
function complaints(log: string): string[] {
  const lines = readFileSync(log, 'utf8').split('\n');
  const isBad = (line: string) =>
    line.startsWith('Process_') ? !line.includes(': New ') : /Bad Packets: [1-9]/.test(line);
  return lines.filter(isBad);
}

/** nfcapd with its default socket buffer and its files below `folder`. */
export async function startNfcapd(folder: string): Promise<Collector> {
  const store = join(folder, 'nfcapd');
  const log = `${store}.log`;
  await mkdir(store);
  const bound = await freePort();
  const args = ['-w', store, '-b', LOOPBACK, '-p', `${bound}`, '-4', '-C', 'none', '-t', '3600'];
  const child = await start('nfcapd', args, PACKAGE, log);
  runFirst(child);
  await until('nfcapd binding its port', () => udpSocket(bound) !== undefined);
  const stop = async (hold: (flow: Flow) => void): Promise<Trouble> => {
    const drops = await drained(child, bound);
    await end(child, 'SIGTERM');
    await readFlows(store, hold);
    const failures = await sequenceFailures(store);
    return { drops, sequenceFailures: failures, complaints: complaints(log) };
  };
  return { program: 'nfcapd', port: bound, stop, kill: () => end(child, 'SIGTERM') };
}
