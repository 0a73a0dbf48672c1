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

async function* pieces(text: string | Uint8Array) {
  yield Buffer.from(text);
}

function world(changes: Partial<ReporterPorts> = {}) {
  const kept = new Map<string, string>();
  const mails: { subject: string; body: string }[] = [];
  const warnings: string[] = [];
  const asked: Date[] = [];
  const ports: ReporterPorts = {
    archive: (since, until) => {
      asked.push(since, until);
      return archived('a.gz', gzipSync(lines));
    },
    describe: async () => storyNetwork(),
    meter: async () => storyMetrics(),
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
  return { ports, kept, mails, warnings, asked };
}

describe('the reporter', () => {
  test('reads the archive around the recording, stores the report and mails it', async () => {
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
    expect((Number(totals.forwarded.bytes) / 2 ** 30).toFixed(2)).toBe('41.60');
  });

  test('makes a report without metrics when CloudWatch does not return them', async () => {
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
