import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import type { RecordingSummary } from '../../shared/contract/recording-summary.ts';
import { monthReport } from '../../shared/report/model/month.ts';
import { overviewOf } from '../../shared/report/model/overview.ts';
import { renderJson } from '../../shared/report/render/json.ts';
import { monthCsv } from '../../shared/report/render/month-csv.ts';
import { reportOn, storyLines, storyNetwork } from '../../tests/reporter/story.ts';
import { openFolder } from '../../tests/support/folder.ts';
import { STORY_ID, summaryOfStory } from '../../tests/support/summaries.ts';
import { typedCommand } from '../../tests/support/typed-command.ts';
import { RunError, UsageError } from './errors.ts';
import { recordingsCommand } from './recordings.ts';

const ID = 'nat-0c11aa22bb33cc44d-20261122T101430Z-1';
const report = reportOn(storyLines(), { network: storyNetwork() });
const shown = { report: JSON.parse(renderJson(report)), html: '<p>page</p>', link: 'https://link' };
const folder = openFolder();

const NOW = Date.UTC(2026, 11, 3, 9);
const opened: string[] = [];
let bucket: RecordingSummary[] = [];
const { typed, printed } = typedCommand((invoke) =>
  recordingsCommand(
    invoke,
    async (place) => {
      opened.push(place);
      const summaries = async () => ({ summaries: bucket, unread: [], newer: 0 });
      return { isAny: async () => bucket.length > 0, ofMonth: summaries };
    },
    () => NOW,
  ),
);
/** The controller of a stack without a budget. */
const NO_BUDGET = ['natflow-controller', { command: 'budget' }];
const answering = (answer: object) => (name: string) =>
  name.endsWith('controller') ? { gateways: [] } : answer;

const overview = overviewOf(ID, report);

test('the list asks the reporter of the stack, and says who each recording was', async () => {
  const answer = answering({ recordings: [overview] });
  expect(await typed('recordings', answer)).toEqual([
    ['natflow-reporter', { command: 'list' }],
    NO_BUDGET,
  ]);
  expect(printed()).toBe(
    `START (UTC)          GATEWAY             LENGTH      BYTES   COST  HEADLINE                                     ID
2026-11-22 10:14:30  prod-egress-a  14 min 10 s  41.60 GiB  $1.87  $1.42 etl-worker-7 → S3, 75.7% of 41.60 GiB  ${ID}
2026-11: 1 recording, 41.60 GiB, $1.87 at the gateways; recording cost $0.00074
`,
  );
});

test('each month has its recordings and their sum, and says which are not priced', async () => {
  const idAt = (stamp: string) => ID.replace('20261122T101430Z', stamp);
  const recordings = [
    { ...overview, id: idAt('20261202T000000Z'), cost: null },
    { ...overview, id: idAt('20261201T000000Z'), cost: null },
    { ...overview, id: idAt('20261130T235959Z'), cost: 1.5 },
    { ...overview, id: idAt('20261103T000000Z'), cost: null },
  ];
  await typed('recordings', answering({ recordings, notListed: 3 }));
  const lines = printed().trimEnd().split('\n');
  expect(lines.map((line) => /\d{8}T|^\d{4}-\d\d:.*|^3 .*|^START/.exec(line)?.[0])).toEqual([
    'START',
    '20261202T',
    '20261201T',
    '2026-12: 2 recordings, 83.20 GiB, none of them priced; recording cost $0.0015',
    '20261130T',
    '20261103T',
    '2026-11: 2 recordings, 83.20 GiB, $1.50 at the gateways, without 1 recording that is not priced; recording cost $0.0015',
    '3 recordings not listed: older ones, which --month lists, or of another release of natflow',
  ]);
  expect(lines[1]).toContain('  not priced  ');
});

test('the recordings of a month are asked for, and their sum is theirs', async () => {
  expect(await typed('recordings --month 2026-11', { recordings: [overview] })).toEqual([
    ['natflow-reporter', { command: 'list', month: '2026-11' }],
  ]);
  expect(printed()).toMatch(/\n2026-11: 1 recording, /);
  await typed('recordings --month 2026-10', { recordings: [] });
  expect(printed()).toBe('no recording of 2026-10 has a report\n');
});

test.each(['2026', '2026-13', '2026-1', 'november', '2026-11-01'])(
  'a month is no %s',
  async (month) => {
    await expect(typed(`recordings --month ${month}`, {})).rejects.toThrow(
      new UsageError(`--month ${month} is not a month like 2026-11`),
    );
  },
);

test('the list of another stack, as JSON, and one that is empty', async () => {
  const recordings = [overview];
  const answer = answering({ recordings });
  expect(await typed('recordings list --stack two --json', answer)).toEqual([
    ['two-reporter', { command: 'list' }],
    ['two-controller', { command: 'budget' }],
  ]);
  const { cost, recordingCost, bytes } = overview;
  const sum = { month: '2026-11', recordings: 1, bytes, cost, unpriced: 0, recordingCost };
  expect(JSON.parse(printed())).toEqual({ recordings, months: [sum], notListed: 0 });
  await typed('recordings', answering({ recordings: [] }));
  expect(printed()).toBe('no recording has a report yet\n');
});

test('names cannot control the terminal', async () => {
  const named = { ...overviewOf(ID, report), gateway: 'a\u001b[2Jb', summary: 'x\ny' };
  await typed('recordings', answering({ recordings: [named] }));
  const table = printed();
  expect(table).not.toContain('\u001b');
  expect(table.split('\n')).toHaveLength(4);
});

