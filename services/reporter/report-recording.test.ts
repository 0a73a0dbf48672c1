import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import type { EndedRecording } from '../../shared/contract/ended-recording.ts';
import { RECORDING_FORMAT } from '../../shared/flowlog/format.ts';
import { mailText } from '../../shared/text/mail-text.ts';
import {
  GATEWAY,
  INTERFACE,
  START,
  storyLines,
  storyMetrics,
  storyNetwork,
} from '../../tests/reporter/story.ts';
import { newer } from '../../tests/support/failed-records.ts';
import { reportRecording } from './report-recording.ts';

const recording: EndedRecording = {
  id: 'rec-1',
  gatewayId: GATEWAY,
  gatewayName: 'prod-egress-a',
  startedAt: START * 1000,
  endedAt: (START + 850) * 1000,
  threshold: 2 ** 30,
  recordingsLeft: '7 of 10',
};
const settings = {
  version: '0.0.0',
  region: 'us-east-1',
  format: RECORDING_FORMAT,
};

/** The archive has no header lines. */
const lines = storyLines().split('\n').slice(1).join('\n');

async function* archived(name: string, text: string | Uint8Array) {
  yield { name, pieces: pieces(text) };
}

async function* none() {
  yield* [];
}

async function* pieces(text: string | Uint8Array) {
  yield Buffer.from(text);
}

type Ports = Parameters<typeof reportRecording>[2];

function world(changes: Partial<Ports> = {}) {
  const kept = new Map<string, string>();
  const mails: { subject: string; body: string }[] = [];
  const warnings: string[] = [];
  const asked: Date[] = [];
  const metered: Date[] = [];
  const ports: Ports = {
    archive: (since, until) => {
      asked.push(since, until);
      return archived('a.gz', gzipSync(lines));
    },
    errors: () => none(),
    names: () => none(),
    queryLogs: () => none(),
    asn: () => none(),
    describe: async () => storyNetwork(),
    meter: async (_, from, to) => {
      metered.push(from, to);
      return storyMetrics();
    },
    storeReport: async ({ id }, { html, json }) => {
      kept.set(`${id}.html`, html).set(`${id}.json`, json);
      return { reportUrl: `https://archive.example/${id}` };
    },
    async *reports() {},
    report: async () => undefined,
    ipRanges: undefined,
    notify: async (_, { parts }) => void mails.push(mailText(parts)),
    pageScript: async () => '',
    warn: (message) => warnings.push(message),
    now: () => (START + 900) * 1000,
    ...changes,
  };
  return { ports, kept, mails, warnings, asked, metered };
}

