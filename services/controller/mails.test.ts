import { expect, test } from '@jest/globals';
import {
  at,
  failed,
  GATEWAY,
  mail,
  place,
  recording,
  watch,
} from '../../tests/controller/sample-mail.ts';
import { NEW_STATE, type Notification, type Recording } from './watch.ts';

const GIB = 2 ** 30;
const ended: Recording = {
  ...recording,
  ending: 'ok',
  linesSeenAt: at('10:20:31'),
  endedAt: at('10:28:40'),
};
/** The command line that invokes the controller with a request. */
function invocation(request: object, stack = 'natflow'): string {
  return `echo '${JSON.stringify(request)}' | aws lambda invoke --region us-east-1 --function-name ${stack}-controller --payload fileb:///dev/stdin /dev/stdout`;
}

test('the mail of a recording that started', () => {
  expect(mail({ kind: 'started', recording, counted: 3 })).toBe(`\
2.90 GiB/min prod-egress-a is being recorded (threshold 1.00 GiB/min)

Nothing to do yet: NAT gateway prod-egress-a (nat-0c11aa22bb33cc44d, us-east-1) passed 1.00 GiB/min at 10:14 UTC and is being recorded.
Recording 3 of 10: since 10:14:30 UTC, until its alarm is over, until 10:29:30 UTC at the latest.
The lines of a flow log begin several minutes after it is created; what goes through before is not recorded.
Next mail: when the recording is over, at 10:29:30 UTC at the latest. About 10 minutes later a mail says who it was, to what and what it cost.
Dashboard: https://dashboard

Commands for AWS CloudShell, or a shell with the AWS CLI (version 1 or 2):
Stop the recording:
${invocation({ command: 'stop', gatewayId: GATEWAY })}
`);
});

test('a recording by hand, without a name, a limit, an end, a report or a dashboard', () => {
  const byHand: Recording = {
    ...recording,
    cause: 'manual',
    reasonData: undefined,
    deadline: undefined,
  };
  const rules = { ...watch.rules, numOfRecordings: 0 };
  const notification: Notification = { kind: 'started', recording: byHand, counted: 3 };
  const bare = { stack: 'two', region: 'us-east-1' };
  expect(mail(notification, { state: NEW_STATE, rules }, bare)).toBe(`\
nat-0c11aa22bb33cc44d is being recorded

Nothing to do yet: NAT gateway nat-0c11aa22bb33cc44d (us-east-1) is being recorded as asked by hand.
Recording 3: since 10:14:30 UTC.
The lines of a flow log begin several minutes after it is created; what goes through before is not recorded.
Next mail: when the recording is over.

Commands for AWS CloudShell, or a shell with the AWS CLI (version 1 or 2):
Stop the recording:
${invocation({ command: 'stop', gatewayId: GATEWAY }, 'two')}
`);
});

test('a recording that finished says what the next mail says, and when', () => {
  expect(mail({ kind: 'finished', recording: ended, counted: 3 })).toBe(`\
14 min 10 s recording of prod-egress-a is over; who it was follows at about 10:38 UTC

Nothing to do yet: NAT gateway prod-egress-a (nat-0c11aa22bb33cc44d, us-east-1) had a flow log for 14 min 10 s, until its alarm was over.
Recording: from 10:14:30 to 10:28:40 UTC.
AWS had begun to deliver its lines by 10:20:31 UTC.
Recordings left: 7 of 10.
Next mail: who it was, to what and what it cost, at about 10:38 UTC, when the last flow log lines are in.
Dashboard: https://dashboard

Commands for AWS CloudShell, or a shell with the AWS CLI (version 1 or 2):
Record again:
${invocation({ command: 'start', gatewayId: GATEWAY })}
`);
});

test('the last recording says how to go on', () => {
  const text = mail({ kind: 'finished', recording: ended, counted: 10 });
  expect(text).toContain(
    '\nReset the count of recordings, or the next spike is not recorded: NAT gateway prod-egress-a ',
  );
  expect(text).toContain('Recordings left: 0 of 10.\n');
  expect(text).toContain(`\n${invocation({ command: 'reset', gatewayId: GATEWAY })}\n`);
});

test('a recording whose report could not be ordered promises none', () => {
  const text = mail(
    { kind: 'finished', recording: ended, counted: 3 },
    {},
    {
      ...place,
      noReport: 'scheduler:CreateSchedule: not allowed',
    },
  );
  expect(text).toMatch(/^14 min 10 s recording of prod-egress-a is over; no report follows\n/);
  expect(text).toContain('\nSee below why no report follows: NAT gateway');
  expect(text).toContain(
    'Next mail: none about this recording. No report could be ordered: scheduler:CreateSchedule: not allowed\n',
  );
});

