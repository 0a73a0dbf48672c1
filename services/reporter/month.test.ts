import { expect, test } from '@jest/globals';
import type { ReadSummaries } from '../../shared/report/model/month.ts';
import { mailText } from '../../shared/text/mail-text.ts';
import { summaryOfStory } from '../../tests/support/summaries.ts';
import { MONTH_MAIL_CODEC, type MonthMail, type MonthPorts, reportMonth } from './month.ts';

const DECEMBER = Date.UTC(2026, 11, 1, 8);
const MINUTE = 60_000;
const STORY = { summaries: [summaryOfStory()], unread: [], newer: 0 };

/** A stack at this time, whose topic fails this many times. */
function stackAt(now: number, read: ReadSummaries = STORY, failures = 0) {
  const mails: { subject: string; body: string }[] = [];
  const files = new Map<string, string>();
  let stored: { state: MonthMail; version: number } | undefined;
  let left = failures;
  const stack = { now, mails, files };
  const ports: MonthPorts = {
    summariesIn: async () => read,
    summariesFrom: undefined,
    storeMonth: async (month, { json, txt }) => {
      files.set(`${month}.json`, json).set(`${month}.txt`, txt);
      return [{ purpose: 'Copy the tables as text', line: 'aws s3 cp s3://archive/a.txt .' }];
    },
    monthMail: () => ({
      load: async () => stored,
      save: async (state, version) => {
        if (version !== (stored?.version ?? 0)) return false;
        stored = {
          state: MONTH_MAIL_CODEC.read(MONTH_MAIL_CODEC.write(state)),
          version: version + 1,
        };
        return true;
      },
    }),
    notify: async (_, { parts }) => {
      if (left-- > 0) throw new Error('throttled');
      mails.push(mailText(parts));
    },
    now: () => stack.now,
  };
  return { stack, ask: (month?: string) => reportMonth(month, ports) };
}

test('on the first of a month the month before is mailed, and its tables and JSON are kept', async () => {
  const { stack, ask } = stackAt(DECEMBER);
  const { month, mailed } = await ask();
  expect([month.month, mailed]).toEqual(['2026-11', true]);
  const [mail] = stack.mails;
  expect(mail?.subject).toBe('$1.53 etl-worker-7 (10.20.3.41) of $1.87 in 2026-11, 1 recording');
  expect(mail?.body.split('\n').slice(0, 2)).toEqual([
    expect.stringMatching(
      /^A gateway endpoint for S3 in vpc-0aa11bb22cc33dd44 \(123456789012, us-east-1\), with all its route tables, is free, and would have saved \$[\d.]+ of the \$1\.87 spent/,
    ),
    '2026-11 (UTC): 1 recording with 14 min 10 s of lines, 41.60 GiB, $1.87 at the gateways by the prices of their reports.',
  ]);
  expect(mail?.body).toMatch(/^natflow itself, an estimate: /m);
  expect(mail?.body).toContain('aws s3 cp s3://archive/a.txt .');
  expect(JSON.parse(stack.files.get('2026-11.json') ?? '')).toEqual(
    JSON.parse(JSON.stringify(month)),
  );
  expect(stack.files.get('2026-11.txt')).toMatch(/^GATEWAY .*\nprod-egress-a /);
});

test('the mail is sent once, however often it is asked for', async () => {
  const { stack, ask } = stackAt(DECEMBER);
  await ask();
  expect(await ask()).toMatchObject({ mailed: false });
  expect(stack.mails).toHaveLength(1);
});

test('invocations at the same time send one mail, and the others fail to be tried again', async () => {
  const { stack, ask } = stackAt(DECEMBER);
  const ended = await Promise.allSettled([ask(), ask(), ask()]);
  expect(ended.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(stack.mails).toHaveLength(1);
  expect(await ask()).toMatchObject({ mailed: false });
});

test('a mail that could not be sent is sent by a later invocation, once the claim has expired', async () => {
  const { stack, ask } = stackAt(DECEMBER, STORY, 1);
  await expect(ask()).rejects.toThrow('throttled');
  stack.now += MINUTE;
  await expect(ask()).rejects.toThrow('another invocation is sending the mail about 2026-11');
  stack.now += 2 * MINUTE;
  expect(await ask()).toMatchObject({ mailed: true });
  expect(stack.mails).toHaveLength(1);
});

test('a month without a recording is not mailed, and one that has not begun is refused', async () => {
  const { stack, ask } = stackAt(DECEMBER, { summaries: [], unread: [], newer: 0 });
  expect(await ask()).toMatchObject({ mailed: false });
  await expect(ask('2027-01')).rejects.toThrow('2027-01 has not begun');
  expect(stack.mails).toEqual([]);
});

test('a month that is not over is mailed as often as it is asked for, and still at its end', async () => {
  const { stack, ask } = stackAt(DECEMBER - 3_600_000 * 24);
  for (const mailed of [true, true]) expect(await ask('2026-11')).toMatchObject({ mailed });
  expect(stack.mails[0]?.body).toContain('2026-11 (UTC), as of 2026-11-30 08:00 UTC: ');
  stack.now = DECEMBER;
  expect(await ask()).toMatchObject({ mailed: true });
});

test('what the sums lack is in the mail', async () => {
  const story = summaryOfStory();
  const lost = { ...story, id: 'nat-1-20261123T101430Z-2', report: null };
  const few = summaryOfStory({}, 'nat-2-20261123T101430Z-3');
  const half = {
    ...few,
    ...{ begun: '2026-11-23T10:00:00.000Z', ended: '2026-11-23T10:20:00.000Z' },
    report: few.report && { ...few.report, explained: 50, metered: 2 ** 31, unread: 2 },
  };
  const read = { summaries: [story, lost, half], unread: ['s3://b/k: no'], newer: 1 };
  const { stack, ask } = stackAt(DECEMBER, read);
  await ask();
  const [{ body = '' } = {}] = stack.mails;
  for (const sentence of [
    'Not in the sums, without a report: nat-1-20261123T101430Z-2.',
    'Their lines explain less than 90% of the bytes CloudWatch metered, and the sums lack the rest: nat-2-20261123T101430Z-3 50.0%, 1.00 GiB.',
    'The reports of 1 recording lack objects that could not be read.',
    'Could not be read: s3://b/k: no.',
    '1 summary of a newer release of natflow not read: this one is too old for it.',
  ]) {
    expect(body).toContain(`\n${sentence}\n`);
  }
});
