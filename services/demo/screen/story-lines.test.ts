import { expect, test } from '@jest/globals';
import { asGateways, reportOn } from '../../../tests/reporter/story.ts';
import { reportLines, storyLine } from './story-lines.ts';

test('amounts and shares are of the forwarded bytes, without refused traffic', () => {
  const report = reportOn(
    'srcaddr dstaddr bytes action\n10.0.0.1 1.1.1.1 1000 ACCEPT\n10.0.0.2 1.1.1.1 500 REJECT\n',
  );
  expect(reportLines(report)).toEqual([
    'headline       1,000 B 10.0.0.1 → 1.1.1.1, 100.0% of 1,000 B',
    'sources        10.0.0.1 1,000 B, 100.0%',
    'targets        not said 1,000 B, 100.0%',
    'cost           1,000 B logged by flow logs',
  ]);
  const files = { html: '', json: '', picture: '', mail: '' };
  expect(storyLine({ at: 0, kind: 'reported', id: 'r', report, files }, 1)).toBe(
    '00:00:00  reporter    1,000 B (1000 bytes)',
  );
});

test('without times, there is no rate', () => {
  const report = reportOn(
    'interface-id srcaddr dstaddr pkt-dstaddr pkt-dst-aws-service bytes\neni-1 10.0.0.1 10.0.0.9 1.1.1.1 S3 107374182400\n',
    {},
    asGateways('eni-1'),
  );
  expect(reportLines(report)).toEqual([
    'headline       $4.50 10.0.0.1 → S3, 100.0% of 100.00 GiB',
    'sources        10.0.0.1 100.00 GiB, 100.0%',
    'targets        S3 100.00 GiB, 100.0%',
    'cost           $4.50 spent on 100.00 GiB through eni-1',
    'fix            saves $4.50, S3: gateway endpoint, free: com.amazonaws.us-east-1.s3 (not checked whether its VPC has it), if these buckets are in us-east-1: a gateway endpoint does not reach other regions',
  ]);
});