test('a recording that ended with its stack has no command, and nothing follows', () => {
  const closed: Recording = { ...ended, ending: 'closed' };
  const text = mail({ kind: 'finished', recording: closed, counted: 10 });
  expect(text).toContain('\nNothing to do: NAT gateway prod-egress-a ');
  expect(text).toMatch(/Next mail: none about this recording\.\nDashboard: https:\/\/dashboard\n$/);
});

test('the mail of a recording that could not be started', () => {
  const reason = 'ec2:CreateFlowLogs: UnauthorizedOperation: You are not authorized.';
  expect(mail(failed('start', reason))).toBe(`\
2.90 GiB/min prod-egress-a: the start of a recording failed

See to the reason below: the start of a recording of NAT gateway prod-egress-a (nat-0c11aa22bb33cc44d, us-east-1) failed; natflow tries again every five minutes while the alarm lasts.
Reason: ec2:CreateFlowLogs: UnauthorizedOperation: You are not authorized.
AWS did not confirm this start. A recording counts once AWS confirms it.
Next mail: when a recording has begun. None comes about further failures of this spike, or when it ends.
Dashboard: https://dashboard

Commands for AWS CloudShell, or a shell with the AWS CLI (version 1 or 2):
Try now:
${invocation({ command: 'start', gatewayId: GATEWAY })}
`);
});

test('a recording that could not be stopped', () => {
  expect(mail(failed('stop', 'Throttling'))).toContain(`\
prod-egress-a may still be recorded: the stop failed

See to the reason below: the stop of the recording of NAT gateway prod-egress-a (nat-0c11aa22bb33cc44d, us-east-1) failed; natflow tries again every five minutes.
Reason: Throttling
The flow log of recording nat-0c11aa22bb33cc44d-20261122T101430Z-1 may still run, and cost.
Next mail: when the recording is over. None comes about further failures to stop it.
`);
});

test.each<[Partial<Recording>, string]>([
  [{ linesSeenAt: undefined }, 'By then natflow had not seen AWS report a delivery of its lines.'],
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
  expect(finished).toContain(` UTC.\n${text}\n`);
});

test('a recording that AWS could not deliver is told without a number, and what to see to', () => {
  const undelivered = { ...ended, linesSeenAt: undefined, deliveryError: 'Access error' };
  const text = mail({ kind: 'finished', recording: undelivered, counted: 0 });
  expect(text).toContain('\n\nSee below what AWS could not deliver: NAT gateway prod-egress-a ');
  expect(text).toContain('\nRecording that does not count: from 10:14:30 to 10:28:40 UTC.\n');
});

test('lines that AWS cannot deliver', () => {
  expect(mail(failed('deliver', 'Access error'))).toBe(`\
prod-egress-a is recorded, but AWS could not deliver lines

See to the reason below: AWS reports that it could not deliver lines of a recording of NAT gateway prod-egress-a (nat-0c11aa22bb33cc44d, us-east-1).
Reason: Access error
Lines of recording nat-0c11aa22bb33cc44d-20261122T101430Z-1 reach neither the archive nor the collectors. A recording of which AWS reports no delivery does not count.
Next mail: when the recording is over. None comes about further failures to deliver its lines.
Dashboard: https://dashboard

Commands for AWS CloudShell, or a shell with the AWS CLI (version 1 or 2):
List what is recorded:
${invocation({ command: 'list' })}
`);
});

test('the cap', () => {
  expect(mail({ kind: 'capped', spikeAt: at('11:00:00'), cap: 10 })).toBe(`\
2.90 GiB/min prod-egress-a is not recorded: 10 of 10 recordings used

Reset the count of recordings, or raise NumOfRecordings: NAT gateway prod-egress-a (nat-0c11aa22bb33cc44d, us-east-1) has a spike since 11:00:00 UTC that is not recorded, with 10 of 10 recordings used.
After a reset, this spike is recorded within five minutes if it still lasts.
Next mail: none about further spikes of this gateway until then.
Dashboard: https://dashboard

Commands for AWS CloudShell, or a shell with the AWS CLI (version 1 or 2):
Reset the count of recordings:
${invocation({ command: 'reset', gatewayId: GATEWAY })}
`);
});

