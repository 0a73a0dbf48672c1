import { type Reply, xmlText } from './reply.ts';

/** The XML tags of lists that are exceptions to EC2's rule (the member name without its plural s, then `Set`). */
const LISTS: Readonly<Record<string, string>> = {
  Instances: 'instancesSet',
  Ipv4Prefixes: 'ipv4PrefixSet',
  Ipv6Prefixes: 'ipv6PrefixSet',
  IpPermissionsEgress: 'ipPermissionsEgress',
  IpRanges: 'ipRanges',
  Ipv6Ranges: 'ipv6Ranges',
  NatGatewayAddresses: 'natGatewayAddressSet',
  PrivateIpAddresses: 'privateIpAddressesSet',
  SecurityGroups: 'securityGroupInfo',
  TagSet: 'tagSet',
  Unsuccessful: 'unsuccessful',
};

/** A reply of EC2. Members have the SDK's names, from which the names in EC2's XML are derived. */
export function ec2Answer(action: string, members: object): Reply {
  const namespace = 'http://ec2.amazonaws.com/doc/2016-11-15/';
  const body = `<${action}Response xmlns="${namespace}">${membersXml(members)}</${action}Response>`;
  return { status: 200, body };
}

/** An error of EC2. */
export function ec2Error(code: string, message: string, status = 400): Reply {
  const error = `<Code>${code}</Code><Message>${xmlText(message)}</Message>`;
  const body = `<Response><Errors><Error>${error}</Error></Errors><RequestID>r</RequestID></Response>`;
  return { status, body };
}

function membersXml(members: object): string {
  return Object.entries(members)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => {
      const tag = tagOf(name, value);
      return `<${tag}>${valueXml(value)}</${tag}>`;
    })
    .join('');
}

function tagOf(name: string, value: unknown): string {
  const lower = `${name.slice(0, 1).toLowerCase()}${name.slice(1)}`;
  return Array.isArray(value) ? (LISTS[name] ?? `${lower.replace(/s$/, '')}Set`) : lower;
}

function valueXml(value: unknown): string {
  if (Array.isArray(value)) return value.map((item) => `<item>${valueXml(item)}</item>`).join('');
  return typeof value === 'object' && value !== null ? membersXml(value) : xmlText(`${value}`);
}
