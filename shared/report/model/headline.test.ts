import { expect, test } from '@jest/globals';
import { asGateways, reportOn, storyLines, storyNetwork } from '../../../tests/reporter/story.ts';

const GIB = 2 ** 30;
const HEADER = 'interface-id srcaddr dstaddr pkt-srcaddr pkt-dstaddr srcport dstport bytes';
const HEADER_WITH_SERVICE = `${HEADER} pkt-dst-aws-service`;
const up = (client: string, peer: string, gib: number, more = '443') =>
  `eni-1 ${client} 10.0.0.220 ${client} ${peer} 40000 ${more.replace(/ .*/, '')} ${gib * GIB}${more.replace(/^\d+/, '')}`;

function headline(lines: readonly string[], header = HEADER) {
  const text = [header, ...lines].join('\n');
  return reportOn(text, {}, asGateways('eni-1')).headline;
}

test('is the heaviest pair, all ports together, with its own bytes, share and cost', () => {
  const lines = [
    up('10.0.0.1', '203.0.113.1', 1),
    up('10.0.0.1', '203.0.113.1', 1, '8443'),
    up('10.0.0.2', '203.0.113.1', 1.5),
    up('10.0.0.1', '203.0.113.2', 1.5),
  ];
  expect(headline(lines)).toEqual({
    ...{ kind: 'pair', source: '10.0.0.1', name: null, target: '203.0.113.1' },
    ...{ bytes: String(2 * GIB), share: 0.4, cost: expect.closeTo(0.09, 12) },
    text: '$0.090 10.0.0.1 → 203.0.113.1, 40.0% of 5.00 GiB',
  });
});

test('takes the addresses of an AWS service together, and calls those of no known service so', () => {
  const lines = [
    up('10.0.0.1', '52.216.0.1', 1, '443 S3'),
    up('10.0.0.1', '52.216.0.2', 1, '443 S3'),
    up('10.0.0.1', '203.0.113.2', 1.5, '443 -'),
  ];
  expect(headline(lines, HEADER_WITH_SERVICE)).toMatchObject({ target: 'S3', share: 2 / 3.5 });
  const amazon = lines.map((line) => line.replace('S3', 'AMAZON'));
  expect(headline(amazon, HEADER_WITH_SERVICE).target).toBe('AWS (service not said)');
});

test('is the heaviest target with the number of its sources when no pair has a quarter', () => {
  const lines = Array.from({ length: 8 }, (_, index) => [
    up(`10.0.1.${index}`, '203.0.113.1', 1),
    up(`10.0.1.${index}`, `203.0.113.${10 + index}`, 1),
  ]).flat();
  expect(headline(lines)).toMatchObject({
    ...{ kind: 'target', source: null, name: null, target: '203.0.113.1', share: 0.5 },
    text: '$0.36 8 sources → 203.0.113.1, 50.0% of 16.00 GiB',
  });
});

test('tells over how many the bytes are spread when nothing has a quarter', () => {
  const lines = Array.from({ length: 6 }, (_, index) =>
    up(`10.0.1.${index}`, `203.0.113.${index}`, 1),
  );
  expect(headline(lines)).toMatchObject({
    ...{ kind: 'spread', source: null, target: null, bytes: String(6 * GIB), share: 1 },
    text: '$0.27 spread over 6 sources and 6 targets, 6.00 GiB',
  });
});

test('takes exactly a quarter for a pair', () => {
  const lines = Array.from({ length: 4 }, (_, index) =>
    up(`10.0.1.${index}`, `203.0.113.${index}`, 1),
  );
  expect(headline(lines)).toMatchObject({ kind: 'pair', share: 0.25 });
});

test('has bytes in place of dollars where nothing is proven', () => {
  const { headline: unproven } = reportOn([HEADER, up('10.0.0.1', '203.0.113.1', 1)].join('\n'));
  expect(unproven).toMatchObject({
    cost: null,
    text: '1.00 GiB 10.0.0.1 → 203.0.113.1, 100.0% of 1.00 GiB',
  });
});

test('of lines that do not say the far side names the source alone', () => {
  const lines = ['eni-1 10.0.0.1 10.0.0.220 40000 443 9', 'eni-1 10.0.0.220 1.1.1.1 50000 443 9'];
  const report = headline(lines, 'interface-id srcaddr dstaddr srcport dstport bytes');
  expect(report).toMatchObject({ kind: 'pair', source: '10.0.0.1', target: null, bytes: '9' });
  expect(report.text).toMatch(/ 10\.0\.0\.1 → targets not said, 100\.0% of 9 B$/);
});

const NOTHING_READ = 'No traffic: no line was read';

test('of nothing says so', () => {
  expect(headline([])).toMatchObject({ kind: 'none', bytes: '0', cost: null, text: NOTHING_READ });
  const silent = headline([up('10.0.0.1', '203.0.113.1', 0)]);
  expect(silent).toMatchObject({ kind: 'none', text: 'no bytes in 1 flow' });
});

test('says that a sum may be too low when there were too many pairs to keep apart', () => {
  const many = Array.from({ length: 70_000 }, (_, index) => {
    const peer = `11.${index >> 16}.${(index >> 8) & 255}.${index & 255}`;
    return `eni-1 10.0.0.1 10.0.0.220 10.0.0.1 ${peer} 40000 443 1`;
  });
  const heavy = up('10.0.0.1', '203.0.113.1', 1);
  expect(headline([heavy, ...many]).text).toMatch(
    /^at least \$0\.045 10\.0\.0\.1 → 203\.0\.113\.1, /,
  );
});

test('of the story is its true pair, by the name of its source', () => {
  const report = reportOn(storyLines(), { network: storyNetwork() });
  expect(report.headline).toMatchObject({
    source: '10.20.3.41',
    name: 'etl-worker-7',
    target: 'S3',
  });
  expect(report.headline.text).toBe('$1.42 etl-worker-7 → S3, 75.7% of 41.60 GiB');
});
