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

/** Tells what in the network parameters cannot work. */
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

interface Way {
  readonly IpProtocol: 'tcp' | 'udp';
  readonly FromPort: number;
  readonly ToPort: number;
  readonly Description: string;
  readonly CidrIp?: string;
  readonly CidrIpv6?: string;
}

const HTTPS: Way = {
  IpProtocol: 'tcp',
  FromPort: 443,
  ToPort: 443,
  CidrIp: '0.0.0.0/0',
  Description: 'to DynamoDB, Firehose and S3',
};

/** The forwarder's security group in the subnets' VPC, open to the collectors, to AWS and to nothing else. */
export function openToCollectors(
  { collectors }: Parameters,
  [subnet]: readonly Subnet[],
): Readonly<Record<string, unknown>> {
  // Each once: of equal rules EC2 keeps one, and CloudFormation takes that away with any of them.
  const ways = new Map(collectors.flatMap(waysTo).map((way) => [JSON.stringify(way), way]));
  return { VpcId: subnet?.vpcId, SecurityGroupEgress: [HTTPS, ...ways.values()] };
}

function waysTo({ host, port }: CollectorAddress): Way[] {
  const udp = { IpProtocol: 'udp', FromPort: port, ToPort: port } as const;
  const address = { ...udp, Description: `to ${host}` };
  if (isIPv6(host)) return [{ ...address, CidrIpv6: `${host}/128` }];
  if (isIP(host) !== 0) return [{ ...address, CidrIp: `${host}/32` }];
  // A name may stand for any address, and for another one tomorrow; which name, makes no other rule.
  const name = { ...udp, Description: 'to collectors by name' };
  return [
    { ...name, CidrIp: '0.0.0.0/0' },
    { ...name, CidrIpv6: '::/0' },
  ];
}