test('one recording is shown as text, JSON, CSV, page or link', async () => {
  const path = join(folder.path, 'r.html');
  expect(await typed(`recordings show ${ID} --html ${path}`, { shown })).toEqual([
    ['natflow-reporter', { command: 'show', id: ID }],
  ]);
  expect(printed()).toContain('41.60 GiB through prod-egress-a');
  expect(readFileSync(path, 'utf8')).toBe('<p>page</p>');
  const shownAs = async (option: string) => {
    await typed(`recordings show ${ID} ${option}`, { shown });
    return printed();
  };
  expect(await shownAs('--json')).toBe(renderJson(report));
  expect(await shownAs('--csv')).toMatch(/^table,address,/);
  expect(await shownAs('--link')).toBe('https://link\n');
});

test('a recording without a report is an error in a sentence', async () => {
  const showing = typed(`recordings show ${ID}`, {});
  await expect(showing).rejects.toThrow(new RunError(`there is no report of ${ID}`));
});

const BUDGET = {
  ...{ status: 'open', since: Date.UTC(2026, 11, 1), until: Date.UTC(2027, 0, 1), bytes: 0 },
  ...{ dollars: 0, expectedDollars: 2.5, recordingTime: 9_000_000, prices: [] },
  limits: { dollars: 20, recordingTime: 20 * 3_600_000 },
};

test.each([
  [{}, 'left until 2027-01-01 00:00 UTC: 17 h 30 min of 20 h 0 min of recording, $17.50 of $20.00'],
  [
    { limits: { dollars: 0, recordingTime: 3_600_000 } },
    'left until 2027-01-01 00:00 UTC: 0 s of 1 h 0 min of recording',
  ],
  [{ status: 'reached' }, 'the budget is reached: nothing is recorded'],
])('the list ends with what is left of a budget %#', async (change, line) => {
  const budget = { ...BUDGET, ...change };
  const answer = (name: string) =>
    name.endsWith('controller') ? { gateways: [], budget } : { recordings: [overview] };
  await typed('recordings', answer);
  expect(printed().trimEnd().split('\n').at(-1)).toBe(line);
});

test('a controller that does not answer costs the list nothing but a word on standard error', async () => {
  const said = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  await typed('recordings', (name: string) => {
    if (name.endsWith('controller')) throw new Error('not authorized');
    return { recordings: [overview] };
  });
  expect(printed()).toContain('2026-11: 1 recording');
  expect(said).toHaveBeenCalledWith(
    'natflow: what is left of the budget is not known: not authorized\n',
  );
});

test('a month of many accounts is read from their bucket, and no stack is asked', async () => {
  const other = 'nat-0d22bb33cc44dd55e-20261122T101430Z-1';
  bucket = [summaryOfStory(), summaryOfStory({ account: '222222222222' }, other)];
  expect(await typed('recordings --month 2026-11 --from s3://bucket/a/b/', {})).toEqual([]);
  expect(opened.pop()).toBe('bucket/a/b');
  const text = printed();
  expect(text).toContain('2026-11: 2 recordings, 83.20 GiB, $3.74 at the gateways');
  expect(text).toMatch(/^etl-worker-7 \(10\.20\.3\.41\) +prod-egress-a +123456789012 us-east-1/m);
  expect(text).toContain('2 recordings of 2 accounts with 28 min 20 s of lines, 83.20 GiB, $3.74');

  await typed('recordings --month 2026-11 --from s3://bucket/a/b --json', {});
  const { month, recordings } = JSON.parse(printed());
  expect(recordings.map(({ id }: { id: string }) => id)).toEqual([other, STORY_ID]);
  expect(month).toMatchObject({ month: '2026-11', from: 's3://bucket/a/b', accounts: 2 });
  await typed('recordings --month 2026-11 --from s3://bucket/a/b --csv', {});
  const csv = printed().split('\r\n');
  expect(csv[0]).toMatch(/^table,account,region,gateway,/);
  expect(csv.filter((line) => line.startsWith('gateways,'))).toHaveLength(2);

  bucket = [];
  await expect(typed('recordings --month 2026-11 --from s3://bucket', {})).rejects.toThrow(
    new RunError('no summary of a recording is below s3://bucket/recordings/'),
  );
});

test('the month of a stack comes with its list', async () => {
  const month = monthReport(
    { summaries: [summaryOfStory()], unread: [], newer: 0 },
    { month: '2026-11', now: NOW },
  );
  await typed('recordings --month 2026-11', { recordings: [overview], month });
  expect(printed()).toContain('\n\nGATEWAY ');
  await typed('recordings --month 2026-11 --csv', { recordings: [overview], month });
  expect(printed()).toBe(monthCsv(month));
  await expect(typed('recordings --month 2026-11 --csv', { recordings: [] })).rejects.toThrow(
    'the stack is older than --csv: deploy it again',
  );
});

test.each([
  ['--month 2027-01', '--month 2027-01 has not begun: it is 2026-12-03 in UTC'],
  ['--month 2026-13', '--month 2026-13 is not a month like 2026-11'],
  ['--from s3://bucket', '--from needs a month: --month 2026-11'],
  ['--csv', '--csv has the tables of a month: --month 2026-11'],
  ['--month 2026-11 --from bucket', '--from bucket is not s3://bucket/prefix'],
  ['--month 2026-11 --from s3:///a', '--from s3:///a is not s3://bucket/prefix'],
])('wrong use is told in a sentence: recordings %s', async (line, sentence) => {
  await expect(typed(`recordings ${line}`, {})).rejects.toThrow(new UsageError(sentence));
});
