import { expect, test } from '@jest/globals';
import { notify } from './notify.ts';
import { type Ending, NEW_STATE, type Notification, type Recording, type Watch } from './watch.ts';

const GATEWAY = 'nat-0c11aa22bb33cc44d';
const ID = `${GATEWAY}-20261122T101430Z-1`;
const ENDED = Date.UTC(2026, 10, 22, 10, 28, 40);

const watch: Watch = {
  gatewayId: GATEWAY,
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
const settings = {
  ...{ stack: 'natflow', region: 'us-east-1' },
  topicArn: 'arn:aws:sns:us-east-1:123456789012:natflow',
};
const report = { arn: 'arn of the reporter', delay: 600_000 };

const finished = (ending: Ending): Notification => ({
  kind: 'finished',
  counted: 3,
  recording: {
    id: ID,
    phase: 'stopping',
    cause: 'alarm',
    reasonData: JSON.stringify({ period: 60, recentDatapoints: [3e9], threshold: 1e9 }),
    startedAt: ENDED - 850_000,
    endedAt: ENDED,
    ending,
    flowLogIds: ['fl-1'],
  },
});

type Listeners = Parameters<typeof notify>[3];

/** Ports that record their calls in order. */
function listeners(changes: Partial<Listeners> = {}) {
  const heard: unknown[][] = [];
  const all: Listeners = {
    orderReport: async (reporter, at, { id, threshold }) =>
      void heard.push(['order', reporter, at, id, threshold]),
    mail: async ({ body }) => void heard.push(['mail', /^Next mail: .*$/m.exec(body)?.[0]]),
    event: async ({ detailType }) => void heard.push(['event', detailType]),
    orderDigest: async (reporter, at, { recordingIds }) =>
      void heard.push(['digest', reporter, at, recordingIds]),
    write: (line) => void heard.push(['write', JSON.parse(line)['RecordingSeconds']]),
    ...changes,
  };
  return { heard, all };
}

test('the report of an ended recording is scheduled before the mail that announces it', async () => {
  const { heard, all } = listeners();
  await notify(finished('ok'), watch, { ...settings, report }, all);
  expect(heard).toEqual([
    ['order', 'arn of the reporter', ENDED + 600_000, ID, 1e9],
    [
      'mail',
      'Next mail: who it was, to what and what it cost, at about 10:38 UTC, when the last flow log lines are in.',
    ],
    ['event', 'Recording Ended'],
    ['write', 850],
  ]);
});

test('when the report cannot be scheduled, the mail waits until it can', async () => {
  const orderReport: Listeners['orderReport'] = () =>
    Promise.reject(new Error('scheduler:CreateSchedule: no'));
  const { heard, all } = listeners({ orderReport });
  const telling = notify(finished('ok'), watch, { ...settings, report }, all);
  await expect(telling).rejects.toThrow('scheduler:CreateSchedule: no');
  expect(heard).toEqual([]);
});

test.each<[string, Ending, typeof report | undefined]>([
  ['the stack is deleted, and the reporter with it', 'closed', report],
  ['there is no reporter', 'ok', undefined],
])('no report is ordered or promised when %s', async (_, ending, reporter) => {
  const { heard, all } = listeners();
  await notify(finished(ending), watch, { ...settings, report: reporter }, all);
  expect(heard).toEqual([
    ['mail', 'Next mail: none about this recording.'],
    ['event', 'Recording Ended'],
    ['write', 850],
  ]);
});

const failing = (what: string) => () => Promise.reject(new Error(`${what}: no`));

test('a way that fails does not keep a notification from the other, and is told apart', async () => {
  const { heard, all } = listeners({ event: failing('events:PutEvents') });
  const telling = notify(finished('ok'), watch, settings, all);
  await expect(telling).rejects.toMatchObject({ done: ['mail'], message: 'events:PutEvents: no' });
  expect(heard).toEqual([['mail', 'Next mail: none about this recording.']]);
});

test('what was sent before is not sent again', async () => {
  const { heard, all } = listeners({ mail: failing('sns:Publish') });
  await notify(finished('ok'), watch, settings, all, ['mail']);
  expect(heard).toEqual([
    ['event', 'Recording Ended'],
    ['write', 850],
  ]);
});

test('when both ways fail, the error is that of the first', async () => {
  const { all } = listeners({ mail: failing('sns:Publish'), event: failing('events:PutEvents') });
  const telling = notify(finished('ok'), watch, settings, all);
  await expect(telling).rejects.not.toHaveProperty('done');
});

const digest: Notification = {
  ...{ kind: 'digest', since: ENDED, at: ENDED + 1, recordingIds: [ID] },
};

test('a digest is ordered for when the last report is there, and not mailed by the controller', async () => {
  const { heard, all } = listeners();
  const last = { ...(finished('ok') as { recording: Recording }).recording };
  await notify(digest, { ...watch, state: { ...NEW_STATE, last } }, { ...settings, report }, all);
  expect(heard).toEqual([['digest', 'arn of the reporter', ENDED + 1_500_000, [ID]]]);
});

test.each([
  ['the stack is deleted', { ...NEW_STATE, closed: true }, {}],
  [
    'AWS rejects the order',
    NEW_STATE,
    {
      orderDigest: () => Promise.reject(Object.assign(new Error('not allowed'), { refused: true })),
    },
  ],
])('the collected recordings are named in a mail when %s', async (_, state, changes) => {
  const bodies: string[] = [];
  const { heard, all } = listeners({
    mail: async ({ body }) => void bodies.push(body),
    write: () => {},
    ...changes,
  });
  await notify(digest, { ...watch, state }, { ...settings, report }, all);
  expect(bodies.join()).toContain(`Recordings: ${ID}.`);
  expect(heard).toContainEqual(['event', 'Recordings Digest']);
});
