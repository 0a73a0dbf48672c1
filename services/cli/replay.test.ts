import { expect, jest, test } from '@jest/globals';
import { synthesize } from '../../shared/flowlog/synth.ts';
import { openFolder } from '../../tests/support/folder.ts';
import { openCollector, read } from '../../tests/support/loopback-collector.ts';
import { natflowHere } from '../../tests/support/natflow-here.ts';
import { natflowReading, PATIENCE_MS, startNatflow } from '../../tests/support/run-natflow.ts';
import { collectorsOption } from './options.ts';

jest.setTimeout(PATIENCE_MS);

const IPV4 =
  '2 123456789012 eni-1 10.0.0.1 10.0.0.2 443 49152 6 10 840 1700000000 1700000058 ACCEPT OK';
const IPV6 = IPV4.replace('10.0.0.1', '2001:db8::1').replace('10.0.0.2', '2001:db8::2');
const NODATA = '2 123456789012 eni-1 - - - - - - - 1700000000 1700000058 - NODATA';
const NONFLOW = NODATA.replace('NODATA', 'OK');

const folder = openFolder();

function spike(flows: number): string {
  return folder.write(`${flows}.log`, [...synthesize({ flows, seed: 1 })].join(''));
}

/** Runs a replay to a collector in the test, and decodes what arrived. */
async function replayed(host: string, ...args: string[]) {
  const collector = await openCollector(host);
  const ended = await natflowHere('replay', '-n', collector.target, '--json', ...args);
  const summary = JSON.parse(ended.stdout);
  return { ...ended, summary, ...read(await collector.received(summary.datagrams)) };
}

const FLOW_LINE = {
  src_addr: '10.0.0.1',
  dst_addr: '10.0.0.2',
  src_port: 443,
  dst_port: 49152,
  proto: 'TCP',
  packets: 10,
  bytes: 840,
  time_flow_start_ns: '1700000000000000000',
  time_flow_end_ns: '1700000058000000000',
};

test.each([
  ['5', 'NETFLOW_V5'],
  ['9', 'NETFLOW_V9'],
  ['10', 'IPFIX'],
  ['ipfix', 'IPFIX'],
  ['IPFIX', 'IPFIX'],
])('-v %s sends the flows as %s', async (version, type) => {
  const path = folder.write(
    `v${version}.log`,
    `${IPV4}\n${NODATA}\n${IPV4.replace(' 443 ', ' 80 ')}\n`,
  );
  const { code, flows, troubles, stderr } = await replayed('127.0.0.1', '-v', version, path);
  expect({ code, troubles, stderr }).toEqual({ code: 0, troubles: [], stderr: '' });
  expect(flows).toMatchObject([
    { type, ...FLOW_LINE },
    { type, ...FLOW_LINE, src_port: 80 },
  ]);
});

test('the default version is v5, also to an IPv6 address', async () => {
  const { flows, code } = await replayed('::1', folder.write('plain.log', IPV4));
  expect(code).toBe(0);
  expect(flows).toMatchObject([{ type: 'NETFLOW_V5', ...FLOW_LINE }]);
});

test('the summary has all counts, and the line counts add up', async () => {
  const path = folder.write(
    'all.log',
    [IPV4, IPV6, NODATA, NODATA.replace('NODATA', 'SKIPDATA'), NONFLOW, 'x', ''].join('\n'),
  );
  const { code, stdout } = await natflowHere('replay', '--dry-run', '--json', path, path);
  expect(code).toBe(3);
  expect(stdout.trimEnd().split('\n')).toHaveLength(1);
  expect(Object.entries(JSON.parse(stdout))).toEqual([
    ['lines', 12],
    ['flows', 4],
    ['nodata', 2],
    ['skipdata', 2],
    ['nonflow', 2],
    ['malformed', 2],
    ['otherLeg', 0],
    ['notExportable', 2],
    ['records', 2],
    ['datagrams', 2],
    ['bytes', '1680'],
    ['packets', '20'],
    ['seconds', expect.any(Number)],
  ]);
});

