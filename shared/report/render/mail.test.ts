import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  GATEWAY,
  reportOn,
  storyLines,
  storyMetrics,
  storyNetwork,
  VPC,
} from '../../../tests/reporter/story.ts';
import { dangersIn, HOSTILE } from '../../../tests/support/hostile-text.ts';
import { readMetrics } from '../measure/metrics.ts';
import type { Advice } from '../model/advice.ts';
import type { Headline, Report } from '../model/report.ts';
import { type MailContext, writeMail } from './mail.ts';

const report = reportOn(storyLines(), {
  network: storyNetwork(),
  metered: readMetrics(storyMetrics()),
});
const context: MailContext = {
  reportUrl: 'https://reports.example/r.html',
  dashboardUrl: 'https://dashboard.example',
  recordingsLeft: '7 of 10',
  commands: [
    {
      purpose: 'Copy the report',
      line: 'aws s3 cp s3://archive/reports/r/report.html . --region us-east-1',
    },
  ],
};
const month = {
  ...{ month: '2026-11', recordings: 9, bytes: 2 ** 38, cost: 12.4, unpriced: 0 },
  ...{ recordingCost: 0.3, notListed: 0 },
};

const leadOf = (of: Report) => writeMail(of).body.split('\n')[0];
const bodyOf = (changes: MailContext) => writeMail(report, { ...context, ...changes }).body;

test('the story in a mail: what to do, what it cost, who and what, and how to go on', () => {
  const { subject, body } = writeMail(report, context);
  expect(subject).toBe('$1.42 etl-worker-7 -> S3, 75.7% of 41.60 GiB (prod-egress-a)');
  expect(body).toBe(`\
Make a gateway endpoint for S3 in ${VPC}: it is free, and would have saved $1.58 of the $1.87 spent, if these buckets are in us-east-1.
Spent: $1.87 for 41.60 GiB in 14 min 10 s. If it went on like this: $190.28 a day.
Sources: etl-worker-7 (10.20.3.41) 33.95 GiB, 81.6%; etl-worker-2 (10.20.3.17) 4.26 GiB, 10.2%; ecs/api (10.20.5.8) 1.87 GiB, 4.5%.
Targets: S3 35.12 GiB, 84.4%; AWS (service not said) 3.05 GiB, 7.3%; not AWS 2.37 GiB, 5.7%; DynamoDB 0.62 GiB, 1.5%; CloudFront 0.44 GiB, 1.1%.
Free gateway endpoints would have saved: S3 $1.58, if these buckets are in us-east-1; DynamoDB $0.028, if these tables are in us-east-1.
Lines of this gateway: 9,429 flows, 1 NODATA, 2 SKIPDATA. Flows explain 98.3% of the bytes CloudWatch metered.
Recording this cost about $0.00074. Recordings left: 7 of 10.
Dashboard: https://dashboard.example
Report (a link lasts some hours): https://reports.example/r.html

Commands for AWS CloudShell, or a shell with the AWS CLI (version 1 or 2):
Make a gateway endpoint for S3 in ${VPC}:
aws ec2 create-vpc-endpoint --region us-east-1 --vpc-id ${VPC} --service-name com.amazonaws.us-east-1.s3 --route-table-ids rtb-0bb1 rtb-0bb2
Make a gateway endpoint for DynamoDB in ${VPC}:
aws ec2 create-vpc-endpoint --region us-east-1 --vpc-id ${VPC} --service-name com.amazonaws.us-east-1.dynamodb --route-table-ids rtb-0bb1
Copy the report:
aws s3 cp s3://archive/reports/r/report.html . --region us-east-1
`);
});

