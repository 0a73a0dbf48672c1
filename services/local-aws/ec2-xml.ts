import { type Reply, xmlText } from './reply.ts';

/** Lists that EC2 does not call by their member without its plural, and `Set`. */
const LISTS: Readonly<Record<string, string>> = {
  Instances: 'instancesSet',
  NatGatewayAddresses: 'natGatewayAddressSet',
  PrivateIpAddresses: 'privateIpAddressesSet',
  TagSet: 'tagSet',
  Unsuccessful: 'unsuccessful',
};

/** An answer of EC2: members under the names that its API and SDKs have, as the XML that it sends. */
export function ec2Answer(action: string, members: object): Reply {
  const namespace = 'http://ec2.amazonaws.com/doc/2016-11-15/';
  const body = `<${action}Response xmlns="${namespace}">${membersXml(members)}</${action}Response>`;
  return { status: 200, body };
}

/** An error as EC2 writes it. */
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
