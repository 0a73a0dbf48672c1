import { describe, expect, test } from '@jest/globals';
import { storyNetwork } from '../../../tests/reporter/story.ts';
import { namesOf } from './names.ts';

describe('names', () => {
  const network = (each: object) =>
    namesOf({
      NetworkInterfaces: [{ NetworkInterfaceId: 'eni-1', PrivateIpAddress: '10.0.0.9', ...each }],
    });

  test.each([
    ['a tag', { TagSet: [{ Key: 'Name', Value: 'db' }] }, 'db'],
    ['the ECS service', { TagSet: [{ Key: 'aws:ecs:serviceName', Value: 'api' }] }, 'ecs/api'],
    [
      'the Lambda function',
      { Description: 'AWS Lambda VPC ENI-resize-images-0a1b2c3d-0a1b-2c3d-4e5f-0a1b2c3d4e5f' },
      'lambda/resize-images',
    ],
    ['an ECS task', { Description: 'arn:aws:ecs:us-east-1:1:attachment/x' }, 'ecs task'],
    ['what AWS describes', { Description: 'RDSNetworkInterface' }, 'RDSNetworkInterface'],
    ['nothing', {}, undefined],
  ])('come from %s', (_, each, name) => {
    expect(network(each)('10.0.0.9')).toMatchObject({ address: '10.0.0.9', id: 'eni-1' });
    expect(network(each)('10.0.0.9').name).toBe(name);
  });

  test('are absent when an instance has no tag', () => {
    const instance = { InstanceId: 'i-1', PrivateIpAddress: '10.0.0.9' };
    const names = namesOf({ Reservations: [{ Instances: [instance] }] });
    expect(names('10.0.0.9')).toEqual({
      address: '10.0.0.9',
      id: 'i-1',
      labels: { kind: 'instance', instance: 'i-1' },
    });
  });

  test('of instances take precedence, for all their addresses', () => {
    const names = namesOf({
      ...storyNetwork(),
      NetworkInterfaces: [
        {
          Attachment: { InstanceId: 'i-0ab1' },
          PrivateIpAddresses: [
            { PrivateIpAddress: '10.20.3.41' },
            { PrivateIpAddress: '10.20.3.99' },
          ],
        },
      ],
    });
    expect(names('10.20.3.99')).toMatchObject({ id: 'i-0ab1', name: 'etl-worker-7' });
    expect(names('10.9.9.9')).toEqual({ address: '10.9.9.9' });
  });

  test.each([
    ['vpc-1', { id: 'i-1', name: 'one' }],
    ['vpc-2', { id: 'eni-2', name: 'two' }],
    ['vpc-3', { oneOf: ['one', 'two'] }],
  ])('of addresses that two VPCs use are those of the recorded one: %s', (vpcId, name) => {
    const names = namesOf(
      {
        Reservations: [
          {
            Instances: [
              {
                InstanceId: 'i-1',
                VpcId: 'vpc-1',
                PrivateIpAddress: '10.0.0.9',
                Tags: [{ Key: 'Name', Value: 'one' }],
              },
            ],
          },
        ],
        NetworkInterfaces: [
          {
            NetworkInterfaceId: 'eni-2',
            VpcId: 'vpc-2',
            PrivateIpAddress: '10.0.0.9',
            TagSet: [{ Key: 'Name', Value: 'two' }],
          },
        ],
      },
      new Set([vpcId]),
    );
    const { labels: _, ...who } = names('10.0.0.9');
    expect(who).toEqual({ address: '10.0.0.9', ...name });
  });
});
