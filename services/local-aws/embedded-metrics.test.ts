import { expect, test } from '@jest/globals';
import { readEmbeddedMetrics } from './embedded-metrics.ts';

/** The example in AWS's specification. */
const EXAMPLE = {
  _aws: {
    Timestamp: 1_574_109_732_004,
    CloudWatchMetrics: [
      {
        Namespace: 'lambda-function-metrics',
        Dimensions: [['functionVersion']],
        Metrics: [{ Name: 'time', Unit: 'Milliseconds', StorageResolution: 60 }],
      },
    ],
  },
  functionVersion: '$LATEST',
  time: 100,
  requestId: '989ffbf8-9ace-4817-a57c-e4dd734019ee',
};
const [DIRECTIVE] = EXAMPLE._aws.CloudWatchMetrics;

const read = (document: unknown) => readEmbeddedMetrics(JSON.stringify(document));
/** The example with this directive. */
const directed = (...directives: unknown[]) => ({
  ...EXAMPLE,
  _aws: { ...EXAMPLE._aws, CloudWatchMetrics: directives },
});
const many = (count: number, prefix = 'n') =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`);

test('the example of the specification is one metric', () => {
  expect(read(EXAMPLE)).toEqual([
    {
      namespace: 'lambda-function-metrics',
      dimensions: [{ functionVersion: '$LATEST' }],
      at: 1_574_109_732_004,
      values: { time: 100 },
    },
  ]);
});

test('a list of values counts as their sum', () => {
  expect(read({ ...EXAMPLE, time: [1, 2.5, 3] })).toMatchObject([{ values: { time: 6.5 } }]);
});

test('each directive publishes in its own namespace, with all its dimension sets', () => {
  const document = directed(DIRECTIVE, {
    Namespace: 'NatFlow',
    Dimensions: [[], ['functionVersion', 'requestId']],
    Metrics: [{ Name: 'time' }],
  });
  expect(read(document)).toMatchObject([
    { namespace: 'lambda-function-metrics' },
    {
      namespace: 'NatFlow',
      dimensions: [{}, { functionVersion: '$LATEST', requestId: EXAMPLE.requestId }],
    },
  ]);
});

test.each<[string, unknown]>([
  ['a number', 5],
  ['null', null],
  ['an object without _aws', { time: 100 }],
  ['no timestamp', { ...EXAMPLE, _aws: { CloudWatchMetrics: [DIRECTIVE] } }],
  ['a timestamp with a fraction', { ...EXAMPLE, _aws: { ...EXAMPLE._aws, Timestamp: 0.5 } }],
  ['no directives', { ...EXAMPLE, _aws: { Timestamp: 1 } }],
  ['no namespace', directed({ ...DIRECTIVE, Namespace: undefined })],
  ['an empty namespace', directed({ ...DIRECTIVE, Namespace: '' })],
  ['no set of dimensions', directed({ ...DIRECTIVE, Dimensions: [] })],
  ['dimensions that are not sets', directed({ ...DIRECTIVE, Dimensions: ['functionVersion'] })],
  ['a dimension that is missing', directed({ ...DIRECTIVE, Dimensions: [['stack']] })],
  ['a dimension that is not text', directed({ ...DIRECTIVE, Dimensions: [['time']] })],
  [
    'a set of 31 dimensions',
    { ...directed({ ...DIRECTIVE, Dimensions: [many(31)] }), ...objectOf(many(31), 'x') },
  ],
  ['a metric without a name', directed({ ...DIRECTIVE, Metrics: [{ Unit: 'Count' }] })],
  ['a metric that is missing', directed({ ...DIRECTIVE, Metrics: [{ Name: 'size' }] })],
  ['a metric that is text', directed({ ...DIRECTIVE, Metrics: [{ Name: 'requestId' }] })],
  [
    'a unit that CloudWatch does not have',
    directed({ ...DIRECTIVE, Metrics: [{ Name: 'time', Unit: 'Hours' }] }),
  ],
  [
    '101 metrics',
    {
      ...directed({ ...DIRECTIVE, Metrics: many(101).map((Name) => ({ Name })) }),
      ...objectOf(many(101), 1),
    },
  ],
  ['101 values of a metric', { ...EXAMPLE, time: new Array(101).fill(1) }],
])('%s: nothing is published', (_, document) => {
  expect(read(document)).toEqual([]);
});

test('the limits themselves are allowed', () => {
  const Dimensions = [many(30)];
  const Metrics = many(100, 'm').map((Name) => ({ Name, Unit: 'Terabits/Second' }));
  const document = {
    ...directed({ ...DIRECTIVE, Dimensions, Metrics }),
    ...objectOf(many(30), 'x'),
    ...objectOf(many(100, 'm'), new Array(100).fill(1)),
  };
  expect(Object.keys(read(document)[0]?.values ?? {})).toHaveLength(100);
});

test.each(['', 'START RequestId: 1', '{"_aws":', '{}{}'])('the line "%s" is text only', (line) => {
  expect(readEmbeddedMetrics(line)).toEqual([]);
});

function objectOf(names: readonly string[], value: unknown): Record<string, unknown> {
  return Object.fromEntries(names.map((name) => [name, value]));
}
