import { createReadStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RECORDING_FORMAT } from '../../shared/flowlog/format.ts';
import { AsnDatabase } from '../../shared/names/asn-database.ts';
import { readQueryLog } from '../../shared/names/read-query-log.ts';
import { ResolvedNames } from '../../shared/names/resolved-names.ts';
import { readMetrics } from '../../shared/report/measure/metrics.ts';
import type { Report } from '../../shared/report/model/report.ts';
import { Random } from '../fuzz/random.ts';
import { clusterReport, recorded } from '../reporter/cluster-report.ts';
import { ClusterWorld } from '../reporter/cluster-world.ts';
import { reportOn, START, storyLines, storyMetrics, storyNetwork } from '../reporter/story.ts';
import { linesOf, type Talk } from '../reporter/talks.ts';
import { ASN_FIXTURES } from '../support/asn-table.ts';

const QUERY_LOG = join(import.meta.dirname, '../fixtures/dns/query-log.json');
const ASNS = join(ASN_FIXTURES, 'asn.mmdb');
const MIB = 2 ** 20;
const HOUR = 3600;
/** 2026-11-22 00:00 UTC. */
const MIDNIGHT = Date.UTC(2026, 10, 22) / 1000;

/** What the sources talk to, and its part of the bytes of three gateways. */
const PEERS = [
  { peer: '52.216.8.51', service: 'S3', part: 0.5 },
  { peer: '18.205.93.7', service: 'AMAZON', part: 0.25 },
  { peer: '3.218.180.9', service: 'DYNAMODB', part: 0.15 },
  { peer: '198.51.100.9', service: '-', part: 0.07 },
  { peer: '203.0.113.77', service: '-', part: 0.03 },
];

/** A day of 480 sources in four subnets, all with nearly as much, and one minute at noon that is above all others. */
function evenDay(): string {
  const sources = Array.from({ length: 480 }, (_, source) => ({
    source,
    client: `10.20.${source % 4}.${10 + Math.floor(source / 4)}`,
  }));
  const hours = sources.flatMap(({ source, client }) =>
    Array.from({ length: 24 }, (_, hour): Talk => {
      const { peer = '', service = '' } = PEERS[(source + hour) % PEERS.length] ?? {};
      const start = MIDNIGHT + hour * HOUR + (source % 6) * 600;
      return { client, peer, service, start, seconds: 600, bytes: (20 + (hour % 12)) * MIB };
    }),
  );
  const noon = { peer: '52.216.8.51', service: 'S3', start: MIDNIGHT + 12 * HOUR, seconds: 60 };
  const burst = sources.slice(0, 48).map(({ client }) => ({ client, ...noon, bytes: 64 * MIB }));
  return linesOf([...hours, ...burst]);
}

/** MiB per minute of three gateways: above the threshold, below it, hardly used. */
const RATES = [1900, 900, 60];

function threeGateways(): string {
  const talks = RATES.flatMap((rate, gateway) =>
    Array.from({ length: 20 }, (_, minute) =>
      PEERS.map(({ peer, service, part }, index): Talk => {
        const bytes = rate * MIB * part * (0.6 + ((minute * 7) % 10) / 12);
        const client = `10.20.${gateway}.${10 + index}`;
        const start = START + minute * 60;
        return { gateway, client, peer, service, start, seconds: 60, bytes };
      }),
    ).flat(),
  );
  return linesOf(talks);
}

const CELLS = { cells: true };

/** The story's targets by the names that its resolver's log has, and by whose addresses they are. */
async function storyByDomain(): Promise<Report> {
  const resolved = new ResolvedNames();
  await readQueryLog(createReadStream(QUERY_LOG), resolved);
  resolved.seal();
  return reportOn(
    storyLines(),
    { network: storyNetwork(), groupBy: 'domain' },
    { resolved, asns: new AsnDatabase(readFileSync(ASNS), 'asn.mmdb'), ...CELLS },
  );
}

function clusterByNamespace(): Report {
  const random = new Random(1);
  const world = new ClusterWorld(random);
  const { text } = recorded(world, random);
  return clusterReport(world, text, { groupBy: 'namespace' }, CELLS);
}

/** The reports that the page is looked at with. */
export const REPORTS: Readonly<Record<string, () => Report | Promise<Report>>> = {
  story: () =>
    reportOn(
      storyLines(),
      {
        network: storyNetwork(),
        metered: readMetrics(storyMetrics()),
        threshold: 2 ** 30,
        recording: { startedAt: (START - 95) * 1000, endedAt: (START + 850) * 1000 },
      },
      CELLS,
    ),
  '480 even sources in a day': () => reportOn(evenDay(), { threshold: 2 ** 30 }, CELLS),
  'three gateways': () => reportOn(threeGateways(), { threshold: 2 ** 30 }, CELLS),
  'a cluster by namespace': clusterByNamespace,
  'the story by domain': storyByDomain,
  'what is not proven to be a gateway': () =>
    reportOn(
      [
        'interface-id srcaddr dstaddr start end bytes',
        ...['1', '2'].map(
          (n) => `eni-${n} 10.0.0.${n} 203.0.113.9 ${START} ${START + 599} ${n}000000000`,
        ),
      ].join('\n'),
      { threshold: 2 ** 30 },
      CELLS,
    ),
  nothing: () => reportOn(`${RECORDING_FORMAT.join(' ')}\n`),
};
