import fc from 'fast-check';
import {
  type RecordingSummary,
  SUMMARY_SCHEMA,
  type SummaryReport,
} from '../../shared/contract/recording-summary.ts';
import { readMetrics } from '../../shared/report/measure/metrics.ts';
import { type SummaryPlace, summaryOf } from '../../shared/report/model/recording-summary.ts';
import { reportOn, START, storyLines, storyMetrics, storyNetwork } from '../reporter/story.ts';

export const STORY_ID = 'nat-0c11aa22bb33cc44d-20261122T101430Z-1';

const PLACE: SummaryPlace = {
  ...{ natflow: '0.0.0', stack: 'natflow', account: '123456789012', region: 'us-east-1' },
  links: { page: 's3://archive/report.html', json: 's3://archive/report.json' },
};

/** The summary of the story's recording. */
export function summaryOfStory(place: Partial<SummaryPlace> = {}, id = STORY_ID): RecordingSummary {
  const recording = {
    ...{ spikeAt: START * 1000, startedAt: START * 1000, endedAt: (START + 900) * 1000 },
  };
  const metered = readMetrics(storyMetrics());
  const report = reportOn(storyLines(), { network: storyNetwork(), metered, recording });
  return summaryOf(id, report, { ...PLACE, ...place });
}

/** The type of a value in Hive's words, by an example; null counts as a text. */
export function hiveType(value: unknown): string {
  if (Array.isArray(value)) return `array<${hiveType(value[0])}>`;
  if (typeof value === 'number') return 'double';
  if (typeof value !== 'object' || value === null) return 'string';
  const members = Object.entries(value).map(([name, member]) => `${name}:${hiveType(member)}`);
  return `struct<${members.join(',')}>`;
}

const MONTH = Date.UTC(2026, 10, 3);
const MINUTE = 60_000;

interface Made {
  readonly account: string;
  readonly region: string;
  readonly stack: string;
  readonly gateway: string;
  readonly isByAlarm: boolean;
  readonly minute: number;
  readonly minutes: number;
  readonly report: SummaryReport | null;
}

function summaryAt({ isByAlarm, minute, minutes, report, ...made }: Made, index: number) {
  const begun = new Date(MONTH + minute * MINUTE);
  const stamp = begun.toISOString().replace(/[-:]|\.\d+/g, '');
  return {
    ...{
      schema: SUMMARY_SCHEMA,
      natflow: '0.0.0',
      id: `${made.gateway}-${stamp}-${index}`,
      ...made,
    },
    ...{ name: null, alarm: isByAlarm ? begun.toISOString() : null, begun: begun.toISOString() },
    ended: new Date(MONTH + (minute + minutes) * MINUTE).toISOString(),
    ...{ report, links: PLACE.links },
  };
}

function reportPart(): fc.Arbitrary<SummaryReport> {
  return fc
    .record({
      isPriced: fc.boolean(),
      sources: fc.uniqueArray(source(), {
        maxLength: 6,
        selector: ({ key }) => JSON.stringify(key),
      }),
      services: rows(fc.constantFrom('S3', 'DynamoDB')),
      peers: rows(fc.constantFrom('203.0.113.9', '10.9.9.9', 'example.com', 'S3')),
      unshown: fc.constantFrom(0, 0, 1000, 2 ** 33),
      seconds: fc.nat(900),
      explained: fc.constantFrom(null, 40, 89.9, 90, 100),
      recording: fc.constantFrom(0, 0.01, 0.25),
      endpoints: fc.array(
        fc.record({
          service: fc.constantFrom('S3', 'DYNAMODB'),
          vpc: fc.constantFrom('vpc-1', ''),
          dollars: fc.integer({ min: 1, max: 100 }),
          assumption: fc.constantFrom(null, 'if these buckets are in eu-west-1'),
        }),
        { maxLength: 3 },
      ),
    })
    .map(summaryReport);
}

const bytesOf = fc.integer({ min: 1, max: 2 ** 34 });

function source() {
  return fc.record({
    key: fc.record({
      address: fc.constantFrom('10.0.0.1', '10.0.0.2', 'fd00::1'),
      id: fc.constantFrom(null, 'i-1', 'i-2'),
      name: fc.constantFrom(null, 'etl', 'api'),
    }),
    bytes: bytesOf,
  });
}

function rows(names: fc.Arbitrary<string>) {
  return fc.uniqueArray(fc.record({ target: names, bytes: bytesOf }), {
    maxLength: 3,
    selector: ({ target }) => target,
  });
}

interface Parts {
  isPriced: boolean;
  sources: { key: { address: string; id: string | null; name: string | null }; bytes: number }[];
  services: { target: string; bytes: number }[];
  peers: { target: string; bytes: number }[];
  unshown: number;
  seconds: number;
  explained: number | null;
  recording: number;
  endpoints: SummaryReport['endpoints'];
}

function summaryReport(parts: Parts): SummaryReport {
  const { isPriced, seconds, explained, recording, endpoints, unshown } = parts;
  const priced = (bytes: number) => (isPriced ? bytes / 1e9 : null);
  const sorted = <T extends { bytes: number }>(all: readonly T[]) =>
    all
      .toSorted((a, b) => b.bytes - a.bytes)
      .map((row) => ({ ...row, dollars: priced(row.bytes) }));
  const sum = (all: readonly { bytes: number }[]) => all.reduce((a, { bytes }) => a + bytes, 0);
  const shown = Math.max(sum(parts.sources), sum(parts.services) + sum(parts.peers));
  const bytes = shown + unshown;
  const sources = sorted(parts.sources.map(({ key, bytes: own }) => ({ ...key, bytes: own })));
  const tableOf = <T>(all: T[], own: number) => ({
    rows: all,
    others: { count: own < bytes ? 1 : 0, bytes: bytes - own },
    error: 0,
  });
  return {
    written: '2026-11-03T12:00:00.000Z',
    headline: {
      text: 'headline',
      source: sources[0]?.address ?? null,
      name: sources[0]?.name ?? sources[0]?.id ?? null,
      target: null,
    },
    ...{ first: null, last: null, seconds, bytes, flows: 1, dollars: priced(bytes) },
    metered: explained === null ? null : bytes,
    ...{ explained, unread: 0, recording },
    savings: endpoints.reduce((total, { dollars }) => total + dollars, 0),
    endpoints,
    sources: tableOf(sources, sum(parts.sources)),
    services: tableOf(sorted(parts.services), sum(parts.services)),
    peers: tableOf(sorted(parts.peers), sum(parts.peers)),
  };
}

/** Random summaries of few accounts, gateways and sources, so that sums have several parts; ids differ. */
export const summariesOfMonth: fc.Arbitrary<RecordingSummary[]> = fc
  .array(
    fc.record({
      account: fc.constantFrom('111111111111', '222222222222', '333333333333'),
      region: fc.constantFrom('eu-west-1', 'us-east-1'),
      stack: fc.constantFrom('natflow', 'two'),
      gateway: fc.constantFrom('nat-0a', 'nat-0b'),
      isByAlarm: fc.boolean(),
      minute: fc.nat(600),
      minutes: fc.integer({ min: 1, max: 60 }),
      report: fc.option(reportPart(), { freq: 5, nil: null }),
    }),
    { maxLength: 25 },
  )
  .map((all) => all.map(summaryAt));
