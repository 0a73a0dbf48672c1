import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { recordedLines } from '../../tests/support/deliveries.ts';
import { natflow } from '../../tests/support/run-natflow.ts';
import { startS3, useS3 } from '../../tests/support/s3.ts';
import { runOnTerminal } from '../../tests/support/terminal.ts';

jest.setTimeout(300_000);

const ACCOUNTS = ['111111111111', '222222222222', '333333333333', '444444444444'];
const REGIONS = ['eu-central-1', 'eu-west-1', 'us-east-1', 'us-west-2', 'ap-south-1'];
const DAYS = [20, 21, 22, 23, 24];
/** Files of a day in one account and region, as every five minutes from half past three on. */
const FILES = 100;
const OBJECTS = ACCOUNTS.length * REGIONS.length * DAYS.length * FILES;
const LINES = recordedLines(8);
const BODY = gzipSync(LINES.map((line) => `${line}\n`).join(''));

let s3: Awaited<ReturnType<typeof startS3>>;

beforeAll(async () => {
  s3 = await startS3(1000);
  useS3(s3);
  for (const account of ACCOUNTS) {
    for (const region of REGIONS) {
      for (const day of DAYS) {
        for (let file = 0; file < FILES; file++) s3.put(keyOf(account, region, day, file), BODY);
      }
    }
  }
  expect(s3.objects.size).toBe(10_000);
});
afterAll(() => s3.stop());

/** As EC2 names the files of a flow log. */
function keyOf(account: string, region: string, day: number, file: number): string {
  const minutes = 210 + 5 * file;
  const [hour, minute] = [Math.floor(minutes / 60), minutes % 60].map((n) =>
    `${n}`.padStart(2, '0'),
  );
  return (
    `logs/AWSLogs/${account}/vpcflowlogs/${region}/2026/11/${day}/` +
    `${account}_vpcflowlogs_${region}_fl-0d41_202611${day}T${hour}${minute}Z_${file}.log.gz`
  );
}

test('10,000 objects of four accounts and five regions are read in bounded memory, with lines of progress', async () => {
  s3.lists.length = 0;
  const { code, stdout, stderr, peakMib } = await natflow(
    ...['replay', '--dry-run', '--json', 's3://logs/AWSLogs/'],
  );
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ lines: OBJECTS * LINES.length, malformed: 0 });
  // Nothing is chosen, so that all is listed page by page.
  expect(s3.lists).toHaveLength(10);
  expect(s3.reads).toHaveLength(OBJECTS);
  expect(peakMib).toBeLessThan(350);
  for (const line of stderr.split('\n').filter((each) => each !== '')) {
    expect(line).toMatch(/^natflow: input [\d,]+ of 10,000, \d+ %, [\d,]+ flows$/);
  }
});

test('on a terminal a bar tells how many of the objects are read', async () => {
  const { code, output } = await runOnTerminal(
    ...['replay', '--dry-run', 's3://logs/AWSLogs/', '--account', '444444444444'],
  );
  expect(code).toBe(0);
  expect(output).toMatch(/ \d+% {2}[\d,]+\/2,500 {2}[\d,]+ flows/);
});

test('of accounts, regions and a time only the folders that can hold them are listed, several at once', async () => {
  s3.lists.length = 0;
  s3.reads.length = 0;
  const { code, stdout } = await natflow(
    ...['replay', '--dry-run', '--json', 's3://logs/AWSLogs/'],
    ...['--account', '222222222222', '--region', 'eu-west-1,us-east-1'],
    ...['--since', '2026-11-21T00:00Z', '--until', '2026-11-23T00:00Z'],
  );
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ lines: 4 * FILES * LINES.length });
  expect(s3.reads).toHaveLength(4 * FILES);
  expect(s3.lists.join('\n')).not.toMatch(/111111111111|333333333333|us-west|ap-south|11\/24/);
});
