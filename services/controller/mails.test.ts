import { describe, expect, test } from '@jest/globals';
import { dangersIn, HOSTILE } from '../../tests/support/hostile-text.ts';
import { type Place, writeMail } from './mails.ts';
import { NEW_STATE, type Notification, type Recording, type Watch } from './watch.ts';

const AT = (text: string) => Date.parse(`2026-11-22T${text}Z`);
const GATEWAY = 'nat-0c11aa22bb33cc44d';
const GIB = 2 ** 30;

const place: Place = { stack: 'natflow', region: 'us-east-1', dashboardUrl: 'https://dashboard' };
const watch: Watch = {
  gatewayId: GATEWAY,
  version: 1,
  flowLogs: [],
  state: { ...NEW_STATE, gatewayName: 'prod-egress-a' },
  rules: {
    recordingTime: 900_000,
    minimumRecordingTime: 120_000,
    firstLinesWait: 0,
    numOfRecordings: 10,
  },
};
const recording: Recording = {
  id: `${GATEWAY}-20261122T101430Z-1`,
  phase: 'recording',
  cause: 'alarm',
  spikeAt: AT('10:14:00'),
  reasonData: JSON.stringify({ period: 60, recentDatapoints: [2.9 * GIB], threshold: GIB }),
  startedAt: AT('10:14:30'),
  deadline: AT('10:29:30'),
  flowLogIds: ['fl-1'],
};
const ended: Recording = {
  ...{ ...recording, ending: 'ok', linesSeenAt: AT('10:20:31'), endedAt: AT('10:28:40') },
};

function mail(notification: Notification, changes: Partial<Watch> = {}, from = place): string {
  const { subject, body } = writeMail(notification, { ...watch, ...changes }, from);
  return `${subject}\n\n${body}`;
}

test('a recording that started', () => {
  expect(mail({ kind: 'started', recording, counted: 3 })).toBe(`\
[natflow] recording prod-egress-a: 2.9 GiB/min (threshold 1.0 GiB/min)

NAT gateway prod-egress-a (nat-0c11aa22bb33cc44d, us-east-1) passed 1.0 GiB/min at 10:14 UTC.
Recording since 10:14:30 UTC, until OK, at the latest 10:29:30. Recording 3 of 10.
The lines of a flow log begin several minutes after it is created; what goes through before is not recorded.
Live: https://dashboard
Stop: npx natflow record stop nat-0c11aa22bb33cc44d
The npx command runs in a checkout of natflow.
`);
});

test('a recording by hand, without a name, a limit or a dashboard', () => {
  const byHand: Recording = { ...recording, cause: 'manual', reasonData: undefined };
  const state = NEW_STATE;
  const rules = { ...watch.rules, numOfRecordings: 0 };
  const notification: Notification = { kind: 'started', recording: byHand, counted: 3 };
  expect(mail(notification, { state, rules }, { stack: 'two', region: 'us-east-1' })).toBe(`\
[natflow] recording nat-0c11aa22bb33cc44d

NAT gateway nat-0c11aa22bb33cc44d (us-east-1) is recorded because you asked for it.
Recording since 10:14:30 UTC, at the latest 10:29:30. Recording 3.
The lines of a flow log begin several minutes after it is created; what goes through before is not recorded.
Stop: npx natflow record stop nat-0c11aa22bb33cc44d --stack two
The npx command runs in a checkout of natflow.
`);
});

test('a recording that finished', () => {
  expect(mail({ kind: 'finished', recording: ended, counted: 3 })).toBe(`\
[natflow] recording of prod-egress-a is over

NAT gateway prod-egress-a (nat-0c11aa22bb33cc44d, us-east-1) had a flow log from 10:14:30 to 10:28:40 UTC (14 min 10 s), until the alarm was over.
AWS had begun to deliver its lines by 10:20:31 UTC.
Recordings left: 7 of 10.
Record again: npx natflow record start nat-0c11aa22bb33cc44d
The npx command runs in a checkout of natflow.
`);
});

test.each<Notification>([
  { kind: 'finished', recording: ended, counted: 10 },
  { kind: 'failed', doing: 'stop', recordingId: 'r', reason: 'Throttling' },
])('at the end of every mail stands where its command runs: $kind', (notification) => {
  expect(mail(notification)).toMatch(
    /npx natflow .+\nThe npx command runs in a checkout of natflow\.\n$/,
  );
});

test('the last recording says how to go on', () => {
  expect(mail({ kind: 'finished', recording: ended, counted: 10 })).toContain(
    'Recordings left: 0 of 10.\nThe next spike is not recorded. To go on: npx natflow record reset nat-0c11aa22bb33cc44d\n',
  );
});

