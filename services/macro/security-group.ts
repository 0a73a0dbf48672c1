import { isIP, isIPv6 } from 'node:net';
import type { Complain } from '../../shared/gateway-choice.ts';
import type { CollectorAddress } from '../../shared/netflow/collectors.ts';
import { isPrivateHost } from '../../shared/private-host.ts';
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

const HTTPS = {
  IpProtocol: 'tcp',
  FromPort: 443,
  ToPort: 443,
  CidrIp: '0.0.0.0/0',
  Description: 'to DynamoDB and Firehose',
};

/** The forwarder's security group in the subnets' VPC, open to the collectors, to AWS and to nothing else. */
export function openToCollectors(
  { collectors }: Parameters,
  [subnet]: readonly Subnet[],
): Readonly<Record<string, unknown>> {
  return { VpcId: subnet?.vpcId, SecurityGroupEgress: [HTTPS, ...collectors.flatMap(rules)] };
}

function rules({ host, port }: CollectorAddress): object[] {
  const rule = { IpProtocol: 'udp', FromPort: port, ToPort: port, Description: `to ${host}` };
  if (isIPv6(host)) return [{ ...rule, CidrIpv6: `${host}/128` }];
  if (isIP(host) !== 0) return [{ ...rule, CidrIp: `${host}/32` }];
  // A name may stand for any address, and for another one tomorrow.
  return [
    { ...rule, CidrIp: '0.0.0.0/0' },
    { ...rule, CidrIpv6: '::/0' },
  ];
}
