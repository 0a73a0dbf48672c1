import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { RECORDING_FORMAT } from '../../shared/flowlog/format.ts';
import {
  GATEWAY,
  START,
  storyLines,
  storyMetrics,
  storyNetwork,
} from '../../tests/reporter/story.ts';
import { reportRecording } from './report-recording.ts';

const FIXTURES = join(import.meta.dirname, '../../tests/fixtures');
const QUERY_LOG = join(FIXTURES, 'dns/query-log.json');
const RECORDING = {
  ...{ id: 'rec-1', gatewayId: GATEWAY, gatewayName: 'prod-egress-a', threshold: 1 },
  ...{ startedAt: START * 1000, endedAt: (START + 850) * 1000, recordingsLeft: '7 of 10' },
};
const SETTINGS = { version: '0', region: 'us-east-1', format: RECORDING_FORMAT };

type Ports = Parameters<typeof reportRecording>[2];

async function* objects(...files: readonly (readonly [name: string, text: string | Uint8Array])[]) {
  for (const [name, text] of files) {
    const pieces = (async function* () {
      yield Buffer.from(text);
    })();
    yield { name, pieces };
  }
}

function world(changes: Partial<Ports>) {
  const [mails, warnings]: [string[], string[]] = [[], []];
  const ports: Ports = {
    archive: () => objects(['a', storyLines().split('\n').slice(1).join('\n')]),
    errors: () => objects(),
    names: () => objects(),
    queryLogs: () => objects(),
    asn: () => objects(),
    describe: async () => storyNetwork(),
    ...{ meter: async () => storyMetrics(), ipRanges: undefined },
    ...{ storeReport: async () => ({}), report: async () => undefined },
    async *reports() {},
    notify: async (_, { parts }) => {
      mails.push(parts.subject);
    },
    pageScript: async () => '',
    warn: (message) => warnings.push(message),
    now: () => 0,
    ...changes,
  };
  return { ports, mails, warnings };
}

test("a recording's report has the archive's names and domains, and is grouped by the parameter", async () => {
  const asked: Record<string, number[]> = {};
  const ask = (name: string, ...times: readonly Date[]) => {
    asked[name] = times.map((time) => time.getTime() / 1000 - START);
  };
  const { ports, mails, warnings } = world({
    names: (since, until) => {
      ask('names', since, until);
      return objects(
        ['s3://a/names/teams.csv.gz', gzipSync('cidr,team\n10.20.3.0/24,data\n')],
        ['s3://a/names/bad.csv', 'name\nx\n'],
      );
    },
    queryLogs: (since, until) => {
      ask('queryLogs', since, until);
      return objects(['dns', readFileSync(QUERY_LOG)], ['cut', gzipSync('{}').subarray(0, 12)]);
    },
  });
  const report = await reportRecording(RECORDING, { ...SETTINGS, groupBy: 'team' }, ports);
  expect(report.grouping?.groups.rows.map(({ label }) => label)).toEqual(['data', null]);
  expect(report.domains?.rows[0]).toMatchObject({ domain: 'data-lake.s3.amazonaws.com' });
  expect(mails[0]).toMatch(/^\$1\.56 team data → S3, /);
  expect(warnings).toEqual([
    expect.stringMatching(/^s3:\/\/a\/names\/bad\.csv: line 1 names no column/),
    expect.stringMatching(/^cut: damaged gzip/),
  ]);
  expect(asked).toEqual({ names: [-60 - 3600, 850 + 900], queryLogs: [-60 - 86_400, 850 + 900] });
});

test("a recording's report has the organisations of the archive's database, and says why it has not", async () => {
  const database = readFileSync(join(FIXTURES, 'asn/asn.mmdb'));
  const whole = world({ asn: () => objects(['s3://a/names/asn.mmdb', database]) });
  const report = await reportRecording(RECORDING, { ...SETTINGS, groupBy: 'asn' }, whole.ports);
  const labels = report.grouping?.groups.rows.map(({ label }) => label);
  expect(labels?.slice(0, 2)).toEqual(['AWS services', 'Example Net (AS64500)']);
  expect(whole.warnings).toEqual([]);
  const country = readFileSync(join(FIXTURES, 'asn/country.mmdb'));
  const other = world({ asn: () => objects(['s3://a/names/asn.mmdb', country]) });
  const without = await reportRecording(RECORDING, SETTINGS, other.ports);
  expect(without.organizations).toBeUndefined();
  expect(other.warnings).toEqual([
    's3://a/names/asn.mmdb has no AS numbers: its type is GeoLite2-Country',
  ]);
});

test('without names and query logs the report says nothing of them, and without their list it is made all the same', async () => {
  const failing = async function* () {
    yield* objects();
    throw new Error('s3:ListObjectsV2: denied');
  };
  const { ports, warnings } = world({ names: failing, queryLogs: failing });
  const report = await reportRecording(RECORDING, SETTINGS, ports);
  expect([report.grouping, report.domains, report.hiddenPods]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect(warnings).toEqual(['s3:ListObjectsV2: denied', 's3:ListObjectsV2: denied']);
});
