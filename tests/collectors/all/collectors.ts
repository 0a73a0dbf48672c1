import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Version } from '../flow.ts';
import { startNfacctd } from '../nfacctd.ts';
import { startNfcapd } from '../nfcapd.ts';
import { type Collector, LOOPBACK } from '../program.ts';
import { startTshark } from '../tshark.ts';
import {
  debian,
  goProgram,
  mavenJars,
  nodePackage,
  ownCrate,
  ownGoProgram,
  PROGRAMS,
  pythonPackage,
  run,
} from './install.ts';
import { flowsOfCrate, flowsOfIpfixDump, flowsOfRa, jsonLines } from './output.ts';
import { startPrinting } from './printing.ts';
import type { Seen } from './seen.ts';
import { sendAll } from './send.ts';
import type { Row } from './table.ts';

/** The export of a flow log in one version: its datagrams, in order. */
export interface Capture {
  readonly version: Version;
  readonly datagrams: readonly Buffer[];
}

/** A collector or a decoder. */
export interface Subject extends Pick<Row, 'collector' | 'setting' | 'command'> {
  /** Installs it. Returns its version. */
  readonly install: () => string;
  readonly versions: readonly Version[];
  /** Installed; returns what it makes of a capture. `folder` is empty. */
  readonly read: (capture: Capture, folder: string) => Promise<readonly Seen[]>;
}

/** Installs, and returns this version. */
function at(version: string, install: () => void): Subject['install'] {
  return () => {
    install();
    return version;
  };
}

const ALL: readonly Version[] = [5, 9, 10];
const GOFLOW2 = '2.2.6';
const TELEGRAF = '1.37.2';

export const goflow2 = () =>
  goProgram('goflow2', 'github.com/netsampler/goflow2/v2/cmd/goflow2', `v${GOFLOW2}`);
export const telegraf = () => ownGoProgram('telegraf');
export const telegrafProtocol = (version: Version) =>
  version === 10 ? 'ipfix' : `netflow v${version}`;

export const goflow2Args = (port: number) => [
  ...['-listen', `netflow://${LOOPBACK}:${port}`, '-format', 'json', '-addr', `${LOOPBACK}:0`],
];

function printing(
  program: () => string,
  args: (port: number, version: Version) => string[],
  parse: (text: string) => readonly Seen[] = jsonLines,
): Subject['read'] {
  return async ({ version, datagrams }, folder) => {
    const started = await startPrinting(program(), (port) => args(port, version), folder);
    await sendAll(datagrams, started.port);
    return parse(await started.stop());
  };
}

/** One of the collectors that `npm run test:collectors` has. */
function known(startCollector: (folder: string) => Promise<Collector>): Subject['read'] {
  return async ({ datagrams }, folder) => {
    const collector = await startCollector(folder);
    const seen: Seen[] = [];
    try {
      await sendAll(datagrams, collector.port);
      // tshark shows options data as flows without addresses.
      await collector.stop((flow) => flow.source !== '::' && seen.push(flow));
    } finally {
      await collector.kill();
    }
    return seen;
  };
}

/** A program that reads datagrams as lines of hexadecimal digits. */
function decoding(
  command: () => readonly [string, readonly string[], object?],
  parse: (text: string) => readonly Seen[] = jsonLines,
): Subject['read'] {
  return async ({ datagrams }) => {
    const [program, args, env] = command();
    const input = datagrams.map((datagram) => `${datagram.toString('hex')}\n`).join('');
    return parse(run(program, args, { input, env: { ...process.env, ...env } }));
  };
}

const python = (name: string, version: string) =>
  decoding(() => [
    'python3',
    [join(PROGRAMS, `${name}_.py`)],
    { PYTHONPATH: pythonPackage(name, version) },
  ]);

