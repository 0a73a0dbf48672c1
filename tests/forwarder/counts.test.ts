import { gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { metricsOf } from '../../services/forwarder/metrics.ts';
import { randomSource } from '../../shared/flowlog/synth.ts';
import { delivery, wrapped } from '../support/deliveries.ts';
import { type FlatReport, intoArray, NEVER, NOW } from '../support/forwarder.ts';
import { read } from '../support/loopback-collector.ts';

const FORMAT =
  'srcaddr dstaddr srcport dstport protocol packets bytes start end log-status pkt-srcaddr pkt-dstaddr';
/** A byte counter that takes three records in v5. */
const LARGE = 2 ** 33;
const START = NOW / 1000 - 100;

type Counts = Pick<
  FlatReport,
  | 'records'
  | 'undecodable'
  | 'lines'
  | 'flows'
  | 'nodata'
  | 'skipdata'
  | 'nonflow'
  | 'malformed'
  | 'otherLeg'
  | 'ownTraffic'
  | 'notExportable'
  | 'exported'
  | 'bytes'
>;
type Version = '5' | '9' | 'ipfix';

const NOTHING: Counts = {
  records: 0,
  undecodable: 0,
  lines: 0,
  flows: 0,
  nodata: 0,
  skipdata: 0,
  nonflow: 0,
  malformed: 0,
  otherLeg: 0,
  ownTraffic: 0,
  notExportable: 0,
  exported: 0,
  bytes: 0,
};

/** A flow of the private leg, with other values where given. */
function flow(values: Record<string, string | number>): string {
  const all: Record<string, string | number> = {
    srcaddr: '10.20.0.7',
    dstaddr: '10.0.0.220',
    srcport: 40_000,
    dstport: 443,
    protocol: 6,
    packets: 9,
    bytes: 840,
    start: START,
    end: START + 60,
    'log-status': 'OK',
    'pkt-srcaddr': '10.20.0.7',
    'pkt-dstaddr': '203.0.113.9',
    ...values,
  };
  return FORMAT.split(' ')
    .map((name) => all[name])
    .join(' ');
}

const UNTRANSLATED = { srcaddr: '10.0.0.220', dstaddr: '203.0.113.9', 'pkt-srcaddr': '10.0.0.220' };
const TO_COLLECTOR = { protocol: 17, dstport: 2055, 'pkt-dstaddr': '10.0.9.9' };
const IPV6 = {
  srcaddr: '2001:db8::1',
  dstaddr: '2001:db8::2',
  'pkt-srcaddr': '2001:db8::1',
  'pkt-dstaddr': '2001:db8::3',
};
const EMPTY = Object.fromEntries(FORMAT.split(' ').map((name) => [name, '-']));

/** A line of each kind, and the counts that it adds to. */
const KINDS: readonly ((version: Version, bytes: number) => [string, Partial<Counts>])[] = [
  (_, bytes) => [flow({ bytes }), { flows: 1, exported: 1, bytes }],
  (version, bytes) => [
    flow({ bytes: LARGE + bytes }),
    { flows: 1, exported: version === '5' ? 3 : 1, bytes: LARGE + bytes },
  ],
  (version, bytes) => [
    flow({ ...IPV6, bytes }),
    version === '5' ? { flows: 1, notExportable: 1 } : { flows: 1, exported: 1, bytes },
  ],
  () => [flow(UNTRANSLATED), { flows: 1, otherLeg: 1 }],
  () => [flow(TO_COLLECTOR), { flows: 1, ownTraffic: 1 }],
  () => [flow({ ...EMPTY, 'log-status': 'NODATA' }), { nodata: 1 }],
  () => [flow({ ...EMPTY, 'log-status': 'SKIPDATA' }), { skipdata: 1 }],
  () => [flow({ ...EMPTY, 'log-status': 'OK' }), { nonflow: 1 }],
  () => [flow({ bytes: 'many' }), { malformed: 1 }],
];

/** Records without lines: one that cannot be decoded, and a control message. */
const WITHOUT_LINES: readonly [string, Partial<Counts>][] = [
  ['{"no":"message"}', { undecodable: 1 }],
  [JSON.stringify({ messageType: 'CONTROL_MESSAGE', logEvents: [] }), {}],
];

/** Records of all kinds at random, and their counts. */
function randomRecords(version: Version, seed: number) {
  const random = randomSource(seed);
  const counts = { ...NOTHING };
  const count = (more: Partial<Counts>) => {
    for (const name of Object.keys(more) as (keyof Counts)[]) counts[name] += more[name] ?? 0;
  };
  const line = () => {
    const [text, more] = KINDS[random(KINDS.length)]?.(version, 1 + random(100_000)) ?? ['', {}];
    count({ lines: 1, ...more });
    return text;
  };
  const contents = Array.from({ length: 50 + random(400) }, () => {
    count({ records: 1 });
    const shape = random(10);
    if (shape < 6) return wrapped(line());
    if (shape < 7) return gzipSync(Array.from({ length: 1 + random(9) }, line).join('\n'));
    if (shape < 8) return `${line()}\n${line()}`;
    const [content, more] = WITHOUT_LINES[shape - 8] ?? ['', {}];
    count(more);
    return content;
  });
  return { contents, counts };
}

test.each<Version>(['5', '9', 'ipfix'])(
  'in version %s every number of a report equals an independent count',
  async (version) => {
    const seed = Date.now() % 2 ** 31;
    const { forward, sent } = intoArray({
      NATFLOW_LOG_FORMAT: FORMAT,
      NATFLOW_LEGS: 'private',
      NATFLOW_VERSION: version,
    });
    for (let delivered = 0; delivered < 5; delivered++) {
      const { contents, counts } = randomRecords(version, seed + delivered);
      const before = sent.length;
      const { report } = await forward.deliver(delivery(...contents), NEVER);
      expect({ seed, ...report }).toEqual({
        seed,
        ...counts,
        datagrams: sent.length - before,
        unsent: 0,
        reingested: 0,
        refused: 0,
        isDuplicate: false,
        lagSeconds: 40,
        fallback: undefined,
        failure: undefined,
      });
      const { flows } = read(sent.slice(before));
      expect(flows).toHaveLength(counts.exported);
      expect(flows.reduce((sum, { bytes }) => sum + Number(bytes), 0)).toBe(counts.bytes);
    }
  },
);

test('flows count as exported in proportion to the packets that sockets took', async () => {
  const { forward } = intoArray(
    { NATFLOW_LOG_FORMAT: FORMAT, NATFLOW_LEGS: 'all', NATFLOW_COLLECTORS: 'a:1,b:2,c:3' },
    { send: async () => ({ taken: [3, 0, 1], isLate: false }) },
  );
  const lines = Array.from({ length: 100 }, (_, i) => flow({ bytes: i < 30 ? 1000 : 1 }));
  const { report } = await forward.deliver(delivery(...lines), NEVER);
  expect(report).toMatchObject({
    exported: 3 * 30 + 30,
    datagrams: 4,
    bytes: 3 * 30 * 1000 + 30,
    unsent: 3 * 100 - 3 * 30 - 30,
  });
});

test('re-ingested records and refused ones are counted', async () => {
  const line = `${flow({})}\n`;
  const content = gzipSync(line.repeat(60_000));
  const pieces = Math.ceil((60_000 * line.length) / (500_000 - (500_000 % line.length)));
  for (const refused of [0, 1, pieces]) {
    const { forward } = intoArray(
      { NATFLOW_LOG_FORMAT: FORMAT },
      { reingest: async (_, all) => all.slice(0, refused) },
    );
    const { report, measured } = await forward.deliver(delivery(content), NEVER);
    expect(report).toMatchObject({ lines: 0, reingested: pieces - refused, refused });
    const metrics = metricsOf(measured, [], 0);
    const values = new Map(metrics.map(([name, , value]) => [name, value]));
    expect(values.get('RecordsReingested') ?? 0).toBe(pieces - refused);
    expect(values.get('RecordsRefused') ?? 0).toBe(refused);
  }
});
