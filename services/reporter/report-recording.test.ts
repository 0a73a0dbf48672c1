import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import type { EndedRecording } from '../../shared/contract/ended-recording.ts';
import { RECORDING_FORMAT } from '../../shared/flowlog/format.ts';
import {
  GATEWAY,
  INTERFACE,
  START,
  storyLines,
  storyMetrics,
  storyNetwork,
} from '../../tests/reporter/story.ts';
import { newer } from '../../tests/support/failed-records.ts';
import { type ReporterPorts, reportRecording } from './report-recording.ts';

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

function world(changes: Partial<ReporterPorts> = {}) {
  const kept = new Map<string, string>();
  const mails: { subject: string; body: string }[] = [];
  const warnings: string[] = [];
  const asked: Date[] = [];
  const metered: Date[] = [];
  const ports: ReporterPorts = {
    archive: (since, until) => {
      asked.push(since, until);
      return archived('a.gz', gzipSync(lines));
    },
    errors: () => none(),
    describe: async () => storyNetwork(),
    meter: async (_, from, to) => {
      metered.push(from, to);
      return storyMetrics();
    },
    keep: async ({ id }, { html, json }) => {
      kept.set(`${id}.html`, html).set(`${id}.json`, json);
      return { reportUrl: `https://archive.example/${id}`, rawUrl: 's3://archive/flows/' };
    },
    notify: async (mail) => {
      mails.push(mail);
    },
    warn: (message) => warnings.push(message),
    now: () => (START + 900) * 1000,
    ...changes,
  };
  return { ports, kept, mails, warnings, asked, metered };
}

describe('the reporter', () => {
  test('reads the archive around the recording, keeps the report and tells it', async () => {
    const { ports, kept, mails, warnings, asked } = world();
    const report = await reportRecording(recording, settings, ports);
    expect(report.gateway).toEqual({ name: 'prod-egress-a', id: GATEWAY, interfaces: [INTERFACE] });
    expect(JSON.parse(kept.get('rec-1.json') ?? '')).toEqual(JSON.parse(JSON.stringify(report)));
    expect(kept.get('rec-1.html')).toContain('81.6% by 10.20.3.41');
    expect(mails.map(({ subject }) => subject)).toEqual([
      '[natflow] prod-egress-a: 81.6% by 10.20.3.41 (etl-worker-7) to S3, $190/day',
    ]);
    expect(mails[0]?.body).toContain(
      'REPORT   https://archive.example/rec-1\nRAW      s3://archive/flows/\n',
    );
    expect(mails[0]?.body).toContain('Recordings left: 7 of 10.');
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
    expect(mails[0]?.body).toMatch(/^TIME +The alarm was raised at 10:09:00 and the flow log /m);
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
    expect(mails[0]?.subject).toBe('[natflow] prod-egress-a: no lines');
    expect(mails[0]?.body).toContain('AWS reported that it could not deliver lines: Access error.');
  });

  test('does not take the address of another VPC for that of a client', async () => {
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

  test('leaves out what was recorded at another gateway or at another time', async () => {
    const [first = ''] = lines.split('\n');
    const other = first.replace(INTERFACE, 'eni-0fff');
    const late = first
      .replaceAll(String(START), String(START + 5000))
      .replace(String(START + 59), String(START + 5059));
    const { ports } = world({ archive: () => archived('b', `${lines}${other}\n${late}\n`) });
    const { records, totals } = await reportRecording(recording, settings, ports);
    expect(records).toMatchObject({ otherGateway: 1, otherTime: 1 });
    expect((Number(totals.forwarded.bytes) / 2 ** 30).toFixed(2)).toBe('41.60');
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

  test('goes on after an object that is damaged', async () => {
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
