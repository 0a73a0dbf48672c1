import { expect, test } from '@jest/globals';
import { notify } from './notify.ts';
import { NEW_STATE, type Notification, type Watch } from './watch.ts';

const watch: Watch = {
  gatewayId: 'nat-0a',
  version: 1,
  flowLogs: [],
  state: NEW_STATE,
  rules: {
    recordingTime: 900_000,
    minimumRecordingTime: 120_000,
    firstLinesWait: 0,
    numOfRecordings: 10,
  },
};
const finished: Notification = {
  kind: 'finished',
  counted: 3,
  recording: {
    id: 'nat-0a-20261122T101430Z-1',
    phase: 'stopping',
    cause: 'alarm',
    startedAt: 0,
    endedAt: 60_000,
    ending: 'ok',
    flowLogIds: ['fl-1'],
  },
};

test('a report that AWS refuses to schedule is not announced, and the mail does not wait for it', async () => {
  const reason = 'scheduler:CreateSchedule: AccessDeniedException: not authorized';
  const refusal = Object.assign(new Error(reason), { refused: true });
  const mails: string[] = [];
  const lines: string[] = [];
  const settings = {
    stack: 'natflow',
    region: 'us-east-1',
    topicArn: 'arn:aws:sns:us-east-1:123456789012:natflow',
    report: { arn: 'arn of the reporter', delay: 600_000 },
  };
  await notify(finished, watch, settings, {
    orderReport: () => Promise.reject(refusal),
    orderDigest: () => Promise.reject(refusal),
    event: async () => {},
    mail: async ({ body }) => void mails.push(body),
    write: (line) => void lines.push(line),
  });
  expect(mails.join()).toContain(`No report could be ordered: ${reason}\n`);
  expect(mails.join()).not.toContain('who it was, to what');
  expect(lines.join()).toContain('"RecordingSeconds":60');
});
