import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, test } from '@jest/globals';
import { buildChanged } from '../infra/build-changed.ts';
import { CONTAINERS } from './support/containers.ts';
import { expectRow, type Row } from './support/expected-row.ts';
import { openFolder } from './support/folder.ts';
import { describeWithPeerData, PEER_DATA, readJsonLines } from './support/peer-data.ts';
import { PATIENCE_MS } from './support/run-natflow.ts';
import { ipfix, set, u32, v9 } from './support/wire.ts';

beforeAll(async () => {
  await buildChanged(['replayer']);
}, PATIENCE_MS);

const text = (...lines: string[]) => lines.map((line) => `${line}\n`).join('');
const vpc = (n: number) =>
  `2 210987654321 eni-0f ${`10.9.8.${n} 192.0.2.${n}`} ${50_000 + n} 8443 17 3 ${n * 700} 1710000000 1710000030 ACCEPT OK`;
const tgw = (n: number) =>
  `6 TransitGateway 2 tgw-1 tgw-attach-1 2 3 vpc-1 vpc-2 subnet-1 subnet-2 eni-1 eni-2 euw1-az1 euw1-az2 tgw-attach-2 2001:db8::${n} 2001:db8:1::${n} 50 53 17 4 ${n * 90} 1710000000 1710000030 OK IPv6 0 0 0 0 0 eu-west-1 egress - -`;
const none = (status: string, times = '1710000000 1710000030') =>
  `2 210987654321 eni-0f - - - - - - - ${times} - ${status}`;
const DEFAULT =
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status';
const TGW =
  'version resource-type account-id tgw-id tgw-attachment-id tgw-src-vpc-account-id tgw-dst-vpc-account-id tgw-src-vpc-id tgw-dst-vpc-id tgw-src-subnet-id tgw-dst-subnet-id tgw-src-eni tgw-dst-eni tgw-src-az-id tgw-dst-az-id tgw-pair-attachment-id srcaddr dstaddr srcport dstport protocol packets bytes start end log-status type packets-lost-no-route packets-lost-blackhole packets-lost-mtu-exceeded packets-lost-ttl-expired tcp-flags region flow-direction pkt-src-aws-service pkt-dst-aws-service';

/** An exchange of 10.1.0.5 with 192.0.2.9 through a NAT gateway, and one of more bytes inside the VPC. */
const wide = (pod: string, packetAddresses: boolean) =>
  [
    ['eni-01', '10.1.0.5', '10.1.1.6', 9_000_000, pod, '10.1.1.6'],
    ['eni-02', pod, '10.1.1.6', 9_000_000, pod, '10.1.1.6'],
    ['eni-01', '10.1.0.5', '192.0.2.9', 123_456, pod, '192.0.2.9'],
    ['eni-0d', pod, '10.1.2.220', 123_456, pod, '192.0.2.9'],
    ['eni-0d', '10.1.2.220', '192.0.2.9', 123_456, '10.1.2.220', '192.0.2.9'],
  ].map(([eni, from, to, octets, packetFrom, packetTo]) => {
    const tail = packetAddresses ? ` ${packetFrom} ${packetTo}` : '';
    return `2 1 ${eni} ${from} ${to} 4000 443 6 90 ${octets} 1710000000 1710000030 ACCEPT OK${tail}`;
  });
const WIDE = `${DEFAULT} pkt-srcaddr pkt-dstaddr`;
const TORN = gzipSync(text(DEFAULT, ...[1, 2, 3, 4].map(vpc))).subarray(0, -6);

const FIELDS = '0004 0001 0002 0004 0001 0004';
const FLOW = `11${u32(3)}${u32(700)}`;
const times = (start: number, end: number) => ({
  time_flow_start_ns: `${start}000000000`,
  time_flow_end_ns: `${end}000000000`,
});

