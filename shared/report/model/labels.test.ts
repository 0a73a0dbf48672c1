import { expect, test } from '@jest/globals';
import type { Advice } from './advice.ts';
import { adviceText, portName, serviceName } from './labels.ts';

test.each([
  [portName({ port: 443, protocol: 6 }), '443'],
  [portName({ port: 53, protocol: 17 }), '53/UDP'],
  [portName({ port: 0, protocol: 1 }), 'ICMP'],
  [portName({ port: 0, protocol: 0 }), '-'],
])('a port is called %s', (name, expected) => {
  expect(name).toBe(expected);
});

test.each([
  ['S3', 'S3'],
  ['DYNAMODB', 'DynamoDB'],
  ['DYNAMODB (eu-west-1)', 'DynamoDB (eu-west-1)'],
  ['S3 (eu-west-1)', 'S3 (eu-west-1)'],
  ['constructor', 'constructor'],
  [null, 'not AWS'],
  [undefined, 'not said'],
])('the service %s is called %s', (service, name) => {
  expect(serviceName(service)).toBe(name);
});

const ADVICE: Advice = {
  service: 'S3',
  region: 'us-east-1',
  regionBy: 'listed',
  vpcId: 'vpc-1',
  endpointService: 'com.amazonaws.us-east-1.s3',
  state: 'missing',
  serviceBytes: 1,
  bytes: 1,
  saving: 1,
  routeTableIds: [],
};
const LIMIT = 'are in us-east-1: a gateway endpoint does not reach other regions';

test.each([
  ['listed', 'S3', ''],
  ['not-given', 'S3', `, if these buckets ${LIMIT}`],
  ['not-read', 'DYNAMODB', `, if these tables ${LIMIT} (AWS's address ranges could not be read)`],
  [
    'unlisted',
    'S3',
    `, if these buckets ${LIMIT} (AWS's address ranges do not list all their addresses)`,
  ],
] as const)('a saving says what it assumes of the region: %s %s', (regionBy, service, assumed) => {
  expect(adviceText({ ...ADVICE, regionBy, service })).toBe(
    `gateway endpoint, free: com.amazonaws.us-east-1.s3 (not in vpc-1)${assumed}`,
  );
});

test.each([
  ['listed', 'the lines may be older'],
  ['not-given', 'the rest may be of another region, which it does not reach'],
] as const)(
  'what goes beside an endpoint is explained as far as regions are known: %s',
  (regionBy, text) => {
    expect(adviceText({ ...ADVICE, state: 'in-place', regionBy })).toBe(
      `gateway endpoint is in place; ${text}`,
    );
  },
);
