import { EC2Client } from '@aws-sdk/client-ec2';
import { expect, test } from '@jest/globals';
import { connection } from '../../services/local-aws/dynamodb.ts';
import { FakeAws } from '../../services/local-aws/fake-aws.ts';
import { describeNatGateway } from './nat-gateways.ts';

test.each([
  ['egress', 'egress'],
  ['', undefined],
])('a gateway that is named %j is called %j', async (tag, name) => {
  const fake = await FakeAws.start();
  fake.ec2.gateways.set('nat-0a', { interfaces: ['eni-1'], name: tag });
  const gateway = await describeNatGateway(new EC2Client(connection(fake.endpoint)), 'nat-0a');
  expect(gateway.name).toBe(name);
  fake.stop();
});