describe('a repeated spike', () => {
  test('says how many recordings there were, and what they cost together', () => {
    expect(bodyOf({ month })).toContain(
      ' The 9 reports of this gateway in 2026-11: $12.40 together.\n',
    );
  });

  test('says which of them have no price, and that there were more', () => {
    expect(bodyOf({ month: { ...month, unpriced: 2, notListed: 3 } })).toContain(
      ' The 9 newest reports of this gateway in 2026-11: $12.40 together, without 2 that are not priced.\n',
    );
  });

  test('the first of a month is not repeated', () => {
    expect(bodyOf({ month: { ...month, recordings: 1 } })).not.toContain('2026-11');
  });
});

describe('the first sentence', () => {
  const without = { ...report, advice: [] };
  const of = (headline: Partial<Headline>): Report => ({
    ...without,
    headline: { ...report.headline, ...headline },
  });
  const withAdvice = (changes: Partial<Advice>): Report => ({
    ...report,
    advice: report.advice.slice(0, 1).map((each) => ({ ...each, ...changes })),
  });

  test.each<[string, Report]>([
    [
      'Look at etl-worker-7 and S3: what they exchanged is 75.7% of the bytes through prod-egress-a; natflow knows nothing free that avoids it.',
      without,
    ],
    [
      'Look at 10.20.3.41 and S3: what they exchanged is 75.7% of the bytes through prod-egress-a; natflow knows nothing free that avoids it.',
      of({ name: null }),
    ],
    [
      'Look at etl-worker-7: what it exchanged is 75.7% of the bytes through prod-egress-a; natflow knows nothing free that avoids it.',
      of({ target: null }),
    ],
    [
      'Look at S3: what was exchanged with it is 50.0% of the bytes through prod-egress-a; natflow knows nothing free that avoids it.',
      of({ kind: 'target', source: null, name: null, share: 0.5 }),
    ],
    [
      'Look at the largest sources: lines do not say with what they exchanged 50.0% of the bytes through prod-egress-a; natflow knows nothing free that avoids it.',
      of({ kind: 'target', source: null, name: null, target: null, share: 0.5 }),
    ],
    [
      'Look at the largest sources: no target was found with a quarter of the bytes through prod-egress-a; natflow knows nothing free that avoids it.',
      of({ kind: 'spread', source: null, name: null, target: null, share: 1 }),
    ],
    [
      '9 B in 1 flow at 1 interface is not proven to have gone through a NAT gateway, and is not priced: --vpc FILE with its NatGateways, or --nat ID, would prove it.',
      reportOn('srcaddr dstaddr bytes\n10.0.0.1 1.1.1.1 9\n'),
    ],
    ['No traffic: no line was read; there is nothing to do about flow logs.', reportOn('')],
    [
      `Add rtb-1, rtb-2 to the gateway endpoint for S3 in ${VPC}: it is free, and would have saved $1.58 of the $1.87 spent, if these buckets are in us-east-1.`,
      withAdvice({ state: 'route-table-missing', routeTableIds: ['rtb-1', 'rtb-2'] }),
    ],
    [
      'Make a gateway endpoint for S3 in the VPC, unless there is one: it is free, and would have saved $1.58 of the $1.87 spent.',
      withAdvice({ state: 'unknown', vpcId: '', regionBy: 'listed' }),
    ],
  ])('%s', (sentence, made) => {
    expect(leadOf(made)).toBe(sentence);
  });
});

test('a command with ids that are not known says so', () => {
  const { body } = writeMail(reportOn(storyLines()));
  expect(body).toContain(
    `Make a gateway endpoint for S3 in ${VPC}, unless there is one (with your ids for the words in capitals):\n`,
  );
});

test('a mail says nothing in dollars of bytes that are not proven to have gone through a gateway', () => {
  const cost = { ...report.cost, total: null, perDay: undefined };
  const headline = { ...report.headline, cost: null, text: '31.49 GiB etl-worker-7 → S3' };
  const { subject, body } = writeMail({ ...report, cost, headline, advice: [] });
  expect(subject).toBe('31.49 GiB etl-worker-7 -> S3 (prod-egress-a)');
  expect(body).toContain('\nSpent: not known for 41.60 GiB in 14 min 10 s.\n');
});

