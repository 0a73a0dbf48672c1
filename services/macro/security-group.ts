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
  parameters: Parameters,
  subnets: readonly Subnet[],
  complain: Complain,
): void {
  const { subnetIds, dnsServers } = parameters;
  if (subnetIds.length === 0) checkWithoutSubnets(parameters, complain);
  for (const server of dnsServers) {
    if (isIP(server) === 0) complain(`DnsServers: "${server}" is not an address`);
  }
  const missing = subnetIds.filter((wanted) => !subnets.some(({ id }) => id === wanted));
  if (missing.length > 0) complain(`there is no subnet ${missing.join(', ')}`);
  const vpcs = new Set(subnets.map(({ vpcId }) => vpcId));
  if (vpcs.size > 1) complain(`the SubnetIds are in different VPCs, ${[...vpcs].join(' and ')}`);
}

/** Outside a VPC functions have a way to public IPv4 addresses alone, and neither a security group nor a resolver. */
function checkWithoutSubnets(
  { collectors, securityGroupIds, dnsServers }: Parameters,
  complain: Complain,
): void {
  for (const { host } of collectors) {
    if (isPrivateHost(host)) {
      complain(`collector ${host} is a private address: give the SubnetIds it can be reached from`);
    } else if (isIPv6(host)) {
      complain(
        `collector ${host} is an IPv6 address, which functions reach from subnets with IPv6 only: give their SubnetIds`,
      );
    }
  }
  if (securityGroupIds.length > 0) complain('SecurityGroupIds are given without SubnetIds');
  if (dnsServers.length > 0) complain('DnsServers are given without SubnetIds');
}

interface EgressRule {
  readonly IpProtocol: 'tcp' | CollectorAddress['scheme'];
  readonly FromPort: number;
  readonly ToPort: number;
  readonly Description: string;
  readonly CidrIp?: string;
  readonly CidrIpv6?: string;
}

const DNS_PORT = 53;

const HTTPS: EgressRule = {
  IpProtocol: 'tcp',
  FromPort: 443,
  ToPort: 443,
  CidrIp: '0.0.0.0/0',
  Description: 'to DynamoDB, Firehose and S3',
};

/** The forwarder's security group in the subnets' VPC, with egress to collectors, DNS servers and by HTTPS only. */
export function openToCollectors(
  { collectors, dnsServers }: Parameters,
  [subnet]: readonly Subnet[],
): Readonly<Record<string, unknown>> {
  // Without duplicates: EC2 stores equal rules once, and CloudFormation would delete that one with either.
  const ways = [...dnsServers.flatMap(rulesToServer), ...collectors.flatMap(rulesTo)];
  const rules = new Map(ways.map((rule) => [JSON.stringify(rule), rule]));
  return { VpcId: subnet?.vpcId, SecurityGroupEgress: [HTTPS, ...rules.values()] };
}

/** Answers that do not fit a datagram come by TCP. Security groups do not apply to Amazon's resolver. */
function rulesToServer(host: string): EgressRule[] {
  return (['udp', 'tcp'] as const).map((IpProtocol) => ({
    ...{ IpProtocol, FromPort: DNS_PORT, ToPort: DNS_PORT, Description: `to DNS server ${host}` },
    ...rangeOf(host),
  }));
}

function rangeOf(address: string): Pick<EgressRule, 'CidrIp' | 'CidrIpv6'> {
  return isIPv6(address) ? { CidrIpv6: `${address}/128` } : { CidrIp: `${address}/32` };
}

function rulesTo({ scheme, host, port }: CollectorAddress): EgressRule[] {
  const way = { IpProtocol: scheme, FromPort: port, ToPort: port };
  if (isIP(host) !== 0) return [{ ...way, Description: `to ${host}`, ...rangeOf(host) }];
  // The address of a name can change, so the rule allows every address and does not mention the name.
  const name = { ...way, Description: 'to collectors by name' };
  return [
    { ...name, CidrIp: '0.0.0.0/0' },
    { ...name, CidrIpv6: '::/0' },
  ];
}
