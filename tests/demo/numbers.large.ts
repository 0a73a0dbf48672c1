import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, jest, test } from '@jest/globals';
import type { Outcome } from '../../services/demo/outcome.ts';
import { FolderBucket } from '../../services/local-aws/folder-bucket.ts';
import { RECORDING_FORMAT } from '../../shared/flowlog/format.ts';
import { size } from '../../shared/text/units.ts';
import { openFolder } from '../support/folder.ts';
import { PATIENCE_MS } from '../support/run-natflow.ts';
import { runStory, type StoryRun } from './start.ts';

jest.setTimeout(PATIENCE_MS);

const folder = openFolder();
let shared: Promise<StoryRun> | undefined;

/** One spike, for all tests that read what is said of it. */
function spike(): Promise<StoryRun> {
  shared ??= runStory(folder.path, '--connections', '60');
  return shared;
}

const COLUMN = (name: string) => RECORDING_FORMAT.indexOf(name);

/** Counts the private leg without natflow's reader, by the lines with different packet and interface addresses. */
async function bytesInArchive({ out }: StoryRun): Promise<{ lines: number; bytes: bigint }> {
  const files = await new FolderBucket(join(out, 'archive')).files('flows');
  const texts = files.map((file) => gunzipSync(readFileSync(file)).toString());
  const lines = texts.join('').trimEnd().split('\n');
  let bytes = 0n;
  for (const line of lines) {
    const values = line.split(' ');
    const at = (name: string) => values[COLUMN(name)] ?? '';
    const isOurs = at('srcaddr') !== at('pkt-srcaddr') || at('dstaddr') !== at('pkt-dstaddr');
    if (at('log-status') === 'OK' && isOurs) bytes += BigInt(at('bytes'));
  }
  return { lines: lines.length, bytes };
}

/** Bytes of the minutes that began from one time of the day until before another, as the output shows them. */
function meteredIn({ stdout }: StoryRun, from: string, until: string): number {
  const minutes = stdout.matchAll(/^(\d\d:\d\d:00) +nat-\S+ +([\d.]+) ([GM])iB\/min/gm);
  return [...minutes]
    .filter(([, ended = '']) => ended > from && ended <= until)
    .reduce((sum, [, , size, unit]) => sum + Number(size) * (unit === 'G' ? 2 ** 30 : 2 ** 20), 0);
}

test.concurrent('terminal, mail, JSON, page, collector and archive have the same bytes', async () => {
  const run = await spike();
  const read = (name: string) => readFileSync(join(run.out, name), 'utf8');
  const archive = await bytesInArchive(run);
  const story: Outcome = JSON.parse(read('story.json'));
  const report = JSON.parse(read('report.json'));
  const bytes = Number(archive.bytes);
  expect(run.code).toBe(0);
  expect(bytes).toBeGreaterThan(15 * 2 ** 30);
  expect(story).toMatchObject({
    faults: [],
    records: { delivered: archive.lines },
    archive: { records: archive.lines },
    exported: { bytes },
    collector: { bytes, flows: story.exported.flows },
    reports: [{ bytes, flows: story.exported.flows }],
  });
  expect(report).toMatchObject({
    totals: { bytes, flows: story.exported.flows },
    records: { read: archive.lines, ok: story.records.ok, skipdata: story.records.skipdata },
    gateway: { id: 'nat-0c11aa22bb33cc44d', name: 'prod-egress-a' },
    timeline: { threshold: 2 ** 30 },
  });
  // The flow log begins five minutes late, in the middle of a minute.
  const all = meteredIn(run, '10:14:00', '10:28:00');
  const before =
    (meteredIn(run, '10:14:00', '10:19:00') + meteredIn(run, '10:14:00', '10:20:00')) / 2;
  expect(report.reconciliation.percent).toBeCloseTo((100 * bytes) / all, 0);
  expect(report.recording).toMatchObject({
    alarmAt: '2026-11-22T10:14:00.000Z',
    madeAt: '2026-11-22T10:14:30.000Z',
    linesBegan: expect.stringMatching(/T10:19:3\d/),
    endedAt: '2026-11-22T10:28:00.000Z',
  });
  expect(report.recording.missing.bytes / before).toBeCloseTo(1, 1);
  const missing = `The ${size(report.recording.missing.bytes)} that CloudWatch metered in the 5 min 3`;
  for (const output of [run.stdout, read('mail-finished.txt'), read('report.html')]) {
    expect(output).toContain(missing);
  }
  expect(run.stdout).toContain(`reporter    ${size(bytes)} (${bytes} bytes), `);
  expect(run.stdout).toContain(`archive out ${archive.lines.toLocaleString('en-US')} in`);
  expect(read('mail-finished.txt')).toContain(`for ${size(bytes)} in 8 min`);
  expect(read('report.html')).toContain(`<data id="total-bytes" value="${bytes}">`);
});

