import type { ChosenGateway } from '../../shared/gateway/choose-gateways.ts';
import type { Resource } from './fragment.ts';
import type { Parameters } from './parameters.ts';

/** The query log configuration in the template, and the condition that it has. */
const CONFIG = 'QueryLogConfig';
const CONDITION = 'HasDnsNames';

/** The associations of the template's query log configuration with the gateways' VPCs, by logical id. */
export function queryLogResources(
  gateways: readonly ChosenGateway[],
  { dnsNames }: Pick<Parameters, 'dnsNames'>,
): Record<string, Resource> {
  const vpcs = new Set(gateways.flatMap(({ vpcId }) => (dnsNames && vpcId) || []));
  const associations = [...vpcs].map((vpcId) => [
    `QueryLog${vpcId.replace(/^vpc-/, 'Vpc')}`,
    {
      Type: 'AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation',
      Condition: CONDITION,
      Properties: { ResolverQueryLogConfigId: { Ref: CONFIG }, ResourceId: vpcId },
    },
  ]);
  return Object.fromEntries(associations);
}
