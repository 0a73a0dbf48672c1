import { expect, test } from '@jest/globals';
import { markTag } from './fix-mark.ts';
import { fixedOf } from './fixed.ts';

const AT = '2026-11-28T10:15:00.000Z';
const START = Date.parse(AT) / 1000;
const before = { recording: 'one', at: AT, bytes: 9e9, seconds: 600 };
const endpoint = {
  VpcEndpointId: 'vpce-1',
  VpcId: 'vpc-1',
  ServiceName: 'com.amazonaws.eu-west-1.s3',
  Tags: [markTag(before)],
};
const uses = [
  { service: 'S3', vpcId: 'vpc-1', bytes: 5 },
  { service: 'S3', vpcId: 'vpc-2', bytes: 70 },
  { service: 'DYNAMODB', vpcId: 'vpc-1', bytes: 900 },
];
const network = { VpcEndpoints: [endpoint] };

test('a fix is told with what the service took before and takes since, in its VPC', () => {
  expect(fixedOf(uses, network, new Set(['', 'vpc-1']), START)).toEqual([
    { service: 'S3', vpcId: 'vpc-1', endpointId: 'vpce-1', before, bytes: 5 },
  ]);
});

test('a service that is silent since has 0 bytes', () => {
  expect(fixedOf([], network, new Set(['vpc-1']), START)).toMatchObject([{ bytes: 0 }]);
});

test('bytes without a VPC are those of the only one', () => {
  const unnamed = [{ service: 'S3', vpcId: '', bytes: 3 }];
  expect(fixedOf(unnamed, network, new Set(['', 'vpc-1']), START)).toMatchObject([{ bytes: 3 }]);
  expect(fixedOf(unnamed, network, new Set(['vpc-1', 'vpc-2']), START)).toMatchObject([
    { bytes: 0 },
  ]);
});

test.each([
  ['of a report that began before it', network, START - 1, ['vpc-1']],
  ['in another VPC', network, START, ['vpc-2']],
  ['without a mark', { VpcEndpoints: [{ ...endpoint, Tags: [] }] }, START, ['vpc-1']],
  ['that EC2 does not describe', {}, START, ['vpc-1']],
])('nothing is told of an endpoint %s', (_, described, start, vpcIds) => {
  expect(fixedOf(uses, described, new Set(vpcIds), start)).toEqual([]);
});