test.concurrent('the files in the out folder are those that the reporter has written', async () => {
  const { out } = await spike();
  const read = (name: string) => readFileSync(join(out, name), 'utf8');
  const log = read('reporter.log').trimEnd().split('\n');
  expect(log).toHaveLength(1);
  const { id, ...reported } = JSON.parse(log[0] ?? '');
  expect(reported).toMatchObject({
    message: 'reported',
    function_name: 'natflow-reporter',
    timestamp: '2026-11-22T10:38:00.000Z',
    bytes: JSON.parse(read('report.json')).totals.bytes,
  });
  expect(read('report.json')).toBe(read(`archive/reports/${id}/report.json`));
  expect(read('report.html')).toBe(read(`archive/reports/${id}/report.html`));
  expect(read('report.html')).toContain('threshold 1.00 GiB/min');
  expect(read('report.svg')).toContain('threshold 1.00 GiB/min');
  expect(read('mail-finished.txt')).toContain(
    `\nReport (a link lasts some hours): ${out}/report.html\n`,
  );
  expect(read('mail-finished.txt')).toContain(`
Copy the report:
aws s3 cp s3://natflow-archive/reports/${id}/report.html . --region us-east-1
List the flow log lines of its first hour:
aws s3 ls s3://natflow-archive/flows/2026/11/22/10/ --region us-east-1
`);
});

test.concurrent('each recording has its own report, and together the reports have all bytes', async () => {
  const flapping = ['--scenario', 'flapping', '--flow-log-delay', '0'];
  const run = await runStory(folder.path, '--connections', '40', ...flapping);
  const { out, stdout } = run;
  const read = (name: string) => readFileSync(join(out, name), 'utf8');
  const reports = ['report.json', 'report-2.json'].map((name) => JSON.parse(read(name)));
  expect(reports.map(({ window }) => window.start)).toEqual([
    expect.stringMatching(/T10:14:[345]\d/),
    expect.stringMatching(/T10:26:[345]\d/),
  ]);
  const bytes = reports.map(({ totals }) => totals.bytes);
  expect(Math.min(...bytes)).toBeGreaterThan(2 ** 30);
  expect(BigInt(bytes[0] + bytes[1])).toBe((await bytesInArchive(run)).bytes);
  const story: Outcome = JSON.parse(read('story.json'));
  expect(story.reports.map((report) => report.bytes)).toEqual(bytes);
  expect(story).toMatchObject({ faults: [], exported: { bytes: bytes[0] + bytes[1] } });
  expect(read('mail-finished.txt')).toContain('Recordings left: 9 of 10.');
  expect(read('mail-finished-2.txt')).toContain('Recordings left: 8 of 10.');
  expect(read('mail-finished-2.txt')).toContain(
    `\nReport (a link lasts some hours): ${out}/report-2.html\n`,
  );
  expect(stdout).toContain(`report         ${out}/report.html   ${out}/report.json`);
  expect(stdout).toContain(`report         ${out}/report-2.html   ${out}/report-2.json`);
  expect(stdout).toMatch(/^ {2}cost {11}\$[\d.]+ spent on 1\.\d\d GiB through prod-egress-a in /m);
});

test.concurrent("a report on the user's own files is for the region in their lines", async () => {
  const name = folder.write(
    'sydney.log',
    'region srcaddr dstaddr bytes start end\nap-southeast-2 10.0.0.1 1.1.1.1 9 60 120\n',
  );
  const { out, stdout } = await runStory(folder.path, name);
  const { region, cost } = JSON.parse(readFileSync(join(out, 'report.json'), 'utf8'));
  expect(region).toEqual({ name: 'ap-southeast-2', isAssumed: false });
  expect(cost.source).toContain('list price of ap-southeast-2');
  expect(stdout).toMatch(/archive out 1 in 1 file$/m);
  expect(stdout).toMatch(/flows exported 1 \(legs: all\) in 1 datagram /);
});

test.concurrent('mail and output name the source, the service, the cost and the command that would avoid it', async () => {
  const { out, stdout } = await spike();
  const mail = readFileSync(join(out, 'mail-finished.txt'), 'utf8');
  expect(mail).toMatch(
    /^Subject: \$[\d.]+ team data -> S3, \d\d\.\d% of [\d.]+ GiB \(prod-egress-a\)\n/,
  );
  expect(mail).toContain('--service-name com.amazonaws.us-east-1.s3 --route-table-ids rtb-');
  expect(mail).toContain('Recordings left: 9 of 10.');
  const { headline } = JSON.parse(readFileSync(join(out, 'report.json'), 'utf8'));
  expect(headline.text).toMatch(/^\$[\d.]+ team data → S3, /);
  expect(stdout).toContain(`\n  headline       ${headline.text}\n`);
  expect(stdout).toMatch(/^ {2}cost {11}\$[\d.]+ spent on [\d.]+ GiB through prod-egress-a in /m);
  expect(stdout).toMatch(/^ {2}rate {11}\$[\d.]+ a day if it went on like this$/m);
  expect(stdout).toMatch(/^ {2}fix {12}saves \$[\d.]+, S3: gateway endpoint, free: /m);
});
