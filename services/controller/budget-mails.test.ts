import { expect, test } from '@jest/globals';
import { recordingPrices } from '../../shared/prices/prices.ts';
import type { Reached } from './budget.ts';
import { writeBudgetMail } from './budget-mails.ts';

const PLACE = { stack: 'natflow', region: 'us-east-1', dashboardUrl: 'https://example.com/d' };
const PRICES = recordingPrices('us-east-1', false);
const HOUR = 3_600_000;
const REACHED: Reached = {
  at: Date.UTC(2026, 10, 22, 10, 31, 30),
  by: 'dollars',
  limits: { dollars: 20, recordingTime: 0 },
  usage: {
    ...{ since: Date.UTC(2026, 10), until: Date.UTC(2026, 11) },
    ...{ bytes: 50 * 2 ** 30, dollars: 19, expectedDollars: 20.01, recordingTime: 3.5 * HOUR },
  },
  ended: [{ gatewayId: 'nat-0a', gatewayName: 'prod-egress-a' }],
  spikes: [{ gatewayId: 'nat-0b' }],
};
const reachedMail = (change: Partial<Reached> = {}, prices = PRICES) =>
  writeBudgetMail({ kind: 'reached', ...REACHED, ...change }, prices, PLACE);

test('a mail says what was spent, by what prices, what is not recorded, when it is reset and how', () => {
  const { subject, body } = reachedMail();
  expect(
    `${subject}\n\n${body}`,
  ).toBe(`$20.00 of MonthlyBudget reached: natflow records nothing more this month

Reset the budget, or raise MonthlyBudget: stack natflow (us-east-1) records nothing until 2026-12-01 00:00 UTC, because MonthlyBudget of $20.00 is reached.
Spent since 2026-11-01 00:00 UTC: $19.00 for 50.00 GiB of flow log lines, as CloudWatch shows by then, at delivery $0.25, Firehose $0.13 a GB (list price of us-east-1, table of 2026-09). With the lines that it does not show yet, and those that come until the recordings have ended, about $20.01 at the rate of the last minutes.
Recording time: 3 h 30 min of all gateways together.
Ended at 2026-11-22 10:31 UTC: prod-egress-a (nat-0a).
Not recorded although the alarm was raised then: nat-0b. Later spikes are not recorded either.
The budget is reset on 2026-12-01 00:00 UTC by itself, and at once by the command below. Spikes that last then are recorded within five minutes.
Next mail: when each of these recordings is over. None comes about spikes that are not recorded.
Dashboard: https://example.com/d

Commands for AWS CloudShell, or a shell with the AWS CLI (version 1 or 2):
Reset the budget:
echo '{"command":"reset-budget"}' | aws lambda invoke --region us-east-1 --function-name natflow-controller --payload fileb:///dev/stdin /dev/stdout
Show the budget:
echo '{"command":"budget"}' | aws lambda invoke --region us-east-1 --function-name natflow-controller --payload fileb:///dev/stdin /dev/stdout
`);
});

test('a limit in hours is told with its own parameter, and what CloudWatch shows alone', () => {
  const { subject, body } = reachedMail({
    by: 'recordingTime',
    limits: { dollars: 0, recordingTime: 10 * HOUR },
    usage: { ...REACHED.usage, expectedDollars: 19 },
    ...{ ended: [], spikes: [] },
  });
  expect(subject).toContain('10 h 0 min of MonthlyRecordingHours reached');
  expect(body).toContain('Recording time: 3 h 30 min of all gateways together, of 10 h 0 min.');
  expect(body).toContain('Ended at 2026-11-22 10:31 UTC: no recording was running.');
  expect(body).not.toContain('at the rate of the last minutes');
});

test('the lines that LogsInsights adds are priced as well', () => {
  const { body } = reachedMail({}, recordingPrices('us-east-1', true));
  expect(body).toContain('delivery $0.25, Firehose $0.13, delivery to CloudWatch Logs $0.5 a GB');
});

test('of many gateways ten are named, and no name makes a line', () => {
  const many = Array.from({ length: 12 }, (_, i) => ({
    gatewayId: `nat-${i}`,
    gatewayName: 'a\nb',
  }));
  const { body } = reachedMail({ ended: many });
  expect(body).toContain('(nat-9), 2 others.');
  expect(body).not.toMatch(/^b/m);
});

test('a mail says why it is not known what recording costs, and what that means', () => {
  const at = REACHED.at;
  const { subject, body } = writeBudgetMail(
    { kind: 'unmetered', at, reason: 'throttled' },
    PRICES,
    PLACE,
  );
  expect(subject).toBe('natflow records nothing: what recording costs is not known');
  expect(body).toContain('Reason: throttled\nRecordings end, and none begins');
  expect(body).toContain('{"command":"budget"}');
});