test.each([
  [{ startedAt: 0, endedAt: 60_000 }, 'what went through prod-egress-a is not known'],
  [
    { startedAt: 0, endedAt: 60_000, deliveryError: 'Access error' },
    'see below what AWS could not deliver',
  ],
])('a recording without a line is not taken for one without traffic: %j', (recording, todo) => {
  const silent = reportOn('', { recording, gateway: { name: 'prod-egress-a' } });
  const { subject, body } = writeMail(silent, context);
  expect(subject).toBe('No lines in this recording (prod-egress-a)');
  expect(body.split('\n')[0]).toBe(`No lines in this recording; ${todo}.`);
});

test('what is foreign forges no line', () => {
  const network = storyNetwork();
  const tags = [{ Key: 'Name', Value: `прод\nStop: aws evil${HOSTILE}` }];
  const [gateway] = network.NatGateways;
  const [first, ...rest] = network.Reservations;
  const named = {
    ...network,
    NatGateways: [{ ...gateway, Tags: tags }],
    Reservations: [
      { Instances: first?.Instances.map((each) => ({ ...each, Tags: tags })) ?? [] },
      ...rest,
    ],
  };
  const { subject, body } = writeMail(reportOn(storyLines(), { network: named }), context);
  expect(subject).toMatch(/^[ -~]{1,99}$/);
  expect(dangersIn(body)).toEqual([]);
  expect(body.split('\n')).toHaveLength(bodyOf({}).split('\n').length);
});

test('the mail of any traffic begins with an amount and who, and ends in commands', () => {
  const clients = fc.constantFrom('10.20.3.41', '10.20.3.17', '10.20.5.8', '10.20.9.9');
  const peers = fc.constantFrom('52.216.8.51', '198.51.100.9', '203.0.113.77');
  const services = fc.constantFrom('S3', 'DYNAMODB', 'AMAZON', '-');
  const flows = fc.array(
    fc.record({ client: clients, peer: peers, service: services, bytes: fc.nat(2 ** 40) }),
    { minLength: 1, maxLength: 12 },
  );
  fc.assert(
    fc.property(flows, (list) => {
      const lines = list.map(
        ({ client, peer, service, bytes }) =>
          `${GATEWAY} ${client} ${peer} ingress ${service} ${bytes + 1} 60 960 ${VPC}`,
      );
      const head =
        'resource-id srcaddr dstaddr flow-direction pkt-dst-aws-service bytes start end vpc-id';
      const made = reportOn(`${head}\n${lines.join('\n')}\n`, {
        network: storyNetwork(),
        recording: { startedAt: 0, endedAt: 960_000, deliveryError: 'Access error' },
      });
      const { subject, body } = writeMail(made, context);
      expect(subject).toMatch(
        /^(at least )?(<?\$[\d,.]+|[\d,.]+ [KMG]?i?B) (etl-worker-\d|ecs\/api|10\.[\d.]+|\d+ sources?|spread over \d+ sources?)/,
      );
      expect(subject.length).toBeLessThan(100);
      expect(body).not.toMatch(/\bnpx\b|checkout|clone/);
      const [facts = '', commands = ''] = body.trimEnd().split('\n\n');
      expect(facts.split('\n').length).toBeLessThanOrEqual(9);
      expect(facts.split('\n')[0]).toMatch(/^(Make|Add|Look|Say|Nothing) .*\.$/);
      const [, ...pairs] = commands.split('\n');
      expect(
        pairs.filter((_, index) => index % 2 === 1).every((line) => /^aws \S/.test(line)),
      ).toBe(true);
      expect(pairs.filter((_, index) => index % 2 === 0).every((line) => line.endsWith(':'))).toBe(
        true,
      );
      expect(facts).not.toMatch(/^aws /m);
    }),
  );
});