const FOUR = [vpc(1), vpc(2), vpc(3), vpc(4)];
/** Lines in containers, which are files of this name. */
const CONTAINED: Readonly<Record<string, readonly string[]>> = {
  'an export task': FOUR,
  'events as JSON lines': FOUR,
  'plain lines in gzip in gzip': FOUR,
  'gzip members with nothing between': FOUR,
  'gzip members with newlines between': FOUR,
  'failed records': FOUR,
  'failed records, pretty-printed, of gzip': FOUR,
  'filter-log-events': FOUR,
  'records of Firehose, glued': [tgw(1), tgw(2)],
};

/** The inputs of the rows below, each by the name of its file. */
const INPUTS: Readonly<Record<string, string | Uint8Array>> = {
  'pods.log': text(WIDE, ...wide('10.1.0.77', true)),
  'hosts.log': text(WIDE, ...wide('10.1.0.5', true)),
  'default.log': text(DEFAULT, ...wide('10.1.0.5', false)),
  'whole.log.gz': gzipSync(text(DEFAULT, vpc(1), vpc(2))),
  'torn.log.gz': TORN,
  'nothing.log': '',
  'nothing.log.gz': gzipSync(''),
  'kinds.log': text(vpc(1), tgw(2), tgw(3), vpc(4), tgw(5)),
  'kinds-headers.log': text(DEFAULT, vpc(1), TGW, tgw(2), tgw(3), DEFAULT, vpc(4)),
  'dashes.log': text(none('NODATA', '- -'), none('SKIPDATA', '- -'), none('NODATA'), vpc(1)),
  'tgw.log': text(TGW, tgw(1), tgw(2)),
  'interval-space.bin': ipfix(
    set(3, '0101 0003 0001 0090 0004 0131 0004 0132 0004') +
      set(257, u32(7) + u32(2) + u32(126)) +
      set(2, `0100 0003 ${FIELDS}`) +
      set(256, FLOW),
  ),
  'samplers.bin': v9(
    set(1, '0101 0004 000c 0001 0004 0030 0002 0031 0001 0032 0002') +
      set(257, `${u32(0)}0007020014 ${u32(0)}0009020028 0000`) +
      set(0, `0100 0004 0030 0002 ${FIELDS}`) +
      set(256, `0009${FLOW} 0007${FLOW} 0008${FLOW} 0000`),
  ),
  'offset-duration.bin': ipfix(
    set(2, `0100 0005 009e 0004 ${FIELDS} 00a1 0004`) +
      set(256, `${u32(50_000_000)}${FLOW}${u32(40_000)}`),
  ),
  'boot-in-options.bin': ipfix(
    set(3, '0101 0002 0001 0095 0004 00a0 0008') +
      set(257, `${u32(1)}0000018bcfe56800`) +
      set(2, `0100 0005 ${FIELDS} 0016 0004 0015 0004`) +
      set(256, `${FLOW}${u32(10_000)}${u32(50_000)}`),
  ),
  'no-octets.bin': v9(
    set(0, `0100 0005 0052 0000 ${FIELDS} 0007 0000`) + set(256, `${FLOW.repeat(2)}0000`),
  ),
  'twice.bin': v9(
    set(0, `0100 0005 0007 0002 ${FIELDS} 0007 0002`) + set(256, `0001${FLOW}0002 000000`),
  ),
};

const row = (file: string, command: string, why: string, expected: Row['expected']): Row => ({
  file,
  command: command.replaceAll('FILE', file),
  expected,
  why,
});
const REPORT = 'npx natflow report --json FILE';
const REPORT_OF_ONE = 'npx natflow report --json --nat eni-0d FILE';
const REPLAY = 'npx natflow replay --dry-run --json FILE';
const COLLECT = 'natflow collect --json --listen 127.0.0.1:PORT --idle 2; one datagram';
const REPLAYER = 'the built replayer, object: FILE';

