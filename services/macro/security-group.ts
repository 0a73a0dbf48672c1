import { isIP, isIPv6 } from 'node:net';
import { isPrivateHost } from '../../shared/flow/private-addresses.ts';
import type { Complain } from '../../shared/gateway/choose-gateways.ts';
import type { CollectorAddress } from '../../shared/netflow/collectors.ts';
import type { Parameters } from './parameters.ts';

/** A subnet of the account and region. */
export interface Subnet {
  readonly id: string;
  readonly vpcId: string;
}

/** Reports network parameters that cannot work together. */
export function checkNetwork(
  { collectors, subnetIds, securityGroupIds }: Parameters,
  subnets: readonly Subnet[],
  complain: Complain,
): void {
  for (const { host } of collectors) {
    if (subnetIds.length === 0 && isPrivateHost(host)) {
      complain(`collector ${host} is a private address: give the SubnetIds it can be reached from`);
    }
  }
  if (subnetIds.length === 0 && securityGroupIds.length > 0) {
    complain('SecurityGroupIds are given without SubnetIds');
  }
  const missing = subnetIds.filter((wanted) => !subnets.some(({ id }) => id === wanted));
  if (missing.length > 0) complain(`there is no subnet ${missing.join(', ')}`);
  const vpcs = new Set(subnets.map(({ vpcId }) => vpcId));
  if (vpcs.size > 1) complain(`the SubnetIds are in different VPCs, ${[...vpcs].join(' and ')}`);
}

interface EgressRule {
  readonly IpProtocol: 'tcp' | CollectorAddress['scheme'];
  readonly FromPort: number;
  readonly ToPort: number;
  readonly Description: string;
  readonly CidrIp?: string;
  readonly CidrIpv6?: string;
}

const HTTPS: EgressRule = {
  IpProtocol: 'tcp',
  FromPort: 443,
  ToPort: 443,
  CidrIp: '0.0.0.0/0',
  Description: 'to DynamoDB, Firehose and S3',
};

/** The forwarder's security group in the subnets' VPC, with egress to the collectors and by HTTPS only. */
export function openToCollectors(
  { collectors }: Parameters,
  [subnet]: readonly Subnet[],
): Readonly<Record<string, unknown>> {
  // Without duplicates: EC2 stores equal rules once, and CloudFormation would delete that one with either.
  const rules = new Map(collectors.flatMap(rulesTo).map((rule) => [JSON.stringify(rule), rule]));
  return { VpcId: subnet?.vpcId, SecurityGroupEgress: [HTTPS, ...rules.values()] };
}

function rulesTo({ scheme, host, port }: CollectorAddress): EgressRule[] {
  const way = { IpProtocol: scheme, FromPort: port, ToPort: port };
  const address = { ...way, Description: `to ${host}` };
  if (isIPv6(host)) return [{ ...address, CidrIpv6: `${host}/128` }];
  if (isIP(host) !== 0) return [{ ...address, CidrIp: `${host}/32` }];
  // The address of a name can change, so the rule allows every address and does not mention the name.
  const name = { ...way, Description: 'to collectors by name' };
  return [
    { ...name, CidrIp: '0.0.0.0/0' },
    { ...name, CidrIpv6: '::/0' },
  ];
}