export const SUBJECTS: readonly Subject[] = [
  {
    collector: 'goflow2',
    install: at(GOFLOW2, () => goflow2()),
    versions: ALL,
    setting: 'none; a mapping file for direction and translated addresses',
    command: 'goflow2 -listen netflow://:2055',
    read: printing(goflow2, goflow2Args),
  },
  {
    collector: 'Telegraf (inputs.netflow)',
    install: at(TELEGRAF, () => telegraf()),
    versions: ALL,
    setting: '`protocol`, one for each version; v5 and v9 times are since the exporter began',
    command: 'telegraf --config telegraf.conf',
    read: printing(telegraf, (port, version) => [
      `udp://${LOOPBACK}:${port}`,
      telegrafProtocol(version),
    ]),
  },
  {
    collector: 'nfdump (nfcapd)',
    install: () => debian('nfcapd', 'nfdump'),
    versions: ALL,
    setting: 'none',
    command: 'nfcapd -w DIR -p 2055',
    read: known(startNfcapd),
  },
  {
    collector: 'pmacct (nfacctd)',
    install: () => debian('nfacctd', 'pmacct'),
    versions: ALL,
    setting: '`plugin_pipe_zmq: true`, `nfacctd_pipe_size: 4194304`',
    command: 'nfacctd -f nfacctd.conf',
    read: known(startNfacctd),
  },
  {
    collector: 'Wireshark (tshark)',
    install: () => debian('tshark', 'tshark'),
    versions: ALL,
    setting: '"Decode As" CFLOW for the port',
    command: 'tshark -i any -f "udp port 2055" -d udp.port==2055,cflow -O cflow',
    read: known(startTshark),
  },
  {
    collector: 'netflow (PyPI)',
    install: at('0.12.2', () => pythonPackage('netflow', '0.12.2')),
    versions: ALL,
    setting: 'none',
    command: 'python3 -m netflow.collector -p 2055',
    read: python('netflow', '0.12.2'),
  },
  {
    collector: 'scapy (PyPI)',
    install: at('2.8.0', () => pythonPackage('scapy', '2.8.0')),
    versions: ALL,
    setting: '`netflowv9_defragment` on the packets',
    command: 'netflowv9_defragment(rdpcap("flows.pcap"))',
    read: python('scapy', '2.8.0'),
  },
  {
    collector: 'node-netflowv9 (npm)',
    install: at('0.2.16', () => nodePackage('node-netflowv9', '0.2.16')),
    versions: [5, 9],
    setting: 'none',
    command: "require('node-netflowv9')(console.log).listen(2055)",
    read: decoding(() => [
      process.execPath,
      [join(PROGRAMS, 'netflowv9.cjs'), nodePackage('node-netflowv9', '0.2.16')],
    ]),
  },
  {
    collector: 'argus (ra)',
    install: () => debian('ra', 'argus-client'),
    versions: [5, 9],
    setting: 'none; client and server are its guess, counters of v9 have 32 bits',
    command: 'ra -C 0.0.0.0:2055',
    read: printing(
      () => 'ra',
      (port) => [
        ...['-C', `${LOOPBACK}:${port}`, '-nn', '-u', '-c', ','],
        ...['-s', 'saddr', 'sport', 'daddr', 'dport', 'proto', 'pkts', 'bytes', 'stime', 'ltime'],
      ],
      flowsOfRa,
    ),
  },
  {
    collector: 'libfixbuf (ipfixDump)',
    install: () => debian('ipfixDump', 'libfixbuf-tools'),
    versions: [10],
    setting: 'a file of messages',
    command: 'ipfixDump -d -i messages.ipfix',
    read: async ({ datagrams }, folder) => {
      const file = join(folder, 'messages.ipfix');
      await writeFile(file, Buffer.concat(datagrams));
      return flowsOfIpfixDump(run('ipfixDump', ['-d', '-i', file]));
    },
  },
  {
    collector: 'netflow_parser (crates.io)',
    install: at('1.0.6', () => ownCrate('netflow_parser')),
    versions: ALL,
    setting: 'none',
    command: 'NetflowParser::default().parse_bytes(&datagram)',
    read: decoding(() => [ownCrate('netflow_parser'), []], flowsOfCrate),
  },
  {
    collector: "Graylog's decoders (Maven)",
    install: at('6.3.7', () => mavenJars('graylog')),
    versions: ALL,
    setting: 'none; its inputs around them were not run',
    command: 'NetFlowV9Parser.parsePacket(datagram, …), IpfixParser',
    read: decoding(() => [
      'java',
      ['-cp', `${mavenJars('graylog')}/*`, join(PROGRAMS, 'graylog/Decode.java')],
    ]),
  },
];