describe('the reporter', () => {
  test('reads the archive around the recording, stores the report and mails it', async () => {
    const { ports, kept, mails, warnings, asked } = world();
    const report = await reportRecording(recording, settings, ports);
    expect(report.gateway).toMatchObject({
      name: 'prod-egress-a',
      id: GATEWAY,
      interfaces: [INTERFACE],
    });
    const plain = JSON.stringify({ ...report, cells: undefined });
    expect(JSON.parse(kept.get('rec-1.json') ?? '')).toEqual(JSON.parse(plain));
    expect(kept.get('rec-1.html')).toContain('$1.42 etl-worker-7 → S3');
    expect(mails.map(({ subject }) => subject)).toEqual([
      '$1.42 etl-worker-7 -> S3, 75.7% of 41.60 GiB (prod-egress-a)',
    ]);
    expect(mails[0]?.body).toContain(
      '\nReport (a link lasts some hours): https://archive.example/rec-1\n',
    );
    expect(mails[0]?.body).toContain(' Recordings left: 7 of 10.\n');
    expect(asked.map((time) => time.getTime() / 1000 - START)).toEqual([-60, 850 + 900]);
    expect(warnings).toEqual([]);
  });

  test('asks CloudWatch from before the alarm on, and says what is missing before the lines', async () => {
    const { ports, metered, mails } = world();
    const spikeAt = (START - 330) * 1000;
    const report = await reportRecording({ ...recording, spikeAt }, settings, ports);
    expect(metered.map((time) => time.getTime() / 1000 - START)).toEqual([-390, 850 + 60]);
    expect(report.recording).toMatchObject({
      alarmAt: new Date(spikeAt).toISOString(),
      linesBegan: new Date(START * 1000).toISOString(),
      missing: { seconds: 330 },
    });
    expect(mails[0]?.body).toMatch(/^The alarm was raised at 10:09:00 and the flow log /m);
  });

  test('reads the records that Firehose could not have processed, and says how many lines they are', async () => {
    const failed = lines
      .trimEnd()
      .split('\n')
      .map((line) => newer(`${JSON.stringify({ message: line })}\n`))
      .join('\n');
    const { ports, mails } = world({ archive: none, errors: () => archived('failed', failed) });
    const report = await reportRecording(recording, settings, ports);
    expect((Number(report.totals.forwarded.bytes) / 2 ** 30).toFixed(2)).toBe('41.60');
    expect(report.recording?.fromErrors).toBe(report.records.read);
    expect(mails[0]?.body).toContain(' lines of this report did not reach the collectors');
  });

  test('says why there are no lines', async () => {
    const { ports, mails } = world({ archive: none });
    const failed = { ...recording, deliveryError: 'Access error' };
    const report = await reportRecording(failed, settings, ports);
    expect(report.reconciliation?.percent).toBe(0);
    expect(mails[0]?.subject).toBe('No lines in this recording (prod-egress-a)');
    expect(mails[0]?.body).toContain('AWS reported that it could not deliver lines: Access error.');
  });

  test('does not use the name of an address in another VPC for a client', async () => {
    const network = storyNetwork();
    const stranger = {
      InstanceId: 'i-0bad',
      VpcId: 'vpc-0bad',
      PrivateIpAddress: '10.20.3.41',
      Tags: [{ Key: 'Name', Value: 'stranger' }],
    };
    network.Reservations.push({ Instances: [stranger] });
    const { ports } = world({ describe: async () => network });
    const { sources } = await reportRecording(recording, settings, ports);
    expect(sources.rows[0]).toMatchObject({ id: 'i-0ab1', name: 'etl-worker-7' });
  });

  test('excludes lines of another gateway or another time', async () => {
    const [first = ''] = lines.split('\n');
    const other = first.replace(INTERFACE, 'eni-0fff');
    const late = first
      .replaceAll(String(START), String(START + 5000))
      .replace(String(START + 59), String(START + 5059));
    const { ports } = world({ archive: () => archived('b', `${lines}${other}\n${late}\n`) });
    const { records, totals } = await reportRecording(recording, settings, ports);
    expect(records).toMatchObject({ otherGateway: 1, otherTime: 1 });
    expect(records.ofGateway.ok).toBe(records.ok - 1);
    expect((Number(totals.forwarded.bytes) / 2 ** 30).toFixed(2)).toBe('41.60');
  });

  test('counts the lines of its own gateway alone in the mail', async () => {
    const both = `${lines}${lines.replaceAll(INTERFACE, 'eni-0fff')}`;
    const alone = world();
    const { records } = await reportRecording(recording, settings, alone.ports);
    const beside = world({ archive: () => archived('b', both) });
    await reportRecording(recording, settings, beside.ports);
    const { ok, nodata, skipdata } = records;
    expect({ ok, nodata, skipdata }).toMatchObject({ nodata: 1, skipdata: 2 });
    const counts = `Lines of this gateway: ${ok.toLocaleString('en-US')} flows, 1 NODATA, 2 SKIPDATA.`;
    for (const { mails } of [alone, beside]) expect(mails[0]?.body).toContain(counts);
  });

  test("tells buckets of other regions apart by AWS's ranges, and promises nothing for them", async () => {
    const east = { ip_prefix: '52.216.0.0/15', region: 'us-east-1', service: 'S3' };
    const west = { ip_prefix: '52.216.9.0/24', region: 'eu-west-1', service: 'S3' };
    const ranges = { prefixes: [east, west], ipv6_prefixes: [] };
    const { ports, warnings } = world({ ipRanges: async () => ranges });
    const { services, advice } = await reportRecording(recording, settings, ports);
    const bytesOf = (name: string) => services.rows.find(({ service }) => service === name)?.bytes;
    expect(bytesOf('S3 (eu-west-1)')).toBeCloseTo(11.3 * 2 ** 30, -4);
    expect(advice).toMatchObject([
      { service: 'S3', regionBy: 'listed', bytes: bytesOf('S3') },
      { service: 'DYNAMODB', regionBy: 'unlisted' },
    ]);
    expect(warnings).toEqual([]);
  });

  test.each([
    [
      'do not come',
      () => Promise.reject(new Error('https://ranges: no answer')),
      'https://ranges: no answer',
    ],
    ['are something else', async () => ({}), 'ip-ranges.json: prefixes is missing'],
  ])("says that AWS's ranges could not be read when they %s", async (_, ipRanges, warning) => {
    const { ports, kept, warnings } = world({ ipRanges });
    const { advice } = await reportRecording(recording, settings, ports);
    expect(advice.map(({ regionBy }) => regionBy)).toEqual(['not-read', 'not-read']);
    expect(kept.get('rec-1.html')).toContain('address ranges could not be read');
    expect(warnings).toEqual([warning]);
  });

  test('a repeated spike says what the recordings of the month cost together', async () => {
    const id = (day: number) => `${GATEWAY}-202611${day}T101430Z-1`;
    const earlier = world();
    await reportRecording({ ...recording, id: id(20) }, settings, earlier.ports);
    const json = earlier.kept.get(`${id(20)}.json`);
    const { ports, mails } = world({
      reports: async function* () {
        yield* [id(20), id(22)];
      },
      report: async () => json,
    });
    await reportRecording({ ...recording, id: id(22) }, settings, ports);
    expect(mails[0]?.body).toContain(
      ' The 2 reports of this gateway in 2026-11: $3.74 together.\n',
    );
  });

  test('tells what it knows when earlier reports cannot be read', async () => {
    const reports = () => {
      throw new Error('s3:ListBucket: not allowed');
    };
    const { ports, mails, warnings } = world({ reports });
    await reportRecording(recording, settings, ports);
    expect(mails).toHaveLength(1);
    expect(warnings).toEqual(['s3:ListBucket: not allowed']);
  });

  test('tells what it knows when CloudWatch does not say what it metered', async () => {
    const refused = () => Promise.reject(new Error('cloudwatch:GetMetricData: not allowed'));
    const { ports, mails, warnings } = world({ meter: refused });
    const report = await reportRecording(recording, settings, ports);
    expect((Number(report.totals.forwarded.bytes) / 2 ** 30).toFixed(2)).toBe('41.60');
    expect(report.reconciliation).toBeUndefined();
    expect(warnings).toEqual(['cloudwatch:GetMetricData: not allowed']);
    expect(mails).toHaveLength(1);
  });

  test.each([
    ['EC2 does not answer', () => Promise.reject(new Error('not now')), 'not now'],
    ['EC2 does not list it', async () => ({}), `EC2 does not list NAT gateway ${GATEWAY}`],
  ])(
    "fails, to be tried again, when the gateway's lines are unknown: %s",
    async (_, describe, message) => {
      const { ports, mails } = world({ describe });
      await expect(reportRecording(recording, settings, ports)).rejects.toThrow(message);
      expect(mails).toEqual([]);
    },
  );

  test('continues after a damaged object', async () => {
    async function* archive() {
      yield* archived('damaged.gz', gzipSync(lines).subarray(0, 1000));
      yield* archived('whole.gz', gzipSync(lines));
    }
    const { ports, warnings } = world({ archive });
    const report = await reportRecording(recording, settings, ports);
    expect((Number(report.totals.forwarded.bytes) / 2 ** 30).toFixed(0)).toBe('42');
    expect(warnings).toEqual([expect.stringMatching(/^damaged\.gz: /)]);
  });
});
