import { expect, test } from '@jest/globals';
import { asGateways, reportOn } from '../../../tests/reporter/story.ts';
import { reportLines, storyLine } from './story-lines.ts';

test('amounts and shares are of the forwarded bytes, without refused traffic', () => {
  const report = reportOn(
    'srcaddr dstaddr bytes action\n10.0.0.1 1.1.1.1 1000 ACCEPT\n10.0.0.2 1.1.1.1 500 REJECT\n',
  );
  expect(reportLines(report)).toEqual([
    'recorded   flow logs: 1,000 B',
    'who        10.0.0.1  1,000 B  100.0%',
    'to what    not said  1,000 B  100.0%',
    'cost       –',
  ]);
  const files = { html: '', json: '', picture: '', mail: '' };
  expect(storyLine({ at: 0, kind: 'reported', id: 'r', report, files }, 1)).toBe(
    '00:00:00  reporter    1,000 B (1000 bytes)',
  );
});

test('without times, a saving is an amount instead of a rate', () => {
  const report = reportOn(
    'interface-id srcaddr dstaddr pkt-dstaddr pkt-dst-aws-service bytes\neni-1 10.0.0.1 10.0.0.9 1.1.1.1 S3 107374182400\n',
    {},
    asGateways('eni-1'),
  );
  expect(reportLines(report).at(-1)).toBe(
    'cost       $4.50; a free S3 gateway endpoint saves $4.50',
  );
});
