import { BlockList, isIP, isIPv6 } from 'node:net';

/** RFC 1918, 6598 and 4193: nothing outside a VPC, or what it is connected to, can be reached there. */
const PRIVATE = new BlockList();
PRIVATE.addSubnet('10.0.0.0', 8);
PRIVATE.addSubnet('172.16.0.0', 12);
PRIVATE.addSubnet('192.168.0.0', 16);
PRIVATE.addSubnet('100.64.0.0', 10);
PRIVATE.addSubnet('fc00::', 7, 'ipv6');

/** Whether a host is given as a private address; of a name nobody can say. */
export function isPrivateHost(host: string): boolean {
  return isIP(host) !== 0 && PRIVATE.check(host, isIPv6(host) ? 'ipv6' : 'ipv4');
}