test.each([
  ['all', 4],
  ['private', 2],
  ['public', 2],
])('--legs %s sends %i of an exchange in four lines', async (legs, sent) => {
  const { summary, flows } = await replayed('127.0.0.1', '-v', '9', '--legs', legs, spike(4));
  expect(summary).toMatchObject({ flows: 4, records: sent, otherLeg: 4 - sent });
  const client = (address: string) => address.startsWith('10.20.');
  const toOrFromClient = flows.filter((flow) => client(flow.src_addr) || client(flow.dst_addr));
  expect(toOrFromClient).toHaveLength(legs === 'public' ? 0 : 2);
});

test('IPv6 flows in v5 are reported once', async () => {
  const path = folder.write('ipv6.log', `${IPV6}\n${IPV4}\n${IPV6}\n`);
  const { code, flows, stderr } = await replayed('127.0.0.1', path, path);
  expect(code).toBe(0);
  expect(flows).toHaveLength(2);
  expect(stderr).toMatch(/^natflow: 4 flows cannot be sent as NetFlow v5: .*IPv6.*\n$/);
});

test('without --json the summary is a sentence on standard error', async () => {
  const collector = await openCollector();
  const { stdout, stderr } = await natflowHere(
    'replay',
    '-n',
    collector.target,
    folder.write('words.log', `${IPV4}\n${NODATA}`),
  );
  expect(stdout).toBe('');
  expect(stderr).toMatch(
    /^natflow: sent 1 flow record in 1 datagram to 127\.0\.0\.1:\d+ \(NetFlow v5\), \d+\.\d s; left out 1 NODATA\n$/,
  );
});

test('several collectors get the same flows', async () => {
  const collectors = await Promise.all([openCollector(), openCollector('::1')]);
  const targets = collectors.map(({ target }) => target).join(',');
  const { code, stdout } = await natflowHere('replay', '-n', targets, '--json', spike(400));
  const [one, other] = await Promise.all(
    collectors.map((c) => c.received(JSON.parse(stdout).datagrams)),
  );
  expect(code).toBe(0);
  expect(read(one ?? []).flows).toHaveLength(400);
  expect(one).toEqual(other);
});

test('standard input can be replayed, with a custom format', async () => {
  const args = ['replay', '--dry-run', '--json', '--format', 'bytes packets dstaddr srcaddr', '-'];
  const { code, stdout } = await natflowReading('7 1 10.0.0.1 10.0.0.2\n', ...args);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ lines: 1, flows: 1, bytes: '7', packets: '1' });
});

test('the default port is 2055, and 4739 for IPFIX', () => {
  expect(collectorsOption('127.0.0.1', 5)).toEqual([
    { scheme: 'udp', host: '127.0.0.1', port: 2055 },
  ]);
  expect(collectorsOption('[::1]', 9)).toEqual([{ scheme: 'udp', host: '::1', port: 2055 }]);
  expect(collectorsOption('127.0.0.1,[::1]:1', 10)).toEqual([
    { scheme: 'udp', host: '127.0.0.1', port: 4739 },
    { scheme: 'udp', host: '::1', port: 1 },
  ]);
});

test('--rate 2000 sends two thousand flows in about a second', async () => {
  const { summary, flows } = await replayed('127.0.0.1', '--rate', '2000', spike(2_000));
  expect(flows).toHaveLength(2_000);
  expect(summary.seconds).toBeGreaterThan(0.8);
  expect(summary.seconds).toBeLessThan(10);
});

test('--rate max sends without pacing', async () => {
  const { summary } = await replayed('127.0.0.1', '--rate', 'max', spike(1_000));
  expect(summary.records).toBe(1_000);
  expect(summary.seconds).toBeLessThan(5);
});

test('an interrupt ends a slow replay at once with the summary of what was sent', async () => {
  const collector = await openCollector();
  const args = [
    'replay',
    '-n',
    collector.target,
    '--rate',
    '50',
    '--json',
    spike(2_000),
    spike(400),
  ];
  const { child, ended } = startNatflow(...args);
  await collector.received(1);
  child.kill('SIGINT');
  const { code, stdout } = await ended;
  const summary = JSON.parse(stdout);
  expect(code).toBe(130);
  expect(summary.records).toBeGreaterThan(0);
  expect(summary.records).toBeLessThan(2_000);
  expect(summary.flows).toBe(summary.records);
  expect(summary.seconds).toBeLessThan(15);
  expect(read(await collector.received(summary.datagrams)).flows).toHaveLength(summary.records);
});