test('a recording that could not be started', () => {
  const reason = 'ec2:CreateFlowLogs: UnauthorizedOperation: You are not authorized.';
  const notification: Notification = {
    kind: 'failed',
    doing: 'start',
    recordingId: recording.id,
    reason,
  };
  expect(mail(notification)).toBe(`\
[natflow] could not start recording prod-egress-a

NAT gateway prod-egress-a (nat-0c11aa22bb33cc44d, us-east-1): could not start recording: ec2:CreateFlowLogs: UnauthorizedOperation: You are not authorized.
Nothing was recorded. The counter was not changed.
natflow tries again every few minutes while the alarm lasts.
Try now: npx natflow record start nat-0c11aa22bb33cc44d
The npx command runs in a checkout of natflow.
`);
});

test('a recording that could not be stopped', () => {
  const notification: Notification = {
    kind: 'failed',
    doing: 'stop',
    recordingId: 'r',
    reason: 'no',
  };
  expect(mail(notification)).toContain(
    'could not stop recording r: no\nIts flow log still runs, and costs.',
  );
});

test.each<[Partial<Recording>, string]>([
  [{ linesSeenAt: undefined }, 'AWS had not reported a delivery of its lines by then.'],
  [
    { linesSeenAt: undefined, deliveryError: 'Access error' },
    'AWS reported that it could not deliver its lines (Access error) and no delivery, so this recording does not count.',
  ],
  [
    { deliveryError: 'Access error' },
    'AWS had begun to deliver its lines by 10:20:31 UTC, and reported that it could not deliver: Access error.',
  ],
])('of lines with %j the mail says: %s', (lines, text) => {
  const finished = mail({ kind: 'finished', recording: { ...ended, ...lines }, counted: 3 });
  expect(finished).toContain(`, until the alarm was over.\n${text}\n`);
});

test('lines that AWS cannot deliver', () => {
  const notification: Notification = {
    kind: 'failed',
    doing: 'deliver',
    recordingId: recording.id,
    reason: 'Access error',
  };
  expect(mail(notification)).toBe(`\
[natflow] AWS cannot deliver the flow log of prod-egress-a

NAT gateway prod-egress-a (nat-0c11aa22bb33cc44d, us-east-1): AWS reports that it could not deliver lines of recording nat-0c11aa22bb33cc44d-20261122T101430Z-1: Access error
They reach neither the archive nor the collectors. A recording of which AWS reports no delivery does not count.
See what is recorded: npx natflow record list
The npx command runs in a checkout of natflow.
`);
});

test('the cap', () => {
  expect(mail({ kind: 'capped', spikeAt: AT('11:00:00'), cap: 10 })).toBe(`\
[natflow] prod-egress-a: all 10 recordings used, this spike is not recorded

NAT gateway prod-egress-a (nat-0c11aa22bb33cc44d, us-east-1) has a spike since 11:00:00 UTC, and all 10 recordings are used.
Nothing more is recorded there until the count is reset or NumOfRecordings is raised.
Reset: npx natflow record reset nat-0c11aa22bb33cc44d
The npx command runs in a checkout of natflow.
`);
});

test('an orphan', () => {
  expect(mail({ kind: 'orphaned', flowLogIds: ['fl-1', 'fl-2'], counted: 4 })).toBe(`\
[natflow] removed an orphaned flow log of prod-egress-a

NAT gateway prod-egress-a (nat-0c11aa22bb33cc44d, us-east-1) had flow log fl-1, fl-2 with natflow's tags and no recording to it, as after a start whose answer from AWS was lost.
natflow removes it: left alone, it would run and cost without end. It counts as recording 4 of 10.
See what is recorded: npx natflow record list
The npx command runs in a checkout of natflow.
`);
});

test.each([
  [
    '60 s periods',
    { period: 60, recentDatapoints: [1, 50 * 2 ** 20], threshold: GIB / 2 },
    '50.0 MiB/min (threshold 0.5 GiB/min)',
  ],
  [
    '5 min periods',
    { period: 300, recentDatapoints: [10 * GIB], threshold: 5 * GIB },
    '2.0 GiB/min (threshold 1.0 GiB/min)',
  ],
  [
    'an anomaly band',
    { period: 60, recentDatapoints: [2 * GIB], recentUpperThresholds: [GIB] },
    '2.0 GiB/min (threshold 1.0 GiB/min)',
  ],
])('the spike is told per minute, from %s', (_, reasonData, told) => {
  const spike = { ...recording, reasonData: JSON.stringify(reasonData) };
  expect(mail({ kind: 'started', recording: spike, counted: 1 })).toContain(`: ${told}\n`);
});