test('the mail of an orphan', () => {
  expect(mail({ kind: 'orphaned', flowLogIds: ['fl-1', 'fl-2'], counted: 4 })).toBe(`\
2 flow logs of prod-egress-a removed: no recording known

Nothing to do: natflow removes 2 flow logs of NAT gateway prod-egress-a (nat-0c11aa22bb33cc44d, us-east-1) that would run and cost without end.
Removed: fl-1, fl-2, with natflow's tags and without a known recording, as after a start whose answer from AWS was lost.
Counted as recording 4 of 10.
Next mail: none about this.
Dashboard: https://dashboard

Commands for AWS CloudShell, or a shell with the AWS CLI (version 1 or 2):
List what is recorded:
${invocation({ command: 'list' })}
`);
});

test('a recording above the limit is told as such: an orphan, or one of before the limit was lowered', () => {
  expect(mail({ kind: 'orphaned', flowLogIds: ['fl-1'], counted: 11 })).toContain(
    '\nCounted as recording 11, above the limit of 10.\n',
  );
  expect(mail({ kind: 'started', recording, counted: 11 })).toContain(
    '\nRecording 11, above the limit of 10: since 10:14:30 UTC, ',
  );
});

test.each([
  [
    '60 s periods',
    { period: 60, recentDatapoints: [1, 50 * 2 ** 20], threshold: GIB / 2 },
    '50.00 MiB/min prod-egress-a is being recorded (threshold 0.50 GiB/min)',
  ],
  [
    '5 min periods',
    { period: 300, recentDatapoints: [10 * GIB], threshold: 5 * GIB },
    '2.00 GiB/min prod-egress-a is being recorded (threshold 1.00 GiB/min)',
  ],
  [
    'an anomaly band',
    { period: 60, recentDatapoints: [2 * GIB], recentUpperThresholds: [GIB] },
    '2.00 GiB/min prod-egress-a is being recorded (threshold 1.00 GiB/min)',
  ],
])('the spike is told per minute, from %s', (_, data, told) => {
  const spike = { ...recording, reasonData: JSON.stringify(data) };
  expect(mail({ kind: 'started', recording: spike, counted: 1 }).split('\n')[0]).toBe(told);
});

test.each([undefined, '', '{', '{}', 'null', '{"recentDatapoints":[]}'])(
  'reason data %j is no obstacle',
  (data) => {
    const spike = { ...recording, reasonData: data };
    const text = mail({ kind: 'started', recording: spike, counted: 1 });
    expect(text).toContain('passed its threshold at 10:14 UTC and is being recorded.\n');
  },
);

test.each([
  ['ok', 'until its alarm was over'],
  ['time', 'until the time of the recording was up'],
  ['manual', 'until it was stopped by hand'],
  ['closed', 'until the stack was deleted'],
  ['aborted', 'until it was given up because AWS had not confirmed its start'],
] as const)('a recording that ended as "%s" had a flow log %s', (ending, how) => {
  const finished: Notification = { kind: 'finished', recording: { ...ended, ending }, counted: 3 };
  expect(mail(finished)).toContain(` had a flow log for 14 min 10 s, ${how}.\n`);
});

test('of a flow log that was deleted outside natflow only the latest end is known', () => {
  const vanished: Recording = { ...ended, ending: 'vanished' };
  const text = mail({ kind: 'finished', recording: vanished, counted: 3 });
  expect(text).toMatch(/^Recording of prod-egress-a is over; /);
  expect(text).toContain(
    ' had a flow log for at most 14 min 10 s, until it was deleted outside natflow.\nRecording: from 10:14:30 to 10:28:40 UTC at the latest.\n',
  );
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
  expect(mail(finished)).toMatch(new RegExp(`^${text} recording of prod-egress-a is over;`));
});

test('members that a recording of an older release lacks are shown as midnight, and as an end with the alarm', () => {
  const { startedAt: _, endedAt: __, spikeAt: ___, ending: ____, ...bare } = ended;
  const finished = mail({ kind: 'finished', recording: bare, counted: 3 });
  expect(finished).toContain(' had a flow log for 0 s, until its alarm was over.\n');
  expect(finished).toContain('from 00:00:00 to 00:00:00 UTC.\n');
  const begun = mail({ kind: 'started', recording: bare, counted: 3 });
  expect(begun).toContain(' at 00:00 UTC and is being recorded.\n');
  expect(begun).toContain(': since 00:00:00 UTC, ');
});
