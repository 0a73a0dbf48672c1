import { expect, test } from '@jest/globals';
import { expand } from '../../services/macro/expand.ts';
import { A, C, INVENTORY, request } from './request.ts';

test('DnsNames logs the queries of each VPC of the gateways once, and without it no query is logged', () => {
  const logged = (DnsNames: string, NatGatewayIds: string) =>
    Object.entries(expand(request({ NatGatewayIds, DnsNames }), INVENTORY).Resources).filter(
      ([, { Type }]) => Type.startsWith('AWS::Route53Resolver'),
    );
  expect(logged('false', 'all')).toEqual([]);
  const association = (ResourceId: string) => ({
    Type: 'AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation',
    Condition: 'HasDnsNames',
    Properties: { ResolverQueryLogConfigId: { Ref: 'QueryLogConfig' }, ResourceId },
  });
  expect(logged('true', `${A},${C}`)).toEqual([['QueryLogVpc0eee', association('vpc-0eee')]]);
  expect(logged('true', 'all')).toEqual([
    ['QueryLogVpc0eee', association('vpc-0eee')],
    ['QueryLogVpc0fff', association('vpc-0fff')],
  ]);
});

test('DnsNames without gateways is refused, because it would log nothing', () => {
  const parameters = { NatGatewayIds: '', ContinuousSources: 'vpc-0a', DnsNames: 'true' };
  expect(() => expand(request(parameters), INVENTORY)).toThrow(
    'DnsNames is true without NatGatewayIds, whose VPCs have their queries logged',
  );
});