test.each([undefined, '', '{', '{}', 'null', '{"recentDatapoints":[]}'])(
  'reason data %j is no obstacle',
  (reasonData) => {
    const text = mail({ kind: 'started', recording: { ...recording, reasonData }, counted: 1 });
    expect(text).toContain('passed its threshold at 10:14 UTC.\n');
  },
);

describe('what is foreign in a mail', () => {
  const forged = `egress\r\nStop: npx evil\u2028${HOSTILE}`;
  const state = { ...NEW_STATE, gatewayName: forged };
  const notifications: Notification[] = [
    { kind: 'started', recording, counted: 3 },
    { kind: 'finished', recording: ended, counted: 3 },
    { kind: 'failed', doing: 'start', recordingId: 'r', reason: HOSTILE },
    { kind: 'failed', doing: 'stop', recordingId: 'r', reason: HOSTILE },
    { kind: 'failed', doing: 'deliver', recordingId: 'r', reason: HOSTILE },
    { kind: 'capped', spikeAt: 0, cap: 10 },
    { kind: 'orphaned', flowLogIds: [HOSTILE], counted: 4 },
  ];
  const from = { ...place, report: { delay: 0 }, noReport: HOSTILE };

  test.each(notifications)('forges no line: $kind $doing', (notification) => {
    const usual = mail(notification, {}, from).split('\n');
    const lines = mail(notification, { state }, from).split('\n');
    expect(dangersIn(lines.join('\n'))).toEqual([]);
    expect(lines).toHaveLength(usual.length);
    expect(lines.filter((line) => line.includes('npx natflow'))).toEqual(
      usual.filter((line) => line.includes('npx natflow')),
    );
    expect(lines.filter((line) => line.startsWith('Stop: npx evil'))).toEqual([]);
    expect(lines[0]).toMatch(/^\[natflow\] [ -~]{1,89}$/);
  });

  test('is cut when it is a name of thousands of characters', () => {
    const named = { ...NEW_STATE, gatewayName: 'x'.repeat(5000) };
    const [subject = '', , title = ''] = mail(notifications[0] as Notification, {
      state: named,
    }).split('\n');
    expect(subject).toHaveLength(99);
    expect(title.length).toBeLessThan(250);
    expect(title).toContain(`x… (${GATEWAY}`);
  });
});

test.each([
  ['ok', 'until the alarm was over'],
  ['time', 'until its time was up'],
  ['manual', 'until it was stopped by hand'],
  ['vanished', 'until its flow log was deleted outside natflow'],
  ['closed', 'until the stack was deleted'],
  ['aborted', 'and given up'],
] as const)('a recording that ended as "%s" had a flow log %s', (ending, how) => {
  const finished: Notification = { kind: 'finished', recording: { ...ended, ending }, counted: 3 };
  expect(mail(finished)).toContain(` UTC (14 min 10 s), ${how}.\n`);
});

test.each([
  [0, '0 s'],
  [499, '0 s'],
  [500, '1 s'],
  [59_499, '59 s'],
  [59_500, '1 min 0 s'],
  [-1000, '0 s'],
])('%i ms last %s', (ms, text) => {
  const endedAt = (ended.startedAt ?? 0) + ms;
  const finished: Notification = { kind: 'finished', recording: { ...ended, endedAt }, counted: 3 };
  expect(mail(finished)).toContain(` UTC (${text}), until the alarm was over.\n`);
});

test('what a recording of an older release lacks is midnight, and an end with the alarm', () => {
  const { startedAt: _, endedAt: __, spikeAt: ___, ending: ____, ...bare } = ended;
  const finished = mail({ kind: 'finished', recording: bare, counted: 3 });
  expect(finished).toContain(
    ' had a flow log from 00:00:00 to 00:00:00 UTC (0 s), until the alarm was over.\n',
  );
  const started = mail({ kind: 'started', recording: bare, counted: 3 });
  expect(started).toContain(' at 00:00 UTC.\n');
  expect(started).toContain('Recording since 00:00:00 UTC, ');
});

test.each([
  [GIB / 10 - 1, '102.4 MiB/min'],
  [GIB / 10, '0.1 GiB/min'],
  [2 ** 20, '1.0 MiB/min'],
])('%d bytes a minute are %s', (bytes, text) => {
  const reasonData = JSON.stringify({ period: 60, recentDatapoints: [bytes], threshold: GIB });
  const started: Notification = {
    kind: 'started',
    recording: { ...recording, reasonData },
    counted: 3,
  };
  expect(mail(started)).toContain(`prod-egress-a: ${text} (threshold 1.0 GiB/min)\n`);
});