const ROWS: readonly Row[] = [
  row('pods.log', REPORT, 'pods', { forwardedBytes: '123456', rc: 0 }),
  row('pods.log', REPORT_OF_ONE, 'pods, interface named', { forwardedBytes: '123456', rc: 0 }),
  row('hosts.log', REPORT, 'no pods', { forwardedBytes: '123456', rc: 0 }),
  row('default.log', REPORT, 'no NAT cost can be said', { rc: 0 }),
  row('default.log', REPORT_OF_ONE, 'interface named', { forwardedBytes: '123456', rc: 0 }),
  row('torn.log.gz', `${REPLAY} whole.log.gz`, 'the file after a torn one', { flows: 6, rc: 1 }),
  row('nothing.log', `${REPLAY} nothing.log.gz whole.log.gz`, 'empty', { flows: 2, rc: 0 }),
  ...Object.entries(CONTAINED).map(([name, { length }]) =>
    row(`${name}.in`, `npx natflow replay --dry-run --json 'FILE'`, name, {
      lines: length,
      flows: length,
      malformed: 0,
      rc: 0,
    }),
  ),
  row('kinds.log', REPLAY, 'no headers', { lines: 5, flows: 5, malformed: 0, rc: 0 }),
  row('kinds-headers.log', REPLAY, 'headers', { lines: 4, flows: 4, malformed: 0, rc: 0 }),
  row('dashes.log', REPLAY, 'no times', { flows: 1, nodata: 2, skipdata: 1, malformed: 0, rc: 0 }),
  row('interval-space.bin', COLLECT, '305 and 306', { flows: 1, list: [{ sampling_rate: 64 }] }),
  row('samplers.bin', COLLECT, "the flow's own sampler", {
    list: [{ sampling_rate: 40 }, { sampling_rate: 20 }, { sampling_rate: null }],
  }),
  row('offset-duration.bin', COLLECT, '158 and 161', { list: [times(1700000010, 1700000050)] }),
  row('boot-in-options.bin', COLLECT, '160', { list: [times(1700000010, 1700000050)] }),
  row('no-octets.bin', COLLECT, 'elements of no octets', {
    list: [{ bytes: 700 }, { bytes: 700 }],
  }),
  row('twice.bin', COLLECT, 'the last counts', { list: [{ src_port: 2, packets: 3 }] }),
  row('whole.log.gz', REPLAYER, 'sent, or counted', {
    oneOf: [{ datagramsAtCollector: 1 }, { metric: 'FlowsOtherLeg', value: 2 }],
  }),
  row('whole.log.gz', `${REPLAYER},NATFLOW_DELETE_AFTER_SUCCESS=true`, 'kept', {
    objectStillThere: true,
  }),
  row('tgw.log', `${REPLAYER},NATFLOW_DELETE_AFTER_SUCCESS=true`, 'kept', {
    objectStillThere: true,
  }),
  row('whole.log.gz', `${REPLAYER},NATFLOW_LEGS=all`, 'sent', { datagramsAtCollector: 1 }),
];

const titled = (rows: readonly Row[]) =>
  rows.map((one) => [`${one.command} (${one.file}): ${one.why}`, one] as const);

describe('inputs of the kinds that were reported', () => {
  const folder = openFolder();
  beforeAll(() => {
    for (const [name, content] of Object.entries(INPUTS)) folder.write(name, content);
    for (const [name, lines] of Object.entries(CONTAINED))
      folder.write(`${name}.in`, CONTAINERS[name]?.(lines) ?? '');
  });

  test.each(titled(ROWS))('%s', (_, one) => expectRow(one, folder.path), PATIENCE_MS);
});

describeWithPeerData('inputs after reports of other people', () => {
  const folder = fileURLToPath(new URL('reports/', PEER_DATA));
  const rows = readJsonLines<Row>('reports/expected.jsonl');

  test.each(titled(rows))('%s', (_, one) => expectRow(one, folder), PATIENCE_MS);
});
